// Every kind of page, light and dark, on a phone and on a desk, without a finding of axe.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { readOn, reader, state } from '../lib/browser.mjs';
import { fillUp } from '../lib/fuller.mjs';
import { EVERY_PAGE, furtherPages } from '../lib/pages.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Rules that are off unless one asks: target sizes are part of WCAG 2.2 AA. */
const RULES = { 'target-size': { enabled: true } };
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

/** One line for each rule: how often, where first, and why. */
async function findings(page) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate((rules) => window.axe.run(document, { rules }), RULES);
  return violations.map(({ id, nodes }) => {
    const where = nodes.slice(0, 4).map((node) => node.target.join(' ')).join(', ');
    const [first] = nodes;
    const why = first.any.concat(first.all, first.none).map((one) => one.message).join('; ');
    return `${id}, ${nodes.length} times, at ${where}: ${why}`;
  });
}
