// Temporary folders of journeys: each is removed when its journey is done with it, and those that are left when the run
// ends, however it ends.

import { mkdtempSync, rmSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const made = new Set();

/** Makes a folder that nobody else has. */
export function makeFolder(purpose) {
  const folder = mkdtempSync(join(tmpdir(), `masthead-${purpose}-`));
  made.add(folder);
  return folder;
}

/** Removes one of them; a program that has just ended may write for a moment longer. */
export async function removeFolder(folder) {
  await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  made.delete(folder);
}

/** Removes those that are left, as far as that goes. */
export function removeFolders() {
  for (const folder of made) {
    try {
      rmSync(folder, { recursive: true, force: true });
    } catch { /* somebody still writes there: the system tidies its temporary folder */ }
  }
}
