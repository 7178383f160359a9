// The help desk: a reader reads the code of a wall out, somebody of the paper finds out why, gives access, and the reader reads; by
// keyboard alone, and without script. Every page is looked at.

import { words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { DAY, becomeOne } from '../lib/readers.mjs';

const LOCKED = '/harbour/sill-survey';

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  await helped(scope, paper);
  await looked(scope, paper);
}

async function helped(scope, paper) {
  const { checks } = scope;
  const reader = await (await scope.reader()).newPage();
  await becomeOne(reader, paper.address, 'registered');
  await reader.goto(`${paper.address}/account`);
  const [mail] = (await words(reader, 'main')).match(/registered-[0-9a-f]{8}@readers\.example/);
  await reader.goto(paper.address + LOCKED);
  const [code] = (await words(reader, '.wallbox')).match(/[0-9A-Z]{4}-[0-9A-Z]{5}-[0-9A-Z]{5}/);

  const page = await (await scope.reader({ javaScriptEnabled: false })).newPage();
  await becomeOne(page, paper.address, 'editor');
  await page.goto(`${paper.address}/desk/readers`);
  checks.same('the field waits for what is read out', await page.locator('#q:focus').count(), 1);
  await page.keyboard.type(code.toLowerCase().replaceAll('-', ' '));
  await page.keyboard.press('Enter');
  await page.locator('.help-wall').waitFor();
  checks.has('the code says why', await words(page, '.help-wall'), 'It is for subscribers');
  checks.ok('what was typed is in no address', !page.url().includes('?'));

  await page.locator('#q').fill(mail.slice(0, 14));
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/desk\/readers\/[0-9a-f]{32}$/);
  checks.has('what they would meet', await words(page, '#meets ~ dl'), 'It is for subscribers');
  await page.locator('#until').fill('2026-10-31');
  await page.locator('#reason').fill('The press was late.');
  await page.locator('.desk-add .btn').first().press('Enter');
  await page.locator('.help-sure').waitFor();
  checks.has('it is said first', await words(page, '.help-sure'), 'without payment, to the end of October 31st');
  await page.locator('.desk-acts .btn').press('Enter');
  await page.waitForURL(/said=done$/);
  checks.has('what is open now', await words(page, '#now ~ ul'), 'Given by the paper, until October 31st');
  await reader.reload();
  checks.same('the reader reads', await reader.locator('.wallbox').count(), 0);
}

async function looked(scope, paper) {
  const { checks } = scope;
  const reader = await (await scope.reader()).newPage();
  await becomeOne(reader, paper.address, 'in-grace');
  const page = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'owner');
  await page.goto(`${paper.address}/desk/readers`);
  await look(scope, page, 'finding a reader');
  await page.locator('#q').fill('in-grace');
  await page.locator('.help-find .btn').click();
  await page.waitForURL(/\/desk\/readers\/[0-9a-f]{32}$/);
  checks.has('a payment that failed is said', await words(page, '#now ~ ul'), 'A payment failed');
  await look(scope, page, 'a reader at the help desk');
  await page.locator('select[name=access]').first().selectOption('stays');
  await page.locator('form:has(input[value=pay-back]) .btn').first().click();
  await page.locator('.help-sure').first().waitFor();
  await look(scope, page, 'before money goes back');
  await page.locator('.desk-acts .btn').click();
  await page.waitForURL(/said=done$/);
  checks.has('the ledger has it', await words(page, '#ledger ~ ol'), 'paid back');
  await page.goto(`${paper.address}/desk/readers/lists`);
  await page.locator('#list').fill('email,name\nnew@reader.example,New\nno mail,\n');
  await page.locator('button[value=try]').click();
  await page.locator('.help-report').waitFor();
  checks.has('nothing is written by a look', await words(page, '.help-report'), 'Nothing was written yet');
  await look(scope, page, 'lists of readers');
}
