// A reader with a keyboard alone: skip link, the button, the first new paragraph; no trap anywhere, and the focus is
// always to be seen.

import { DESK, allWords, readOn, state, waitForState } from '../lib/browser.mjs';
import { METERED, SUBSCRIBERS, lastWords } from '../lib/paper.mjs';

/** No page of the paper has so many things to stop at. */
const STOPS_MAX = 250;

export default async function walk(scope) {
  const { checks } = scope;
  const paper = await scope.paper();
  await throughPages(scope, paper);
  await underTheBar(scope, paper);
  await paper.settings({ opening: 'ask' });
  const page = await (await scope.reader()).newPage();
  const posts = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  await page.goto(paper.address + METERED[0]);
  await page.keyboard.press('Tab');
  const first = await focused(page);
  checks.has('the first stop is the skip link', first.text, 'Skip to the text');
  checks.ok('it is to be seen', first.isSeen, JSON.stringify(first));
  await page.keyboard.press('Enter');
  checks.same('it leads to the text', (await focused(page)).id, 'main');
  let stops = 0;
  while (!(await page.evaluate(() => document.activeElement.matches('.opening-form button')))) {
    await page.keyboard.press('Tab');
    stops += 1;
    if (stops > STOPS_MAX) break;
  }
  checks.most('the button is few stops away', stops, 12);
  checks.same('with `opening = ask` nothing opens by itself', posts.length, 0);
  const before = await page.locator('[data-part=copy] > *').count();
  const y = await page.evaluate(() => window.scrollY);
  await page.keyboard.press('Enter');
  await waitForState(page, 'open');
  await page.waitForFunction(() => document.activeElement.closest('[data-part=copy]'));
  const index = await page.evaluate(() => {
    return [...document.querySelectorAll('[data-part=copy] > *')].indexOf(document.activeElement);
  });
  checks.same('the focus is on the first new paragraph', index, before);
  checks.same('nothing was scrolled', await page.evaluate(() => window.scrollY), y);
  checks.has('the article is whole', await allWords(page), lastWords(METERED[0]));
  const said = await page.locator('[data-part=said]').innerText();
  checks.has('it is told politely', said, '4 free articles left this month.');
  checks.same('once', posts.length, 1);
  await page.keyboard.press('Tab');
  const next = await page.evaluate(() => {
    const text = document.querySelectorAll('[data-part=copy] > *');
    const all = [...document.querySelectorAll('*')];
    return all.indexOf(document.activeElement) > all.indexOf(text[0]);
  });
  checks.ok('the next stop is further down', next);
}

/** Tab from the top of each page to its end and out of it. */
async function throughPages(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  for (const path of ['/', '/harbour', '/offers', '/contact', '/demo/walls', SUBSCRIBERS]) {
    await page.goto(paper.address + path);
    const unseen = [];
    const { stops, isOut } = await tabThrough(page, unseen);
    checks.ok(`${path}: ${stops} stops and out of the page`, isOut && stops > 5, `${stops}`);
    checks.none(`${path}: the focus is always to be seen`, unseen);
  }
}

/** With the bar at the foot of the window, nothing that has the focus is behind it. */
async function underTheBar(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader(DESK)).newPage();
  for (const path of METERED.slice(0, 3)) await readOn(page, paper.address + path);
  checks.same('the third article is open', await state(page), 'open');
  await page.locator('.bar').waitFor();
  await page.evaluate(() => { window.scrollTo(0, 0); });
  const unseen = [];
  const { isOut } = await tabThrough(page, unseen);
  checks.ok('there is a way past the bar', isOut);
  checks.none('nothing with the focus is behind the bar', unseen);
}

async function tabThrough(page, unseen) {
  await page.evaluate(() => { document.activeElement.blur(); });
  let stops = 0;
  while (stops < STOPS_MAX) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    if (stop.tag === 'BODY' || (stops > 0 && stop.isFirst)) return { stops, isOut: true };
    stops += 1;
    if (!stop.isSeen) unseen.push(`${stop.tag} ${stop.text} ${stop.why}`);
  }
  return { stops, isOut: false };
}

/** What has the focus, and whether a reader sees that it has. */
function focused(page) {
  return page.evaluate(() => {
    const element = document.activeElement;
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const x = Math.min(Math.max(box.left + box.width / 2, 0), innerWidth - 1);
    const y = Math.min(Math.max(box.top + box.height / 2, 0), innerHeight - 1);
    const above = document.elementFromPoint(x, y);
    const isOnTop = Boolean(above) && (above === element || element.contains(above) || above.contains(element));
    // A link over several lines has gaps in its middle: its first line has to be in sight then.
    const line = element.getClientRects()[0] || box;
    const atLine = document.elementFromPoint(line.left + line.width / 2, line.top + line.height / 2);
    const isLineOnTop = Boolean(atLine) && (atLine === element || element.contains(atLine));
    const hasRing = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    return {
      tag: element.tagName,
      id: element.id,
      text: (element.innerText || element.getAttribute('aria-label') || '').slice(0, 60),
      isFirst: element.matches('.skip'),
      isSeen: hasRing && (isOnTop || isLineOnTop) && box.width > 0 && box.height > 0,
      why: `ring ${hasRing} on top ${isOnTop || isLineOnTop}`,
    };
  });
}
