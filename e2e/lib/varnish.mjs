// A real Varnish in front of the house, with a recipe of e2e/varnish/.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { pause, run, start, stop } from './children.mjs';
import { makeFolder, removeFolder } from './folders.mjs';

const PROGRAM = process.env.VARNISHD || '/usr/sbin/varnishd';
const RECIPES = join(dirname(fileURLToPath(import.meta.url)), '..', 'varnish');
const START_MS_MAX = 60_000;

/** Whether this machine has Varnish. */
export function hasVarnish() {
  return existsSync(PROGRAM);
}

export class Varnish {
  /** Starts one on a port that the system gives. `recipe` is a file's name without its ending. */
  static async start(address, recipe) {
    const folder = makeFolder('varnish');
    const { hostname, port } = new URL(address);
    const file = join(folder, 'front.vcl');
    const text = readFileSync(join(RECIPES, `${recipe}.vcl`), 'utf8');
    writeFileSync(file, text.replace('HOUSE_HOST', hostname).replace('HOUSE_PORT', port));
    const varnish = new Varnish();
    varnish.folder = folder;
    const home = join(folder, 'home');
    const where = ['-n', home, '-a', 'readers=127.0.0.1:0', '-f', file];
    varnish.server = start(PROGRAM, ['-F', '-j', 'none', ...where, '-s', 'malloc,16m']);
    try {
      varnish.address = await varnish.listening(home);
    } catch (error) {
      await varnish.stop();
      throw error;
    }
    return varnish;
  }

  async listening(home) {
    const deadline = Date.now() + START_MS_MAX;
    for (;;) {
      const told = await run('varnishadm', ['-n', home, '-t', '5', 'debug.listen_address'], 10_000);
      const match = /^\S+ (127\.0\.0\.1) ([1-9]\d*)$/m.exec(told.text);
      if (told.code === 0 && match) return `http://${match[1]}:${match[2]}`;
      if (this.server.ended !== null || Date.now() > deadline) {
        throw new Error(`varnishd did not start: ${this.server.text}\n${told.text}`);
      }
      await pause(200);
    }
  }

  async stop() {
    await stop(this.server);
    await removeFolder(this.folder);
  }
}
