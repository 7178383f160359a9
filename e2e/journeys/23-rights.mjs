// Out of a contract without an account at hand: the page for cancelling, the withdrawal in two steps, and the receipts of both.

import { PHONE, words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { DAY, becomeOne } from '../lib/readers.mjs';

const WHO = { name: 'Ada Brook', mail: 'ada@reader.example', contract: 'The digital subscription' };

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY, settings: { withdrawal_days: 14 } });
  const stranger = await (await scope.reader(PHONE)).newPage();
  await cancel(scope, paper, stranger);
  await withdraw(scope, paper, stranger);
  await ownWithdrawal(scope, paper);
}

/** By the link at the foot of every page, with no session. */
async function cancel(scope, paper, page) {
  const { checks } = scope;
  await page.goto(`${paper.address}/`);
  await page.locator('footer a[href="/cancel"]').click();
  await page.waitForURL(/\/cancel$/);
  await look(scope, page, 'the page for cancelling');
  await page.locator('input[value=extraordinary]').check();
  await fill(page);
  await page.locator('main form .btn').click();
  checks.has('an extraordinary one needs a reason', await words(page, '[role=alert]'), 'reason');
  checks.ok('its field has the focus', await page.locator('#reason[aria-describedby=refused]').evaluate((field) => document.activeElement === field));
  checks.same('what was typed is kept', await page.locator('#contract').inputValue(), WHO.contract);
  await look(scope, page, 'the page for cancelling, refused');
  await page.locator('input[value=ordinary]').check();
  await page.locator('main form .btn').click();
  const told = await words(page, 'main');
  checks.has('what was stated is shown', told, WHO.contract);
  checks.has('with the instant that it came', told, 'September 20th, 2026');
  await look(scope, page, 'a cancellation, stated');
  await receipt(scope, paper, 'a cancellation');
}

/** Two steps: the first one does nothing. */
async function withdraw(scope, paper, page) {
  const { checks } = scope;
  await page.goto(`${paper.address}/`);
  await page.locator('footer a[href="/withdrawal"]').click();
  await page.waitForURL(/\/withdrawal$/);
  await look(scope, page, 'the page for withdrawing');
  await fill(page);
  await page.locator('main form .btn').click();
  checks.same('the second step has one button, and one back', await page.locator('main .btn').count(), 2);
  checks.has('and shows what is stated', await words(page, 'main'), WHO.contract);
  await look(scope, page, 'a withdrawal, to be confirmed');
  await page.locator('main button[name=again]').click();
  checks.same('back at the form, nothing is lost', await page.locator('#contract').inputValue(), WHO.contract);
  await page.locator('main form .btn').click();
  await page.locator('main form .btn').first().click();
  checks.has('somebody looks at a stranger’s', await words(page, 'main'), 'We look at it, and write to you.');
  await look(scope, page, 'a withdrawal, stated');
  await receipt(scope, paper, 'a withdrawal');
}

/** A signed-in subscriber's is carried out at once. */
async function ownWithdrawal(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'subscriber');
  await page.locator('a[href="/withdrawal"]').first().click();
  await page.waitForURL(/\/withdrawal$/);
  checks.ok('the own address is there', (await page.locator('#mail').inputValue()).startsWith('subscriber-'));
  await page.locator('#name').fill(WHO.name);
  if ((await page.locator('#contract').inputValue()) === '') await page.locator('#contract').fill(WHO.contract);
  await page.locator('main form .btn').click();
  await page.locator('main form .btn').first().click();
  checks.has('the money goes back', await words(page, 'main'), 'goes back to you');
  await look(scope, page, 'a withdrawal, carried out');
  await page.goto(`${paper.address}/account`);
  checks.has('and the contract is over', await words(page, '#subscription'), 'subscription');
  await look(scope, page, 'the account after a withdrawal');
}

async function fill(page) {
  for (const [id, value] of Object.entries(WHO)) await page.locator(`#${id}`).fill(value);
}

/** The newest mail in the demo's mailbox. */
async function receipt(scope, paper, what) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  await page.goto(`${paper.address}/demo/mailbox`);
  await page.locator('dl.dates > div', { hasText: WHO.mail }).first().locator('a').click();
  await page.waitForURL(/\/demo\/mailbox\/\d+$/);
  checks.has(`${what} has a receipt`, await words(page, 'h1'), 'Receipt');
  checks.has(`${what}: it says what was stated`, await words(page, '.mail-text'), WHO.contract);
  await look(scope, page, `the receipt of ${what}`);
}
