// Runs the browser journeys, all or those that are named: `node run.mjs [--list] [--pictures] [--docs] [NAME...]`.
// Every journey has a sample paper, a server and browsers of its own. Ends with `N passed, N failed` and the exit code.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { stopAll } from './lib/children.mjs';
import { Checks } from './lib/checks.mjs';
import { removeFolders } from './lib/folders.mjs';
import { Scope } from './lib/scope.mjs';

/** No journey takes longer, however busy the machine is. */
const JOURNEY_MS_MAX = 15 * 60_000;

const folder = join(dirname(fileURLToPath(import.meta.url)), 'journeys');
const journeys = readdirSync(folder)
  .filter((file) => file.endsWith('.mjs'))
  .map((file) => ({ name: file.replace(/^\d+-/, '').replace(/\.mjs$/, ''), path: join(folder, file) }))
  .sort((left, right) => left.path.localeCompare(right.path));

async function runOne(journey, checks, flags) {
  checks.journey = journey.name;
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
  const checks = new Checks();
  const picked = names.length > 0 ? journeys.filter((journey) => names.includes(journey.name)) : journeys;
  for (const journey of picked) await runOne(journey, checks, flags);
  // Once more at the end, where whoever has only the end of a long log finds them.
  for (const line of checks.failures) console.log(line);
  console.log(`${checks.passed} passed, ${checks.failed} failed`);
  return checks.failed > 0 || checks.passed === 0 ? 1 : 0;
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
