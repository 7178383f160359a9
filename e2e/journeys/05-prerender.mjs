// A page that the browser made ahead of the reader, by speculation rules as fronts add them, makes no reading until it
// is looked at and read; and a prefetch makes none at all.

import { DESK, state, waitForState, words } from '../lib/browser.mjs';
import { pause } from '../lib/children.mjs';
import { METERED } from '../lib/paper.mjs';

const PRERENDER_MS_MAX = 15_000;
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

/** The browser's own prerendering. */
async function prerendered(scope, paper) {
  const { checks } = scope;
  const front = await scope.front(paper.address, { prerender: [PATH] });
  const page = await (await scope.reader(DESK)).newPage();
  await page.goto(front.address);
  const guess = await until(() => front.of('GET', PATH)[0], PRERENDER_MS_MAX);
  if (!guess || !/prerender/.test(guess.headers['sec-purpose'] || '')) {
    checks.skip('prerendering by speculation rules', 'this browser does not prerender; the next checks emulate it');
    return;
  }
  checks.has('the browser prerenders the article', guess.headers['sec-purpose'], 'prerender');
  // Longer than any sign of reading takes in a page that is looked at.
  await pause(5_000);
  checks.same('a prerendered page makes no POST', front.of('POST').length, 0);
  await page.evaluate((path) => { location.assign(path); }, PATH);
  await page.waitForURL(front.address + PATH);
  const from = await page.evaluate(() => performance.getEntriesByType('navigation')[0].activationStart);
  checks.ok('the prerendered page is the one that is shown', from > 0, `activationStart ${from}`);
  checks.same('showing it makes no POST', front.of('POST').length, 0);
  await page.mouse.move(300, 300);
  await page.mouse.wheel(0, 300);
  await waitForState(page, 'open');
  checks.same('reading it makes one', front.of('POST').length, 1);
  checks.has('with its notice', await words(page, '[data-part=notice]'), 'You have 4 free articles left');
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
