// The pages beside articles, walked by their links: archive, authors, series, latest, the edition on paper, what was read
// most, an error that is reported with and without script, an entry's own address, slots, and the menu of a phone.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

import { DESK, PHONE, allWords, readOn, reader, words } from '../lib/browser.mjs';
import { fillSlots } from '../lib/fuller.mjs';
import { binary, FREE, lastWords, METERED } from '../lib/paper.mjs';
import { pause, run } from '../lib/children.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** The house looks into its folder, and makes its lists, every half minute. */
const TENDED_MS_MAX = 45_000;

export default async function walk(scope) {
  const paper = await scope.paper();
  const browser = await scope.browser();
  await byLinks(scope, paper, browser);
  await anEntry(scope, paper, browser);
  await aReport(scope, paper, browser);
  await theMenu(scope, paper, browser);
  await onPaper(scope, paper, browser);
  await tended(scope, paper, browser);
}

/** From the front page to a day of the archive, an author and a series, without script. */
async function byLinks({ checks }, paper, browser) {
  const context = await reader(browser, { ...DESK, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${paper.address}/`);
  await page.locator('.foot a[href="/archive"]').click();
  checks.same('the archive', await words(page, 'h1'), 'Archive');
  await page.locator('.year ul a').last().click();
  checks.has('a month has its days', await allWords(page), /\d+ articles?/);
  await page.locator('.held-rows h2 a').last().click();
  checks.has('a day', page.url(), /\/archive\/\d{4}-\d\d-\d\d$/);
  const crumbs = await page.locator('.crumbs a').allInnerTexts();
  checks.ok('says where it stands', crumbs.length === 4 && crumbs[0] === 'Front page', crumbs.join(' / '));
  await page.locator('.held a').click();
  checks.has('the edition of that day', page.url(), /\/edition\/\d{4}-\d\d-\d\d$/);
  await page.goto(paper.address + METERED[0]);
  await page.locator('.byline a').first().click();
  checks.has('the byline leads to its author', page.url(), '/authors/');
  await page.goto(`${paper.address}/harbour/dredge-2`);
  await page.locator('.parts a[rel=next]').click();
  checks.ok('the next part', /\/harbour\/(dredge-3|sill-survey)$/.test(page.url()), page.url());
  await page.locator('.series h2 a').click();
  checks.same('the whole series', await page.locator('.numbered .story').count(), 5);
  await page.goto(`${paper.address}/latest`);
  checks.ok('the latest by the minute', (await page.locator('.minutes li').count()) > 30);
  await page.goto(paper.address + FREE);
  checks.same('four articles at the foot', await page.locator('.related-foot li').count(), 4);
  await context.close();
}

async function anEntry({ checks }, paper, browser) {
  const context = await reader(browser);
  const page = await context.newPage();
  await page.goto(`${paper.address}/tidewater/live-ilsa`);
  const link = page.locator('.entry .when').nth(3);
  const address = await link.getAttribute('href');
  await link.click();
  checks.ok('the time of an entry is its address', page.url().endsWith(address), page.url());
  const top = await page.locator(address).evaluate((entry) => entry.getBoundingClientRect().top);
  checks.ok('and leads to it', top > -2 && top < 300, String(top));
  const times = await page.locator('.entry h2 time').evaluateAll((all) => all.map((time) => Date.parse(time.dateTime)));
  checks.ok('the newest entry is the first', times.every((time, place) => place === 0 || time <= times[place - 1]));
  await context.close();
}

/** An error is reported from the article's foot, and the command lists it. */
async function aReport({ checks }, paper, browser) {
  const context = await reader(browser, { ...PHONE, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(paper.address + FREE);
  await page.locator('.after a').first().click();
  checks.has('the form names the article', await words(page, '.report .about'), 'About the article');
  await page.locator('textarea').fill('The clock was four minutes slow, “not” <three>.');
  await page.locator('.report button').click();
  checks.has('a thank-you page', await words(page, 'h1'), 'Thank you');
  await page.goBack();
  await page.locator('textarea').fill('Once more.');
  await page.locator('.report button').click();
  checks.has('a second one has to wait', await words(page, '.refused'), 'last minute');
  checks.same('and what was written is still there', await page.locator('textarea').inputValue(), 'Once more.');
  checks.same('no cookie came of it', (await context.cookies()).length, 0);
  const { text } = await run(binary(), ['reports', '--data', paper.data]);
  checks.has('the command lists it', text, 'four minutes slow, “not” <three>.');
  checks.has('with its article', text, FREE);
  await context.close();
}

async function theMenu({ checks }, paper, browser) {
  const context = await reader(browser, { ...PHONE, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${paper.address}/`);
  const link = page.locator('.burger a[href="/latest"]');
  checks.ok('the menu is closed', !(await link.isVisible()));
  await page.locator('.burger summary').click();
  checks.ok('it opens without script', await link.isVisible());
  await link.click();
  checks.same('and leads on', await words(page, 'h1'), 'Latest');
  await context.close();
}

/** The edition on sheets: what everybody may read, and nothing that is for the screen. */
async function onPaper({ checks }, paper, browser) {
  const context = await reader(browser);
  const page = await context.newPage();
  await page.goto(`${paper.address}/edition`);
  await page.emulateMedia({ media: 'print' });
  checks.same('no menu on paper', await words(page, '.util'), '');
  checks.same('no instructions on paper', await words(page, '.screen'), '');
  checks.has('its number', await words(page, '.edition-hd'), /No\. \d/);
  const text = await allWords(page);
  for (const path of METERED) checks.lacks(`not the end of ${path}`, text, lastWords(path));
  const columns = await page.locator('.edition-columns').first().evaluate((box) => getComputedStyle(box).columnCount);
  checks.same('two columns', columns, '2');
  await context.close();
}

/** What was read most, and what is dropped into the folder: taken over while the paper is served. */
async function tended({ checks }, paper, browser) {
  await fillSlots(paper.data);
  await pause(1_500);
  const context = await reader(browser);
  const page = await context.newPage();
  const shifts = [];
  for (const path of [FREE, '/tidewater/live-ilsa', '/islands/wind-400', '/opinion/publish-soundings']) {
    await page.goto(paper.address + path);
  }
  await readOn(page, paper.address + METERED[0]);
  const deadline = Date.now() + TENDED_MS_MAX;
  let seen = false;
  while (!seen && Date.now() < deadline) {
    await pause(1_000);
    await page.goto(`${paper.address}/`);
    seen = (await words(page, '.strip')).includes('Cod at the quay');
  }
  checks.ok('the market’s file is taken over', seen);
  checks.same('the advertisement stands across', await page.locator('.slot.across .wide').count(), 1);
  await page.goto(`${paper.address}/harbour`);
  const slot = page.locator('.beside-slot img');
  checks.same('and beside a section', await slot.getAttribute('alt'), 'Tide tables for next year');
  const box = await slot.boundingBox();
  checks.same('at its size', [Math.round(box.width), Math.round(box.height)], [300, 250]);
  checks.same('labelled', await words(page, '.beside-slot .lab'), 'Advertisement');
  for (const path of ['/', '/harbour', FREE]) {
    await page.goto(paper.address + path);
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => window.axe.run(document));
    shifts.push(...violations.map(({ id, nodes }) => `${path}: ${id} at ${nodes[0].target}`));
  }
  checks.none('no finding on pages with slots', shifts);
  await context.close();
}
