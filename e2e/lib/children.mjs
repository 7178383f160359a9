// Processes that a journey starts. Each is ended by its own id and no other; none outlives the run.

import { spawn } from 'node:child_process';

/** How long a process may take to end by itself before it is ended. */
const GRACE_MS = 5_000;

const running = new Set();

/** Starts a program; its output is kept in `text`. */
export function start(program, parameters, options = {}) {
  const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const started = { child, text: '', ended: null };
  started.end = new Promise((resolve) => {
    const finish = (code) => {
      started.ended = code;
      running.delete(started);
      resolve(code);
    };
    child.once('exit', (code, signal) => finish(code ?? signal));
    child.once('error', (error) => {
      started.text += `${error.message}\n`;
      finish('error');
    });
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => { started.text += text; });
  }
  running.add(started);
  return started;
}

/** Waits until `pattern` is in the output, and gives the match. */
export async function waitFor(started, pattern, milliseconds, what) {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    const match = pattern.exec(started.text);
    if (match) return match;
    if (started.ended !== null) throw new Error(`${what} ended (${started.ended}):\n${started.text}`);
    if (Date.now() > deadline) throw new Error(`${what} did not say ${pattern}:\n${started.text}`);
    await pause(50);
  }
}

/** Runs a program to its end: its code and its output. */
export async function run(program, parameters, milliseconds = 30_000) {
  const started = start(program, parameters);
  const timer = setTimeout(() => started.child.kill('SIGKILL'), milliseconds);
  const code = await started.end;
  clearTimeout(timer);
  await pause(0);
  return { code, text: started.text };
}

/** Ends one process that we started. */
export async function stop(started) {
  if (started.ended !== null) return;
  started.child.kill('SIGTERM');
  const timer = setTimeout(() => started.child.kill('SIGKILL'), GRACE_MS);
  await started.end;
  clearTimeout(timer);
}

/** Ends all that are left, at once: for an interrupted run. */
export function stopAll() {
  for (const started of running) started.child.kill('SIGKILL');
}

export function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}
