// A sample paper of its own for a journey: the real binary, a data folder in the temporary folder, ports that the
// system gave. Everything that a journey asks of the house apart from pages goes through here.

import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { pause, run, start, stop, waitFor } from './children.mjs';
import { makeFolder, removeFolder } from './folders.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** A debug build fills a new folder in under a second; a busy machine gets a minute. */
const START_MS_MAX = 60_000;
/** A change is seen within a second in every process; a busy machine gets more. */
const CHANGE_MS = 1_500;

/** The binary: MASTHEAD_BIN, or what `cargo build` leaves. */
export function binary() {
  const named = process.env.MASTHEAD_BIN;
  const built = join(process.env.CARGO_TARGET_DIR || join(ROOT, 'target'), 'debug', 'masthead');
  const path = named || built;
  if (!existsSync(path)) {
    throw new Error(`there is no ${path}: run \`cargo build\` first, or name the binary in MASTHEAD_BIN`);
  }
  return path;
}

/** A port that is free now: an address that has to be known before the paper starts. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

export class Paper {
  /**
   * Starts `masthead demo` on a new folder. `settings` are set before the first reader comes. `isPublic`: it knows the
   * address at which it is read. `environment`: variables that it is started with.
   */
  static async start({ settings = {}, flags = [], isPublic = false, environment = {} } = {}) {
    const folder = makeFolder('journey');
    const paper = new Paper();
    paper.folder = folder;
    const listen = `127.0.0.1:${isPublic ? await freePort() : 0}`;
    const where = ['--listen', listen, '--operator-listen', '127.0.0.1:0'];
    if (isPublic) where.push('--public-url', `http://${listen}`);
    const env = { ...process.env, ...environment };
    paper.server = start(binary(), ['demo', '--data', join(folder, 'data'), ...where, ...flags], { env });
    try {
      const said = await waitFor(paper.server, /^listening on (http:\S+)$/m, START_MS_MAX, 'the demo');
      paper.address = said[1];
      paper.operator = (/^health and metrics on (http:\S+)$/m.exec(paper.server.text) || [])[1];
      await paper.settings(settings);
    } catch (error) {
      await paper.stop();
      throw error;
    }
    return paper;
  }

  get data() {
    return join(this.folder, 'data');
  }

  /** Changes house settings of the running server. */
  async settings(values) {
    const changes = Object.entries(values);
    for (const [key, value] of changes) {
      const set = await run(binary(), ['settings', '--data', this.data, 'set', key, String(value)]);
      if (set.code !== 0) throw new Error(`setting ${key} = ${value} was refused: ${set.text}`);
    }
    if (changes.length > 0) await pause(CHANGE_MS);
  }

  /** An institution whose network is this machine's. */
  async institution(name) {
    const named = ['--name', name, '--opens', 'digital', '--network', '127.0.0.1'];
    const added = await run(binary(), ['institutions', '--data', this.data, 'add', 'library', ...named]);
    if (added.code !== 0) throw new Error(`the institution was refused: ${added.text}`);
    await pause(CHANGE_MS);
  }

  /** What the help desk is told about a wall's code. */
  why(code) {
    return run(binary(), ['why', '--data', this.data, code]);
  }

  /** One of the house's own numbers, such as `masthead_new_visitors_total`. */
  async number(name) {
    const text = await (await fetch(`${this.operator}/metrics`)).text();
    const line = text.split('\n').find((line) => line.startsWith(`${name} `));
    return line === undefined ? NaN : Number(line.slice(name.length + 1));
  }

  async stop() {
    await stop(this.server);
    await removeFolder(this.folder);
  }
}

/** Metered articles of the sample paper, in English and with at least six paragraphs behind the teaser. */
export const METERED = [
  '/harbour/forty-one-calls',
  '/city/tram-three',
  '/harbour/quay-railway',
  '/assembly/harbour-toll',
  '/islands/last-crossing',
  '/city/crane-hands',
  '/tidewater/mud-ledger',
];
export const SUBSCRIBERS = '/harbour/sill-survey';
export const FREE = '/city/customs-quay-case';
export const NAME = 'The Merrin Courant';

/** Words from an article's end that no teaser has: a canary for the locked text. */
export function lastWords(path) {
  const text = readFileSync(join(ROOT, 'sample', 'articles', `${path}.md`), 'utf8');
  const plain = text.split(/\n\s*\n/).filter((part) => /^[A-Z][a-z]/.test(part.trim()));
  for (const paragraph of plain.reverse()) {
    const stretch = paragraph.replace(/\s+/g, ' ').match(/[A-Za-z ,]{28,60}/);
    if (stretch) return stretch[0].trim();
  }
  throw new Error(`${path} has no plain words at its end`);
}

/** "December 1st": a day as the paper writes it. */
export function ordinalDay(date) {
  const month = date.toLocaleString('en', { month: 'long', timeZone: 'UTC' });
  const day = date.getUTCDate();
  const teen = day >= 11 && day <= 13;
  const ending = teen ? 'th' : ({ 1: 'st', 2: 'nd', 3: 'rd' }[day % 10] ?? 'th');
  return `${month} ${day}${ending}`;
}

/** The first day of the next window and the last of this one, in the sample paper's zone. */
export function windowDays(now = new Date()) {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: 'America/Halifax', year: 'numeric', month: '2-digit',
  }).formatToParts(now);
  const number = (type) => Number(parts.find((part) => part.type === type).value);
  const next = new Date(Date.UTC(number('year'), number('month'), 1));
  return { reset: ordinalDay(next), last: ordinalDay(new Date(next.getTime() - 86_400_000)) };
}
