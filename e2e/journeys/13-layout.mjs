// Nothing is wider than the window, nothing moves while an article opens, a wall and its button fit a small phone, what
// can be pressed is large enough, and a page weighs little.

import { PHONE, readOn, reader, state, waitForState } from '../lib/browser.mjs';
import { TARGET_SIDE_MIN, sideways, smallTargets } from '../lib/looks.mjs';
import { EVERY_PAGE } from '../lib/pages.mjs';
import { METERED, SUBSCRIBERS } from '../lib/paper.mjs';

const WIDTHS = [320, 360, 820, 1440, 1920];
/** PRODUCT: no layout shift to speak of. */
const SHIFT_MAX = 0.02;
/** HTML, style, script and fonts of a page over the wire. */
const WIRE_BYTES_MAX = 60 * 1024;

export default async function walk(scope) {
  const paper = await scope.paper();
  const browser = await scope.browser();
  await widths(scope, paper, browser);
  await shifts(scope, paper, browser);
  await walls(scope, paper, browser);
  await targets(scope, paper, browser);
  await weights(scope, paper, browser);
}

async function widths({ checks }, paper, browser) {
  for (const width of WIDTHS) {
    const context = await reader(browser, { viewport: { width, height: 900 } });
    const page = await context.newPage();
    // One reader for all: those pages that need reading first come after them.
    const pages = EVERY_PAGE.filter((one) => !one.before && one.wanted !== 'open');
    for (const { name, path } of pages) await isNarrow(checks, page, paper.address + path, `${name}, ${width}`);
    for (const path of METERED.slice(0, 5)) {
      await readOn(page, paper.address + path);
      await isNarrow(checks, page, null, `${path}, open, ${width}`);
    }
    await isNarrow(checks, page, paper.address + METERED[5], `the wall, ${width}`);
    for (const path of ['/culture/japan-letter', '/culture/arabic-letter']) {
      await isNarrow(checks, page, paper.address + path, `${path}, ${width}`);
    }
    await context.close();
    const other = await reader(browser, { viewport: { width, height: 900 } });
    const second = await other.newPage();
    for (const path of ['/culture/japan-letter', '/culture/arabic-letter', '/opinion/tariff-is-a-tax']) {
      await readOn(second, paper.address + path);
      await isNarrow(checks, second, null, `${path}, open, ${width}`);
    }
    await other.close();
  }
}

async function isNarrow(checks, page, address, how) {
  if (address) await page.goto(address);
  checks.none(`${how}: no scrolling sideways`, await sideways(page));
}

/** Layout shifts from the first paint until the rest stands there, by each sign of reading. */
async function shifts({ checks }, paper, browser) {
  const ways = [
    ['phone', { ...PHONE, viewport: { width: 360, height: 640 } }],
    ['tablet', { viewport: { width: 820, height: 1180 } }],
    ['desk', { viewport: { width: 1440, height: 900 } }],
  ];
  for (const [name, options] of ways) {
    for (const [what, act] of [['scrolled', scrollDown], ['looked at', () => {}], ['from the foot', toTheSlot]]) {
      const context = await reader(browser, options);
      const page = await context.newPage();
      await page.addInitScript(() => {
        window.shifts = [];
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) {
            const who = entry.sources.map(({ node }) => (node ? `${node.nodeName}.${node.className ?? ''}` : '?'));
            window.shifts.push({ value: entry.value, isByInput: entry.hadRecentInput, who: who.slice(0, 4).join(' ') });
          }
        }).observe({ type: 'layout-shift', buffered: true });
      });
      let sum = 0;
      const all = [];
      for (const path of METERED.slice(0, 6)) {
        await page.goto(paper.address + path);
        if ((await state(page)) === 'ask') await act(page);
        await page.locator('article[data-state]:not([data-state="ask"])').waitFor({ state: 'attached' });
        await page.waitForTimeout(400);
        const found = await page.evaluate(() => window.shifts);
        all.push(...found.map((one) => `${path} ${one.value.toFixed(4)} ${one.who}`));
        sum = Math.max(sum, found.reduce((total, one) => total + one.value, 0));
      }
      const how = `${name}, ${what}: the worst of six articles`;
      checks.ok(`${how} shifts by at most ${SHIFT_MAX}`, sum <= SHIFT_MAX, `${sum.toFixed(4)}: ${all.join(' | ')}`);
      await context.close();
    }
  }
}

async function scrollDown(page) {
  for (let step = 0; step < 6; step += 1) {
    await page.mouse.wheel(0, 150);
    await page.waitForTimeout(60);
  }
}

/** Straight to the slot: the text comes while the place is on the screen. */
function toTheSlot(page) {
  return page.evaluate(() => {
    const slot = document.querySelector('.opening');
    if (slot) slot.scrollIntoView({ block: 'center', behavior: 'instant' });
  });
}

/** From the line above the wall to the foot of its first button: no more than one small screen. */
async function walls({ checks }, paper, browser) {
  const screen = { width: 360, height: 640 };
  const context = await reader(browser, { ...PHONE, viewport: screen });
  const page = await context.newPage();
  const measure = (root) => {
    const box = root.querySelector('.wallbox').getBoundingClientRect();
    return root.querySelector('.btn').getBoundingClientRect().bottom - box.top;
  };
  await page.goto(paper.address + SUBSCRIBERS);
  const article = page.locator('article');
  checks.most('the subscribers’ wall with its button, px', await article.evaluate(measure), screen.height);
  for (const path of METERED.slice(0, 5)) await readOn(page, paper.address + path);
  await page.goto(paper.address + METERED[5]);
  await waitForState(page, 'wall');
  checks.most('the wall when all is read, px', await article.evaluate(measure), screen.height);
  await page.goto(`${paper.address}/demo/walls`);
  for (const section of await page.locator('section.state:has(.wallbox)').all()) {
    const name = await section.getAttribute('id');
    checks.most(`the sample ${name} with its button, px`, await section.evaluate(measure), screen.height);
  }
  await context.close();
}

/** Everything that stands alone and can be pressed. Links inside a line of text are as high as the line. */
async function targets({ checks }, paper, browser) {
  for (const width of [360, 1440]) {
    const context = await reader(browser, { viewport: { width, height: 900 } });
    const page = await context.newPage();
    for (const { name, path } of EVERY_PAGE.filter((one) => !one.before)) {
      await page.goto(paper.address + path);
      checks.none(`${name}, ${width}: what can be pressed is ${TARGET_SIDE_MIN} px or has as much room`, await smallTargets(page));
    }
    await context.close();
  }
}

/** What the first page of a new reader costs, over the wire. */
async function weights({ checks }, paper, browser) {
  const pages = [['/', ''], [METERED[0], 'ask'], [METERED[0], 'open'], ['/tidewater/live-ilsa', ''], [SUBSCRIBERS, '']];
  for (const [path, wanted] of pages) {
    const context = await reader(browser);
    const page = await context.newPage();
    const wire = await context.newCDPSession(page);
    await wire.send('Network.enable');
    const kinds = new Map();
    const sizes = {};
    const counted = new Set(['Document', 'Stylesheet', 'Script', 'Font', 'Fetch', 'XHR', 'Other']);
    // Each file once: a browser on a busy machine may ask again for a font that is on its way already.
    const seen = new Set();
    wire.on('Network.responseReceived', ({ requestId, type, response }) => kinds.set(requestId, { type, url: response.url }));
    wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const { type, url } = kinds.get(requestId) ?? {};
      if (!counted.has(type) || (type === 'Font' && seen.has(url))) return;
      seen.add(url);
      sizes[type] = (sizes[type] || 0) + encodedDataLength;
    });
    if (wanted === 'open') await readOn(page, paper.address + path);
    else await page.goto(paper.address + path);
    await page.waitForLoadState('networkidle');
    const sum = Object.values(sizes).reduce((total, size) => total + size, 0);
    const told = Object.entries(sizes).map(([kind, size]) => `${kind} ${size}`).join(', ');
    const how = `${path} ${wanted}`.trim();
    checks.ok(`${how}: ${sum} bytes on the wire, at most ${WIRE_BYTES_MAX} (${told})`, sum <= WIRE_BYTES_MAX);
    await context.close();
  }
}
