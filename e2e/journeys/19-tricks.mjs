// What readers of paywalled pages try in a browser, trick by trick: no word of a locked text is anywhere in what the browser
// has, unless a reading was made; and a cleared jar brings one new allowance, which the house counts.

import { METERED, SUBSCRIBERS, lastWords } from '../lib/paper.mjs';
import { DESK, allWords, launch, readOn, reader, state } from '../lib/browser.mjs';
import { run } from '../lib/children.mjs';
import { makeFolder, removeFolder } from '../lib/folders.mjs';

/** Readings of a visitor, as the sample paper has them. */
const ALLOWANCE = 5;
/** A search crawler's name, said from an address that is none of its own. */
const CRAWLER = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

export default async function walk(scope) {
  const { checks } = scope;
  const paper = await scope.paper();
  // What anybody could read by mistake would be no trick's doing.
  const canary = lastWords(METERED[0]);
  const locked = [[METERED[0], canary], [SUBSCRIBERS, lastWords(SUBSCRIBERS)]];
  for (const [path, words] of locked) {
    await withoutScript(scope, paper, path, words);
    await byEveryRequest(scope, paper, path, words);
    await byThePage(scope, paper, path, words);
  }
  checks.same('none of it was a reading', await paper.number('masthead_readings_total'), 0);
  checks.same('nor a new visitor', await paper.number('masthead_new_visitors_total'), 0);
  for (const [path, words] of locked) await byReaderMode(scope, paper, path, words);
  await aReadingIsSeen(scope, paper, canary);
  await backAfterTheLast(scope, paper);
  await clearedJars(scope, paper);
}

/** All that a page has: its markup as it is now, its words, and what lies in attributes, templates and frames. */
async function everything(page) {
  const parts = [await page.content(), await allWords(page)];
  parts.push(await page.evaluate(async () => {
    const stored = JSON.stringify([{ ...localStorage }, { ...sessionStorage }, window.name, history.state]);
    const names = 'caches' in window ? await caches.keys() : [];
    const kept = await Promise.all(names.map(async (name) => {
      const cache = await caches.open(name);
      const answers = await Promise.all((await cache.keys()).map((key) => cache.match(key)));
      return Promise.all(answers.map((answer) => answer.text()));
    }));
    const templates = [...document.querySelectorAll('template, noscript, script, iframe')].map((one) => one.outerHTML);
    return [stored, JSON.stringify(kept), ...templates].join('\n');
  }));
  return parts.join('\n').replace(/\s+/g, ' ');
}

/** A page that nobody looks at makes no reading, however long it stays. */
function unseen(context) {
  return context.addInitScript(() => {
    Object.defineProperty(Document.prototype, 'visibilityState', { get: () => 'hidden' });
    Object.defineProperty(Document.prototype, 'hidden', { get: () => true });
  });
}

/** Script off, as a whole and by its file alone. */
async function withoutScript(scope, paper, path, words) {
  const { checks } = scope;
  for (const [how, options] of [
    ['script off', { ...DESK, javaScriptEnabled: false }],
    ['a crawler’s name', { ...DESK, userAgent: CRAWLER }],
    ['a crawler’s name, script off', { ...DESK, userAgent: CRAWLER, javaScriptEnabled: false }],
  ]) {
    const context = await scope.reader(options);
    await unseen(context);
    const page = await context.newPage();
    const answer = await page.goto(paper.address + path);
    checks.lacks(`${path}, ${how}: not in the source`, (await answer.text()).replace(/\s+/g, ' '), words);
    checks.lacks(`${path}, ${how}: not in the page`, (await page.content()).replace(/\s+/g, ' '), words);
    await context.close();
  }
  const context = await scope.reader();
  await unseen(context);
  const page = await context.newPage();
  let stopped = 0;
  await page.route(/\.js(\?.*)?$/, (route) => { stopped += 1; return route.abort('blockedbyclient'); });
  await page.goto(paper.address + path);
  checks.ok(`${path}: the script was blocked`, stopped > 0);
  checks.lacks(`${path}, script blocked: not in the page`, await everything(page), words);
  await context.close();
}

/** Requests that no browser of a reader sends. */
async function byEveryRequest(scope, paper, path, words) {
  const { checks } = scope;
  for (const [how, headers] of [
    ['bare', {}],
    ['curl', { 'user-agent': 'curl/8.0', accept: '*/*' }],
    ['a crawler’s name', { 'user-agent': CRAWLER }],
    ['as Markdown', { accept: 'text/markdown' }],
    ['as data', { accept: 'application/json' }],
    ['a part', { range: 'bytes=0-999999' }],
    ['from a search', { referer: 'https://www.google.com/' }],
    ['an invented cookie', { cookie: 'm=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' }],
  ]) {
    for (const address of [path, `${path}/reading`, `${path}?amp=1`, `${path}.json`, `${path}/print`]) {
      const answer = await fetch(paper.address + address, { headers });
      const text = (await answer.text()).replace(/\s+/g, ' ');
      checks.ok(`${address}, ${how}: an answer`, answer.status < 500, answer.status);
      checks.lacks(`${address}, ${how}: not in the answer`, text, words);
    }
  }
}

/** In one page: its source, its selection, on paper, and a worker of one's own. Nobody moves, so nothing is opened. */
async function byThePage(scope, paper, path, words) {
  const { checks } = scope;
  const context = await scope.reader();
  await unseen(context);
  const page = await context.newPage();
  await page.goto(paper.address + path);
  checks.lacks(`${path}: not in the page`, await everything(page), words);
  const source = await page.evaluate(async () => (await fetch(location.href)).text());
  checks.lacks(`${path}: not in its source`, source.replace(/\s+/g, ' '), words);
  const selected = await page.evaluate(() => {
    getSelection().selectAllChildren(document.documentElement);
    return getSelection().toString();
  });
  checks.ok(`${path}: all of it is selected`, selected.length > 200);
  checks.lacks(`${path}: not in what is selected`, selected.replace(/\s+/g, ' '), words);
  await page.addStyleTag({ content: '* { display: revert !important; max-height: none !important; filter: none !important }' })
    .catch(() => {});
  await page.evaluate(() => {
    for (const one of document.querySelectorAll('*')) {
      one.hidden = false;
      one.style.cssText += 'display: block !important; visibility: visible !important; opacity: 1 !important';
    }
  });
  checks.lacks(`${path}: nothing is uncovered`, (await allWords(page)).replace(/\s+/g, ' '), words);
  await page.emulateMedia({ media: 'print' });
  checks.lacks(`${path}: not on paper`, (await allWords(page)).replace(/\s+/g, ' '), words);
  const sheets = await page.pdf({ format: 'A4' });
  checks.ok(`${path}: the sheets are made`, sheets.subarray(0, 5).toString() === '%PDF-');
  checks.lacks(`${path}: not in the sheets`, sheets.toString('latin1'), words);
  const workers = await page.evaluate(async () => {
    const there = 'serviceWorker' in navigator ? await navigator.serviceWorker.getRegistrations() : [];
    const own = URL.createObjectURL(new Blob(['onfetch = () => {}'], { type: 'text/javascript' }));
    const refused = await navigator.serviceWorker.register(own).then(() => false, () => true);
    return { there: there.length, refused };
  });
  checks.same(`${path}: no worker keeps pages, and none comes from the page`, workers, { there: 0, refused: true });
  await context.close();
}

/** The browser's own distiller, steered by nobody: what it writes down. A busy machine looks at the page for so long that it
    is a reading, with a cookie, and counted. */
async function byReaderMode(scope, paper, path, words) {
  const { checks } = scope;
  const folder = makeFolder('distilled');
  try {
    const browser = process.env.CHROMIUM || '/usr/bin/chromium';
    const before = await paper.number('masthead_readings_total');
    const { code, text } = await run(browser, [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking', '--enable-dom-distiller',
      `--user-data-dir=${folder}`, '--dump-dom', paper.address + path,
    ]);
    checks.ok(`${path}: a browser that nobody steers has the page`, code === 0 && text.includes('data-state='), text);
    const made = await paper.number('masthead_readings_total') - before;
    const isThere = text.replace(/\s+/g, ' ').includes(words);
    checks.ok(`${path}: in what it writes down only with a reading`, !isThere || made === 1, `${made} readings`);
  } finally {
    await removeFolder(folder);
  }
}

/** The same looks find the words once a reading was made: none of the checks above is blind. */
async function aReadingIsSeen(scope, paper, words) {
  const { checks } = scope;
  const context = await scope.reader();
  const page = await context.newPage();
  checks.same('a reading opens it', await readOn(page, paper.address + METERED[0]), 'open');
  checks.has('then it is in the page', await everything(page), words);
  const source = await page.evaluate(async () => (await fetch(location.href)).text());
  checks.has('and in its source, for this reader', source.replace(/\s+/g, ' '), words);
  const other = await (await scope.reader()).newPage();
  const answer = await other.goto(paper.address + METERED[0]);
  checks.lacks('a window beside it has no part in it', (await answer.text()).replace(/\s+/g, ' '), words);
  await context.close();
}

/** The browser keeps whole pages for the way back: those that were opened, and no other. */
async function backAfterTheLast(scope, paper) {
  const { checks } = scope;
  const browser = await launch({ bfcache: true });
  scope.later(() => browser.close());
  const page = await (await reader(browser)).newPage();
  for (const path of METERED.slice(0, ALLOWANCE)) await readOn(page, paper.address + path);
  const next = METERED[ALLOWANCE];
  checks.same('the next one is the wall', await readOn(page, paper.address + next), 'wall');
  await page.goto(`${paper.address}/about`);
  await go(page, -1, next);
  checks.lacks('back: still not there', await everything(page), lastWords(next));
  await go(page, 1, '/about');
  await go(page, -1, next);
  await page.reload();
  checks.same('back, on, back and again: the wall', await state(page), 'wall');
  checks.lacks('and still not there', await everything(page), lastWords(next));
  await page.evaluate(() => { localStorage.clear(); sessionStorage.clear(); });
  await page.reload();
  checks.same('an empty storage brings nothing', await state(page), 'wall');
}

/** On the browser's own way: a page that it kept is not loaded, and waiting for that would take for ever. */
async function go(page, steps, path) {
  await page.evaluate((steps) => { history.go(steps); }, steps).catch(() => {});
  await page.waitForURL((url) => url.pathname === path, { waitUntil: 'commit' });
  await page.locator('h1').first().waitFor({ state: 'attached' });
}

/** What cannot be closed: each cleared jar is a new visitor, with one POST for each article and no more than the allowance. */
async function clearedJars(scope, paper) {
  const { checks } = scope;
  const readings = () => paper.number('masthead_readings_total');
  const visitors = () => paper.number('masthead_new_visitors_total');
  const before = [await readings(), await visitors()];
  const context = await scope.reader();
  const page = await context.newPage();
  const jars = 3;
  for (let jar = 0; jar < jars; jar += 1) {
    await context.clearCookies();
    checks.same(`jar ${jar}: it opens`, await readOn(page, paper.address + METERED[1]), 'open');
  }
  checks.same('each jar cost a reading', await readings() - before[0], jars);
  checks.same('and was counted as a new visitor', await visitors() - before[1], jars);
  for (const path of METERED.slice(2, 2 + ALLOWANCE - 1)) await readOn(page, paper.address + path);
  checks.same('and holds no more than the allowance', await readOn(page, paper.address + METERED[0]), 'wall');
  checks.same('in all', await readings() - before[0], jars + ALLOWANCE - 1);
  // A private window is a jar of its own: no more, no less.
  const other = await (await scope.reader()).newPage();
  checks.same('a private window', await readOn(other, paper.address + METERED[0]), 'open');
}
