// A page that the browser made ahead of the reader, by speculation rules as fronts add them, makes no reading until it
// is looked at and read; and a prefetch makes none at all.

import { DESK, WAIT_MS_MAX, state, waitForState } from '../lib/browser.mjs';
import { pause } from '../lib/children.mjs';
import { START_PATH } from '../lib/front.mjs';
import { METERED } from '../lib/paper.mjs';

/** How long the reader stays away from the page that waits. */
const AHEAD_MS = 8_000;
const [PATH] = METERED;

export default async function walk(scope) {
  const paper = await scope.paper();
  await prefetch(scope, paper);
  await prerendered(scope, paper);
  await believedPrerendered(scope, paper);
}

/** Requests that announce themselves as guesses. */
async function prefetch(scope, paper) {
  const { checks } = scope;
  for (const purpose of ['prefetch', 'prefetch;prerender', 'prefetch;anonymous-client-ip']) {
    const headers = { 'Sec-Purpose': purpose };
    const page = await fetch(paper.address + PATH, { headers });
    checks.same(`${purpose}: the page is answered`, page.status, 200);
    checks.same(`${purpose}: without a cookie`, page.headers.get('set-cookie'), null);
    const post = await fetch(`${paper.address}${PATH}/reading`, { method: 'POST', headers, redirect: 'manual' });
    checks.same(`${purpose}: a POST is refused`, post.status, 503);
    checks.same(`${purpose}: without a cookie, too`, post.headers.get('set-cookie'), null);
  }
  checks.same('no guess was counted', await paper.number('masthead_readings_total'), 0);
}

/** The browser's own prerendering: a page somewhere asks for it, and leads to the article a while later. */
async function prerendered(scope, paper) {
  const { checks } = scope;
  const rules = JSON.stringify({ prerender: [{ urls: [PATH], eagerness: 'immediate' }] });
  const leave = `setTimeout(() => location.assign('${PATH}'), ${AHEAD_MS})`;
  const startPage = `<!doctype html><script type="speculationrules">${rules}</script><script>${leave}</script>`;
  const front = await scope.front(paper.address, { startPage });
  scope.unsteeredBrowser(front.address + START_PATH);
  const script = await until(() => front.requests.find((request) => /\.js$/.test(request.url)), WAIT_MS_MAX);
  if (!script || !/prerender/.test(script.headers['sec-purpose'] || '')) {
    checks.skip('prerendering by speculation rules', 'this browser does not; the next checks emulate it');
    return;
  }
  checks.ok('the browser prerenders the article with its script', true);
  // Longer than any sign of reading takes in a page that is looked at, and shorter than the reader stays away.
  await pause(AHEAD_MS - 2_000);
  checks.same('a prerendered page makes no POST', front.of('POST').length, 0);
  const post = await until(() => front.of('POST', `${PATH}/reading`)[0], WAIT_MS_MAX);
  checks.ok('looking at it opens it', post !== null);
  const opened = await until(() => front.of('GET', `${PATH}/reading`).find((one) => one.status > 0), WAIT_MS_MAX);
  checks.same('the rest of the article is answered', opened && opened.status, 200);
  checks.same('the page that was looked at is the prerendered one', front.of('GET', PATH).length, 1);
  checks.same('it made one reading', front.of('POST').length, 1);
}

/** The same with a document that says of itself that it is prerendered: works in every browser. */
async function believedPrerendered(scope, paper) {
  const { checks } = scope;
  const front = await scope.front(paper.address);
  const page = await (await scope.reader(DESK)).newPage();
  await page.addInitScript(() => {
    let isAhead = true;
    Object.defineProperty(Document.prototype, 'prerendering', { get: () => isAhead });
    window.activate = () => {
      isAhead = false;
      document.dispatchEvent(new Event('prerenderingchange'));
    };
  });
  await page.goto(front.address + PATH);
  await page.mouse.wheel(0, 600);
  await pause(5_000);
  checks.same('while `document.prerendering` says so there is no POST', front.of('POST').length, 0);
  checks.same('and the article is not open', await state(page), 'ask');
  await page.evaluate(() => window.activate());
  await waitForState(page, 'open');
  checks.same('after that there is one', front.of('POST').length, 1);
}

async function until(find, milliseconds) {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) {
    const found = find();
    if (found) return found;
    await pause(100);
  }
  return null;
}
