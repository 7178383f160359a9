// The paper's numbers at the desk: what was read and refused stands there when the job has written it down, over a time that is chosen, with
// a plot and its table; a file is taken out; the letter is stopped; an editor sees no money. Every page is looked at.

import { readFileSync } from 'node:fs';

import { words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { FREE, SUBSCRIBERS } from '../lib/paper.mjs';
import { DAY, becomeOne } from '../lib/readers.mjs';

/** The job writes down what was counted every half minute. */
const WRITTEN_MS_MAX = 60_000;
const TODAY = 'from=2026-09-20&to=2026-09-20';

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  const page = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'owner');
  await page.waitForURL(`${paper.address}/desk`);
  await empty(scope, paper, page);
  await counted(scope, paper, page);
  await pages(scope, paper, page);
  await letter(scope, paper, page);
  await editor(scope, paper);
}

async function empty(scope, paper, page) {
  const { checks } = scope;
  await page.locator('.desk-ways a[href="/desk/numbers"]').click();
  await page.waitForURL(/\/desk\/numbers$/);
  checks.has('nothing was counted last week', await words(page, 'main'), 'Nothing was counted in this time.');
  await look(scope, page, 'the numbers of a week without any');
}

async function counted(scope, paper, page) {
  const { checks } = scope;
  const reader = await (await scope.reader()).newPage();
  for (const path of [FREE, FREE, FREE, SUBSCRIBERS]) await reader.goto(paper.address + path);
  const end = Date.now() + WRITTEN_MS_MAX;
  let told = '';
  while (!told.includes('read: 3, walls: 1') && Date.now() < end) {
    await page.goto(`${paper.address}/desk/numbers?${TODAY}`);
    told = await words(page, '.numbers-today');
    await page.waitForTimeout(500);
  }
  checks.has('what was read today is told', told, 'Today so far – read: 3, walls: 1.');
  const lines = await words(page, '.numbers-lines');
  checks.has('a quarter was stopped', lines, '25.0%');
  checks.same('the plot has a column for each', await page.locator('.plot rect').count(), 2);
  checks.has('and says what it shows', await page.locator('.plot desc').first().textContent(), 'Read: at most 3, on September 20th.');
  await page.locator('.plot summary').click();
  checks.has('its table has the same', await words(page, '.plot table'), '3');
  await look(scope, page, 'the numbers of a day');
}

async function pages(scope, paper, page) {
  const { checks } = scope;
  await page.locator('.numbers-table a').first().click();
  await page.waitForURL(/article=/);
  checks.has('an article has numbers of its own', await words(page, '.numbers-lines'), 'Read');
  await look(scope, page, 'the numbers of an article');
  for (const name of ['articles', 'sections', 'walls', 'readers', 'money']) {
    await page.goto(`${paper.address}/desk/numbers/${name}?${TODAY}`);
    await look(scope, page, `the numbers: ${name}`);
  }
  await page.goto(`${paper.address}/desk/numbers/sections?${TODAY}`);
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('.numbers-file a').click()]);
  checks.has('a table is a file', readFileSync(await file.path(), 'utf8'), 'slug,section,shown,read,walls');
  await page.locator('#from').fill('2026-09-21');
  await page.locator('.numbers-time button').click();
  await page.locator('[role=alert]').waitFor();
  checks.has('a time that is none is refused', await words(page, '[role=alert]'), 'the first one first');
  await look(scope, page, 'a time that is none');
}

async function letter(scope, paper, page) {
  const { checks } = scope;
  await page.goto(`${paper.address}/desk/numbers`);
  await page.locator('button[name=letter]').click();
  await page.waitForURL(/#letter$/);
  checks.has('the letter is stopped', await words(page, '[aria-labelledby=letter]'), 'Get the letter');
  await page.locator('button[name=letter]').click();
  await page.locator('button[name=letter][value=no]').waitFor();
  checks.has('and comes again', await words(page, '[aria-labelledby=letter]'), 'Stop the letter');
}

async function editor(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'editor');
  await page.waitForURL(`${paper.address}/desk`);
  await page.goto(`${paper.address}/desk/numbers`);
  const tabs = await words(page, '.numbers-tabs');
  checks.ok('an editor has no way to money', !tabs.includes('Money') && tabs.includes('Walls'));
  const answer = await page.goto(`${paper.address}/desk/numbers/money`);
  checks.same('and is refused there', answer.status(), 403);
}
