// Every kind of page, light and dark, on a phone and on a desk, without a finding of axe.

import { readOn, reader, state } from '../lib/browser.mjs';
import { fillUp } from '../lib/fuller.mjs';
import { findings } from '../lib/looks.mjs';
import { EVERY_PAGE, furtherPages } from '../lib/pages.mjs';

const WIDTHS = [390, 1440];

export default async function walk(scope) {
  const { checks } = scope;
  const paper = await scope.paper();
  const browser = await scope.browser();
  await everyWay(scope, browser, paper, EVERY_PAGE);
  await fillUp(paper);
  await everyWay(scope, browser, paper, await furtherPages(paper.address));
}

async function everyWay({ checks }, browser, paper, pages) {
  for (const width of WIDTHS) {
    for (const colorScheme of ['light', 'dark']) {
      const viewport = { width, height: width < 600 ? 844 : 900 };
      const ways = { viewport, colorScheme, reducedMotion: 'reduce' };
      for (const { name, path, status, wanted, before, refused } of pages) {
        const context = await reader(browser, ways);
        const page = await context.newPage();
        if (wanted === 'ask') await page.addInitScript(holdTheWait);
        for (const earlier of before || []) await readOn(page, paper.address + earlier);
        const answer = await page.goto(paper.address + path);
        if (wanted === 'open') await readOn(page, paper.address + path);
        if (refused) await sendNothing(page);
        const how = `${name}, ${width}, ${colorScheme}`;
        if (answer.status() !== status && answer.status() !== 304) {
          checks.same(`${how}: the page is there`, answer.status(), status);
        }
        if (wanted) checks.same(`${how}: it is ${wanted}`, await state(page), wanted);
        await page.waitForLoadState('load');
        checks.none(`${how}: no finding`, await findings(page));
        await context.close();
      }
    }
  }
}

/** An article that is looked at for a while opens: here no such while passes, however long the look takes. */
function holdTheWait() {
  const set = window.setTimeout;
  window.setTimeout = (then, ms, ...more) => (ms > 1_000 ? 0 : set(then, ms, ...more));
}

/** A space fills the field for the browser, and is nothing to the house. */
async function sendNothing(page) {
  await page.locator('.report textarea').fill(' ');
  await page.locator('.report button').click();
  await page.locator('.report .refused').waitFor();
}
