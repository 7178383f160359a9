// A glance costs nothing: a page that is opened and left within a second, and one in a tab that nobody looks at.

import { DESK, PHONE, waitForState, words } from '../lib/browser.mjs';
import { pause } from '../lib/children.mjs';
import { METERED } from '../lib/paper.mjs';

const GLANCE_MS = 1_000;

/** Articles whose rest is not on the first screen. Where it is, there is nothing to glance at but the text itself. */
async function belowTheFold(scope, paper, options) {
  const context = await scope.reader({ ...options, javaScriptEnabled: false });
  const page = await context.newPage();
  const below = [];
  for (const path of METERED) {
    await page.goto(paper.address + path);
    const box = await page.locator('.opening').boundingBox();
    if (box.y >= options.viewport.height) below.push(path);
  }
  await context.close();
  return below;
}

export default async function walk(scope) {
  const { checks } = scope;
  const paper = await scope.paper();
  const front = await scope.front(paper.address);
  for (const [name, options] of [['phone', PHONE], ['desk', DESK]]) {
    const context = await scope.reader(options);
    const page = await context.newPage();
    const below = await belowTheFold(scope, paper, options);
    checks.ok(`${name}: articles that begin with more than a screen`, below.length >= 2, below.join(' '));
    for (const path of below) {
      await page.goto(front.address + path);
      await pause(GLANCE_MS);
      await page.goto(`${front.address}/about`);
    }
    checks.same(`${name}: ${below.length} glances make no POST`, front.of('POST').length, 0);
    checks.same(`${name}: and bring no cookie`, (await context.cookies()).length, 0);
    await context.close();
  }

  const context = await scope.reader();
  const page = await context.newPage();
  await page.addInitScript(() => {
    // A tab in the background: the page believes that nobody sees it, until the journey says otherwise.
    let isHidden = true;
    Object.defineProperty(document, 'hidden', { get: () => isHidden });
    Object.defineProperty(document, 'visibilityState', { get: () => (isHidden ? 'hidden' : 'visible') });
    window.lookAtIt = () => {
      isHidden = false;
      document.dispatchEvent(new Event('visibilitychange'));
    };
  });
  const [path] = await belowTheFold(scope, paper, DESK);
  await page.goto(front.address + path);
  await pause(5_000);
  checks.same('a tab that nobody sees makes no POST', front.of('POST').length, 0);
  await page.evaluate(() => window.lookAtIt());
  await waitForState(page, 'open');
  checks.same('looking at it for a while opens it', front.of('POST').length, 1);
  checks.has('with its notice', await words(page, '[data-part=notice]'), 'You have 4 free articles left');
  checks.same('one new visitor came of it all', await paper.number('masthead_new_visitors_total'), 1);
}
