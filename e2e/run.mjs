// Runs the browser journeys, all or those that are named: `node run.mjs [--list] [--pictures] [--docs] [NAME...]`.
// Every journey has a sample paper, a server and browsers of its own, and runs beside another one where there is a core for it. Ends with `N passed, N failed` and the exit code.

import { readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { stopAll } from './lib/children.mjs';
import { Checks } from './lib/checks.mjs';
import { removeFolders } from './lib/folders.mjs';
import { Scope } from './lib/scope.mjs';

/** No journey takes longer, however busy the machine is. */
const JOURNEY_MS_MAX = 15 * 60_000;

/** Journeys at a time: each has a server and a browser, and waits for both most of its time. */
const LANES_MAX = 2;

const folder = join(dirname(fileURLToPath(import.meta.url)), 'journeys');
const journeys = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => ({ name: file.replace(/^\d+-/, '').replace(/\.mjs$/, ''), path: join(folder, file) }))
  .sort((left, right) => left.path.localeCompare(right.path));

async function runOne(journey, flags) {
  const checks = new Checks(journey.name);
  const began = performance.now();
  const scope = new Scope(checks, flags);
  let timer;
  const tooLong = new Promise((_, reject) => {
    const late = () => reject(new Error(`took longer than ${JOURNEY_MS_MAX / 1000} s`));
    timer = setTimeout(late, JOURNEY_MS_MAX);
  });
  try {
    const { default: walk } = await import(pathToFileURL(journey.path));
    await Promise.race([walk(scope), tooLong]);
  } catch (error) {
    checks.ok('came to its end', false, error.stack || error);
  } finally {
    clearTimeout(timer);
    await scope.close();
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`==    ${journey.name}: ${checks.passed} passed, ${checks.failed} failed in ${seconds} s`);
  return checks;
}

/** Runs journeys side by side, in their order as far as there is a lane. */
async function runAll(picked, flags) {
  const [waiting, done] = [picked.values(), []];
  const lane = async () => {
    for (const journey of waiting) done.push(await runOne(journey, flags));
  };
  await Promise.all(Array.from({ length: Math.min(LANES_MAX, availableParallelism()) }, lane));
  return done;
}

async function main() {
  const given = process.argv.slice(2);
  const flags = new Set(given.filter((word) => word.startsWith('--')));
  const unknownFlags = [...flags].filter((flag) => !['--list', '--pictures', '--docs'].includes(flag));
  const names = given.filter((word) => !word.startsWith('--'));
  const unknown = names.filter((name) => !journeys.some((journey) => journey.name === name)).concat(unknownFlags);
  if (unknown.length > 0) {
    const known = journeys.map((journey) => journey.name).join(', ');
    console.error(`no such journey or flag: ${unknown.join(', ')}; there are: ${known}`);
    return 2;
  }
  if (flags.has('--list')) {
    for (const journey of journeys) console.log(journey.name);
    return 0;
  }
  const picked = names.length > 0 ? journeys.filter((journey) => names.includes(journey.name)) : journeys;
  const all = await runAll(picked, flags);
  // Once more at the end, where whoever has only the end of a long log finds them.
  for (const line of all.flatMap((checks) => checks.failures)) console.log(line);
  const [passed, failed] = ['passed', 'failed'].map((kind) => all.reduce((sum, checks) => sum + checks[kind], 0));
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

// Also when something throws where nobody waits for it, no process and no folder of ours is left.
process.once('exit', () => {
  stopAll();
  removeFolders();
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(130));
}
process.exitCode = await main();
