// Schemathesis asks every address of the API whatever its description allows, and much that it does not, of a demo that is served: no
// mistake of the program, no status, header or field that is not described, nothing taken that does not fit, nothing without a token.
// `node run.mjs`. Installs what it needs into its own folder, and nothing else. Ends with `N passed, N failed` and the exit code.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { start, stop, stopAll, waitFor } from '../lib/children.mjs';
import { makeFolder, removeFolders } from '../lib/folders.mjs';
import { binary } from '../lib/paper.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const VENV = join(HERE, '.venv');
const START_MS_MAX = 60_000;
/** All of it ends after this, whatever comes. */
const SECONDS_MAX = 300;
const EXAMPLES_MAX = process.env.MACHINES_EXAMPLES || '8';
/** One run is as the other. */
const SEED = '20260916';
const SCOPES = [
  'articles:read', 'articles:read-locked', 'articles:write', 'articles:publish', 'media:read', 'media:write', 'readers:read',
  'readers:write', 'subscriptions:read', 'settings:read', 'settings:write', 'offers:read', 'offers:write',
];

function must(program, parameters) {
  const done = spawnSync(program, parameters, { encoding: 'utf8', cwd: HERE });
  if (done.error || done.status !== 0) throw new Error(`${program} ${parameters.join(' ')}: ${done.error ?? done.stderr}`);
  return done.stdout;
}

function install() {
  if (!existsSync(join(VENV, 'bin', 'python'))) must('python3', ['-m', 'venv', VENV]);
  must(join(VENV, 'bin', 'pip'), ['install', '--quiet', '--requirement', 'requirements.txt']);
}

async function main() {
  install();
  const folder = makeFolder('machines');
  const data = join(folder, 'data');
  const server = start(binary(), ['demo', '--data', data, '--listen', '127.0.0.1:0', '--operator-listen', '127.0.0.1:0']);
  try {
    const [, address] = await waitFor(server, /^listening on (http:\S+)$/m, START_MS_MAX, 'the demo');
    must(binary(), ['staff', '--data', data, 'set', 'owner@courant.example', '--role', 'owner']);
    const scopes = SCOPES.flatMap((scope) => ['--scope', scope]);
    const named = ['--name', 'Schemathesis', '--staff', 'owner@courant.example'];
    const token = must(binary(), ['token', '--data', data, 'create', ...named, ...scopes]).trim();
    const parameters = [
      '--config-file', join(HERE, 'schemathesis.toml'), 'run', `${address}/api/openapi.json`, '--header', `Authorization: Bearer ${token}`,
      '--max-examples', EXAMPLES_MAX, '--seed', SEED, '--phases', 'examples,coverage,fuzzing,stateful', '--checks', 'all',
      '--continue-on-failure', '--generation-database', 'none', '--rate-limit', '1000/m', '--request-timeout', '20', '--no-color',
    ];
    const program = join(VENV, 'bin', 'schemathesis');
    const done = spawnSync(program, parameters, { encoding: 'utf8', cwd: folder, timeout: SECONDS_MAX * 1_000, maxBuffer: 64 << 20 });
    console.log(done.stdout);
    if (done.stderr) console.log(done.stderr);
    const broken = server.text.split('\n').filter((line) => / ERROR |panicked/.test(line));
    broken.forEach((line) => console.log(line));
    const isWell = done.status === 0 && broken.length === 0;
    console.log(isWell ? '1 passed, 0 failed' : `0 passed, 1 failed (schemathesis: ${done.status ?? done.error?.message})`);
    return isWell ? 0 : 1;
  } finally {
    await stop(server);
  }
}

process.once('exit', () => {
  stopAll();
  removeFolders();
});
process.exitCode = await main();
