// Other people's parsers read the sample paper: vnu every kind of page, feedparser the feeds, extruct the structured
// data, xmlschema the sitemaps and the licence. `node run.mjs [--keep]`. Installs what it needs into its own folder, and nothing else.
// Ends with `N passed, N failed` and the exit code.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { pause, start, stop, stopAll, waitFor } from '../lib/children.mjs';
import { makeFolder, removeFolders } from '../lib/folders.mjs';
import { fillUp, olderPage, TAKEN_BACK } from '../lib/fuller.mjs';
import { binary, FREE, freePort, METERED, SUBSCRIBERS } from '../lib/paper.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const VENV = join(HERE, '.venv');
const START_MS_MAX = 60_000;
/** A change is seen within a second; a busy machine gets more. */
const CHANGE_MS = 1_500;

/**
 * Every kind of page that a stranger sees, by its address; those with another status say so. What is one person's own,
 * and what only the paper's links lead to, is asked for below.
 */
const PAGES = {
  front: '/',
  section: '/harbour',
  opinion: '/opinion',
  tag: '/tags/trade-war',
  author: '/authors/anna-torvald',
  series: '/series/the-long-dredge',
  latest: '/latest',
  'most-read': '/most-read',
  corrections: '/corrections',
  edition: '/edition',
  metered: METERED[0],
  free: FREE,
  subscribers: SUBSCRIBERS,
  registered: '/islands/pennel-school',
  live: '/tidewater/live-ilsa',
  opinionated: '/opinion/tariff-is-a-tax',
  japanese: '/culture/japan-letter',
  arabic: '/culture/arabic-letter',
  part: '/harbour/dredge-5',
  reading: `${METERED[1]}/reading`,
  search: '/search',
  found: '/search?q=harbour',
  narrowed: '/search?q=harbour&section=harbour&author=anna-torvald&from=2020-01-01&to=2030-01-01&order=time',
  'found-nothing': '/search?q=no-such-word-anywhere',
  'found-more': '/search?q=harbour&page=2',
  'search-troubled': '/search?q=harbour&from=yesterday',
  meant: '/search?q=harbuor',
  offers: '/offers',
  about: '/about',
  contact: '/contact',
  'contact-about': `/contact?about=${encodeURIComponent(METERED[0])}`,
  thanks: '/reports',
  walls: '/demo/walls',
  crawlers: '/demo/crawlers',
  mailbox: '/demo/mailbox',
  missing: '/harbour/no-such-article',
};
const FEEDS = ['all', 'sections/harbour', 'tags/trade-war', 'authors/anna-torvald', 'series/the-long-dredge'].flatMap(
  (name) => ['rss', 'atom', 'json'].map((ending) => `/feeds/${name}.${ending}`));
/** What a page answers with that does not answer 200. */
const STATUS = { missing: 404, gone: 410, refused: 422, 'refused-mail': 422 };

let passed = 0;
let failed = 0;
function check(name, ok, found = '') {
  if (ok) passed += 1;
  else failed += 1;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}${ok ? '' : `: ${found}`}`);
}

function must(program, parameters, options = {}) {
  const done = spawnSync(program, parameters, { encoding: 'utf8', cwd: HERE, ...options });
  if (done.error || done.status !== 0) {
    throw new Error(`${program} ${parameters.join(' ')}: ${done.error ?? done.stderr}`);
  }
  return done.stdout;
}

function install() {
  if (!existsSync(join(HERE, 'node_modules', 'vnu-jar'))) must('npm', ['ci', '--no-audit', '--no-fund']);
  if (!existsSync(join(VENV, 'bin', 'python'))) must('python3', ['-m', 'venv', VENV]);
  must(join(VENV, 'bin', 'pip'), ['install', '--quiet', '--requirement', 'requirements.txt']);
}

async function fetchAll(address, folder, { fill, set }) {
  const files = [];
  async function keep(kind, name, path, { cookie, form } = {}) {
    const headers = { ...(cookie && { cookie }), ...(form && { origin: address }) };
    const body = form && new URLSearchParams(form);
    const reply = await fetch(`${address}${path}`, { method: form ? 'POST' : 'GET', headers, body });
    const file = `${name}.${kind === 'page' ? 'html' : 'txt'}`;
    const text = await reply.text();
    writeFileSync(join(folder, file), text);
    files.push({ kind, name, path, file, status: reply.status, type: reply.headers.get('content-type') });
    return text;
  }
  for (const [name, path] of Object.entries(PAGES)) await keep('page', name, path);
  await linked(keep);
  await fill();
  for (const name of ['front', 'section', 'free', 'metered']) await keep('page', `${name}-with-slot`, PAGES[name]);
  await keep('page', 'older', await olderPage(address));
  await keep('page', 'gone', TAKEN_BACK);
  const cookies = new Map();
  const open = async (path) => {
    const sent = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { origin: address, 'sec-fetch-site': 'same-origin', ...(sent ? { cookie: sent } : {}) };
    const reply = await fetch(`${address}${path}/reading`, { method: 'POST', headers, redirect: 'manual' });
    for (const line of reply.headers.getSetCookie()) {
      const [name, value] = line.split(';')[0].split('=');
      cookies.set(name, value);
    }
    return [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  };
  let cookie = await open(METERED[0]);
  await keep('page', 'opened', METERED[0], { cookie });
  await keep('page', 'reading-opened', `${METERED[0]}/reading`, { cookie });
  for (const path of METERED.slice(1)) cookie = await open(path);
  await keep('page', 'wall', METERED[6], { cookie });
  await keep('page', 'reading-wall', `${METERED[6]}/reading`, { cookie });
  await keep('page', 'refused', '/reports', { form: { about: FREE, words: '' } });
  await keep('page', 'refused-mail', '/reports', { form: { about: FREE, words: 'Late.', mail: 'nobody' } });
  for (const path of FEEDS) await keep('feed', path.slice(1).replaceAll(/[/.]/g, '-'), path);
  const index = await keep('sitemap', 'sitemap', '/sitemap.xml');
  for (const [, file] of index.matchAll(/<loc>([^<]+)<\/loc>/g)) {
    const path = new URL(file).pathname;
    await keep('sitemap', path.slice(1).replaceAll(/[/.]/g, '-'), path);
  }
  for (const choice of ['allow', 'disallow', 'charge']) {
    await set({ 'crawlers.ai_training': choice, 'crawlers.ai_answers': choice });
    await keep('licence', `licence-${choice}`, '/license.xml');
  }
  writeFileSync(join(folder, 'files.json'), JSON.stringify({ address, files }, null, 1));
  return files;
}

/** Pages that one comes to by links alone: spans of the archive, and a day's edition. */
async function linked(keep) {
  async function follow(name, text, pattern) {
    const [path] = pattern.exec(text) ?? [];
    if (!path) throw new Error(`nothing leads to ${name}`);
    return keep('page', name, path);
  }
  const archive = await keep('page', 'archive', '/archive');
  await follow('archive-year', archive, /\/archive\/\d{4}(?=")/);
  const month = await follow('archive-month', archive, /\/archive\/\d{4}\/\d\d(?=")/);
  const day = await follow('archive-day', month, /\/archive\/\d{4}-\d\d-\d\d(?=")/);
  await follow('edition-day', day, /\/edition\/\d{4}-\d\d-\d\d(?=")/);
}

function pages(folder, files) {
  const jar = join(HERE, 'node_modules', 'vnu-jar', 'build', 'dist', 'vnu.jar');
  const html = files.filter((file) => file.kind === 'page');
  const parameters = ['-jar', jar, '--format', 'json', '--exit-zero-always', ...html.map((file) => file.file)];
  const done = spawnSync('java', parameters, { encoding: 'utf8', cwd: folder, maxBuffer: 64 << 20 });
  if (done.error) throw new Error(`java cannot be started: ${done.error.message}`);
  const { messages } = JSON.parse(done.stderr || '{"messages":[]}');
  for (const { name, file, path, status } of html) {
    const wanted = STATUS[name] ?? 200;
    check(`${name} (${path}) answers`, status === wanted, `status ${status}`);
    const errors = messages.filter((message) => message.url.endsWith(`/${file}`) && told(message));
    const found = errors.map((error) => `line ${error.lastLine}: ${error.message} ${error.extract ?? ''}`).join('\n  ');
    check(`${name} (${path}) is valid HTML`, errors.length === 0, found);
  }
}

/** A warning counts as much as an error; what is for information only is none. */
function told({ type, subType }) {
  return type !== 'info' || subType === 'warning';
}

async function main() {
  install();
  const folder = makeFolder('validate');
  mkdirSync(join(folder, 'fetched'), { recursive: true });
  const fetched = join(folder, 'fetched');
  const address = `http://127.0.0.1:${await freePort()}`;
  const data = join(folder, 'data');
  const listen = ['--listen', address.slice('http://'.length), '--operator-listen', '127.0.0.1:0'];
  const server = start(binary(), ['demo', '--data', data, ...listen, '--public-url', address]);
  try {
    await waitFor(server, /^listening on /m, START_MS_MAX, 'the demo');
    const set = async (values) => {
      for (const [key, value] of Object.entries(values)) must(binary(), ['settings', '--data', data, 'set', key, value]);
      await pause(CHANGE_MS);
    };
    await set({ 'crawlers.licence': 'on', 'crawlers.ai_terms': '/about' });
    const fill = () => fillUp({ address, data, folder });
    pages(fetched, await fetchAll(address, fetched, { fill, set }));
  } finally {
    await stop(server);
  }
  const python = spawnSync(join(VENV, 'bin', 'python'), [join(HERE, 'check.py'), fetched], { encoding: 'utf8' });
  for (const line of python.stdout.split('\n').filter((line) => line !== '')) {
    const [verdict, ...rest] = line.split('\t');
    check(rest[0], verdict === 'ok', rest[1]);
  }
  check('the checks of feeds and data came to their end', python.status === 0, python.stderr);
  if (process.argv.includes('--keep')) console.log(`kept: ${fetched}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || passed === 0 ? 1 : 0;
}

process.once('exit', () => {
  stopAll();
  if (!process.argv.includes('--keep')) removeFolders();
});
process.exitCode = await main();
