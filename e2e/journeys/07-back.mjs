// The way back: deep in an opened article a reader follows a link, and comes back to the same line. With and without
// the browser's cache of whole pages; no second reading, whichever way.

import { DESK, PHONE, readOn, reader, state, waitForState } from '../lib/browser.mjs';
import { pause } from '../lib/children.mjs';
import { METERED } from '../lib/paper.mjs';

/** How far the line may be from where it was, in CSS px. */
const MOVED_PX_MAX = 1;

export default async function walk(scope) {
  const paper = await scope.paper();
  for (const bfcache of [true, false]) {
    const browser = await scope.browser({ bfcache });
    await both(scope, paper, browser, { bfcache, house: 'no cache in front' });
  }
  // The browser may show the shared teaser again, shorter than the page was that it left: the script fills it.
  const browser = await scope.browser({ bfcache: false });
  for (const house of ['respects_cookies', 'blind']) {
    await paper.settings({ cache_in_front: house });
    await both(scope, paper, browser, { bfcache: false, house });
  }
}

/** On a phone and on a desk, opened on this page and opened before. */
async function both(scope, paper, browser, { bfcache, house }) {
  for (const [name, options] of [['phone', PHONE], ['desk', DESK]]) {
    for (const opened of ['now', 'before']) {
      const how = `${name}, ${bfcache ? 'kept page' : 'new page'}, ${house}, opened ${opened}`;
      const context = await reader(browser, options);
      await backAndForth(scope, paper, context, { how, bfcache, opened });
      await context.close();
    }
  }
}

async function backAndForth(scope, paper, context, { how, bfcache, opened }) {
  const { checks } = scope;
  const front = await scope.front(paper.address);
  const page = await context.newPage();
  const address = front.address + METERED[6];
  await readOn(page, address);
  if (opened === 'before') await page.goto(address);
  await waitForState(page, 'open');
  await page.waitForLoadState('load');
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const before = await page.evaluate(() => {
    window.isFromBefore = true;
    const all = [...document.querySelectorAll('[data-part=copy] > p, [data-part=copy] > .locked > p')];
    const chosen = all[Math.min(20, all.length - 3)];
    window.scrollTo({ top: chosen.getBoundingClientRect().top + window.scrollY - 200, behavior: 'instant' });
    return { index: all.indexOf(chosen), top: chosen.getBoundingClientRect().top, y: window.scrollY };
  });
  // The browser keeps the place when it has painted it.
  await pause(500);
  checks.ok(`${how}: deep in the text`, before.index >= 8 && before.y > 1_000, JSON.stringify(before));
  await page.evaluate(() => { document.querySelector('footer a[href="/about"]').click(); });
  await page.waitForURL(/\/about$/);
  await page.waitForLoadState('load');
  await page.evaluate(() => { history.back(); }).catch(() => {});
  await page.waitForURL(address, { waitUntil: 'commit' });
  const place = () => page.evaluate((index) => {
    const found = document.querySelectorAll('[data-part=copy] > p, [data-part=copy] > .locked > p')[index];
    return {
      isKept: window.isFromBefore === true,
      state: document.querySelector('article').dataset.state,
      top: found ? found.getBoundingClientRect().top : null,
    };
  }, before.index);
  const after = await settled(place, before.top);
  checks.same(`${how}: the page ${bfcache ? 'was kept' : 'was made anew'}`, after.isKept, bfcache);
  checks.same(`${how}: it is open`, await state(page), 'open');
  const moved = after.top === null ? Infinity : Math.abs(after.top - before.top);
  checks.most(`${how}: the same line, moved by px`, moved, MOVED_PX_MAX);
  checks.same(`${how}: no second reading`, await left(page), '4');
}

/** The number that the notice tells. */
function left(page) {
  return page.evaluate(() => (/\d+/.exec(document.querySelector('[data-part=notice]').textContent) || [''])[0]);
}

/** Asks until the line is where it was, or for five seconds. */
async function settled(place, top) {
  const deadline = Date.now() + 5_000;
  let last = { isKept: false, state: '', top: null };
  while (Date.now() < deadline) {
    try {
      last = await place();
      if (last.top !== null && Math.abs(last.top - top) <= MOVED_PX_MAX) {
        await pause(500);
        return place();
      }
    } catch { /* the page is on its way */ }
    await pause(200);
  }
  return last;
}
