// The house settings at the desk: a meter is set and bites, an offer is made and bought, an earlier version comes back; what is wrong is
// told at its field; and the paper is seen as somebody else sees it. Every page is looked at.

import { readOn, waitForState, words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { METERED, SUBSCRIBERS } from '../lib/paper.mjs';
import { DAY, becomeOne } from '../lib/readers.mjs';

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  const page = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'owner');
  await page.waitForURL(`${paper.address}/desk`);
  await meter(scope, paper, page);
  await offer(scope, paper, page);
  await back(scope, paper, page);
  await seen(scope, paper, page);
  await institution(scope, paper, page);
  await refused(scope, paper);
}

async function meter(scope, paper, page) {
  const { checks } = scope;
  await page.locator('.desk-ways a[href="/desk/settings"]').click();
  checks.has('what the rules do is a table', await words(page, '.desk-rules'), 'opens');
  await look(scope, page, 'the settings');
  await page.locator('.desk-groups a[href$="/meter"]').click();
  await page.waitForURL(/\/meter$/);
  await look(scope, page, 'the meter');
  const field = page.locator('#meter-allowance_visitors');
  await field.fill('2000');
  await page.evaluate(() => document.querySelector('main form').setAttribute('novalidate', ''));
  await page.locator('main .btn').click();
  await page.locator('[role=alert]').waitFor();
  checks.has('what is wrong is told at its field', await words(page, '#meter-allowance_visitors-help'), '1000');
  checks.same('and stays as it was typed', await field.inputValue(), '2000');
  await look(scope, page, 'the meter with a fault');
  await field.fill('1');
  await page.locator('main .btn').click();
  await page.locator('.desk-changes').waitFor();
  checks.has('the change is shown', await words(page, '.desk-changes'), '1');
  checks.has('and what would come of it', await words(page, '.desk-rules'), 'can be opened, 1 left');
  await look(scope, page, 'what would change');
  await page.locator('#note').fill('One is enough');
  await page.locator('.desk-put .btn').click();
  await page.waitForURL(/\/desk\/settings\?put=/);
  checks.has('it is in force', await words(page, '[role=status]'), 'is in force');
  // It bites, with the next request of everybody.
  const stranger = await (await scope.reader()).newPage();
  await readOn(stranger, paper.address + METERED[0]);
  await waitForState(stranger, 'open');
  await stranger.goto(paper.address + METERED[1]);
  checks.ok('the second article is a wall', await stranger.locator('.wallbox').count() > 0);
}

async function offer(scope, paper, page) {
  const { checks } = scope;
  await page.goto(`${paper.address}/desk/settings/offers`);
  await look(scope, page, 'the offers at the desk');
  await page.locator('details.desk-block summary').click();
  const fresh = page.locator('details.desk-block');
  await fresh.locator('[name$="-plan"]').fill('digital');
  await fresh.locator('[name$="-slug"]').fill('autumn');
  await fresh.locator('[name$="-percent"]').fill('50');
  await fresh.locator('[name$="-months"]').fill('2');
  for (const box of await page.locator('.desk-check input').all()) await box.check();
  await page.locator('main form > .desk-acts .btn').click();
  await page.locator('.desk-changes').waitFor();
  checks.has('the offer is among the changes', await words(page, '.desk-changes'), 'autumn');
  await look(scope, page, 'an offer that is proposed');
  await page.locator('.desk-put .btn').click();
  await page.waitForURL(/put=/);
  const buyer = await (await scope.reader()).newPage();
  await becomeOne(buyer, paper.address, 'registered');
  await buyer.goto(`${paper.address}/offers`);
  checks.has('it can be had at once', await words(buyer, 'main'), '2 months');
  await buyer.locator('a[href^="/subscribe/digital"]').first().click();
  await buyer.locator('input[type=checkbox]').first().check();
  await buyer.locator('main form button[type=submit]').first().click();
  await buyer.waitForURL(/\/demo\/cashier\//);
  await buyer.locator('button[value=good], button[name=card]').first().click();
  await buyer.waitForURL((url) => !url.pathname.startsWith('/demo/cashier'));
  await buyer.goto(`${paper.address}/account`);
  checks.has('and is paid', await words(buyer, '#subscription, main'), 'Digital');
}

async function back(scope, paper, page) {
  const { checks } = scope;
  await page.goto(`${paper.address}/desk/settings/history`);
  checks.has('the history says why', await words(page, 'main'), 'One is enough');
  await look(scope, page, 'the history of settings');
  await page.locator('.desk-versions button').last().click();
  await page.locator('.desk-changes').waitFor();
  await page.locator('.desk-put .btn').click();
  await page.waitForURL(/put=/);
  await page.goto(`${paper.address}/desk/settings/meter`);
  checks.ok('an earlier version holds again', (await page.locator('#meter-allowance_visitors').inputValue()) !== '1');
  await page.goto(`${paper.address}/desk/record`);
  checks.has('who set them stands in the record', await words(page, 'main'), 'put settings into force');
  for (const group of ['plans', 'walls', 'machines', 'document']) {
    await page.goto(`${paper.address}/desk/settings/${group}`);
    await look(scope, page, `the settings: ${group}`);
  }
}

async function seen(scope, paper, page) {
  const { checks } = scope;
  await page.goto(`${paper.address}/desk/see-as`);
  await look(scope, page, 'see it as');
  await page.locator('#who').selectOption('trial-over');
  await page.locator('#what').fill(paper.address + SUBSCRIBERS);
  await page.locator('main .btn').click();
  await page.locator('.wallbox').waitFor();
  checks.has('a wall is seen as it is met', await words(page, '.wallbox'), 'Your trial period has expired');
  checks.has('and it is said whose it is', await words(page, 'body > aside'), 'whose trial ended yesterday');
  await look(scope, page, 'the paper as somebody else');
}

async function institution(scope, paper, page) {
  const { checks } = scope;
  await page.locator('a', { hasText: 'Desk' }).first().click();
  await page.goto(`${paper.address}/desk/institutions`);
  await page.locator('#slug').fill('college');
  await page.locator('#name').fill('Merrin College');
  await page.locator('#opens').fill('digital');
  await page.locator('#networks').fill('0.0.0.0/0');
  await page.locator('main .btn').click();
  await page.locator('[role=alert]').waitFor();
  checks.has('a range that is everybody is refused', await words(page, '[role=alert]'), 'no institution has so many');
  checks.same('and stays as it was typed', await page.locator('#networks').inputValue(), '0.0.0.0/0');
  await look(scope, page, 'institutions');
  await page.locator('#networks').fill('192.0.2.0/24');
  await page.locator('#mail_domains').fill('readers.example');
  await page.locator('main .btn').click();
  await page.waitForURL(/said=kept$/);
  checks.has('its size is told', await words(page, 'main'), '256 addresses');
  await look(scope, page, 'an institution');
  const reader = await (await scope.reader()).newPage();
  await becomeOne(reader, paper.address, 'registered');
  await reader.goto(paper.address + SUBSCRIBERS);
  checks.has('a reader with an address of its reads', await words(reader, 'article'), 'Open to you by Merrin College');
}

async function refused(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'editor');
  await page.waitForURL(`${paper.address}/desk`);
  checks.ok('an editor has no way to the settings', (await page.locator('.desk-ways a[href="/desk/settings"]').count()) === 0);
  const answer = await page.goto(`${paper.address}/desk/settings`);
  checks.same('and is refused there', answer.status(), 403);
}
