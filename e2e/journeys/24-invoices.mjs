// An order by invoice: the form with what is missing beside its fields, the invoice to print, the money that arrives, the next
// invoice in time, and the end; with script and without. Every page is looked at.

import { PHONE, state, words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { SUBSCRIBERS } from '../lib/paper.mjs';
import { DAY, press, signIn } from '../lib/readers.mjs';

const ORDER = '/subscribe/digital/invoice?period=year';

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  await paidInTime(scope, paper);
  await takenBack(scope, paper);
}

async function paidInTime(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  await page.goto(`${paper.address}/subscribe/digital?period=year`);
  await signIn(page, paper.address, 'office@reader.example');
  await page.locator('main a[href^="/subscribe/digital/invoice"]').click();
  await page.waitForURL(paper.address + ORDER);
  checks.has('it says what is invoiced', await words(page, 'main'), 'You get an invoice for $120 at once');
  await look(scope, page, 'an order by invoice');
  await page.locator('main form').evaluate((form) => { form.noValidate = true; });
  await page.locator('main form .btn').click();
  await page.locator('#lines-wrong').waitFor();
  checks.has('what is missing stands beside its field', await words(page, '#lines-wrong'), 'at most 4 lines');
  checks.has('the box, too', await words(page, '#agreed-wrong'), 'Please tick the box.');
  await look(scope, page, 'an order by invoice, refused');
  await fill(page);
  await page.locator('main form .btn').click();
  await page.waitForURL(/\/account\/invoices\/\d{4}-0001$/);
  checks.has('the invoice has its number', await words(page, 'h1'), '-0001');
  checks.has('and its buyer', await words(page, 'main'), 'Brook & Sons');
  await look(scope, page, 'an invoice');
  await page.emulateMedia({ media: 'print' });
  checks.ok('on paper there is no button', !(await page.locator('main form').isVisible()));
  await page.emulateMedia({ media: 'screen' });
  const invoice = page.url();
  await page.goto(paper.address + SUBSCRIBERS);
  checks.same('nothing is open before it is paid', await state(page), 'wall');
  await page.goto(`${paper.address}/demo`);
  await press(page, 'settle', 'invoices');
  await page.waitForURL(/\/account#subscription$/);
  checks.has('the account says what comes next', await words(page, '#subscription'), 'The next payment of $120');
  await page.goto(paper.address + SUBSCRIBERS);
  checks.same('paid, all is open', await state(page), 'open');
  await page.goto(invoice);
  checks.has('the invoice says that it is paid', await words(page, 'main'), 'Paid on');
  await page.goto(`${paper.address}/demo`);
  for (let step = 0; step < 12; step += 1) await press(page, 'forward', 'month');
  // The job hears of the new day within a second.
  const next = `${Number(invoice.match(/(\d{4})-0001$/)[1]) + 1}-0001`;
  await page.goto(`${paper.address}/demo/mailbox`);
  for (let tries = 0; tries < 10 && !(await words(page, 'main')).includes(next); tries += 1) {
    await page.waitForTimeout(1_000);
    await page.reload();
  }
  checks.has('it came by mail', await words(page, 'main'), `invoice ${next}`);
  // Nobody stays signed in for a year without reading.
  await page.goto(`${paper.address}/sign-in?back=%2Faccount`);
  await signIn(page, paper.address, 'office@reader.example');
  checks.has('a year later there is the next one', await words(page, '#subscription'), `${next}. To be paid by`);
  await look(scope, page, 'the account with an invoice');
  await page.goto(`${paper.address}/account/invoices`);
  checks.same('both are listed', await page.locator('main dl > div').count(), 2);
  await look(scope, page, 'the invoices');
}

/** On a phone, with no script at all. */
async function takenBack(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader({ ...PHONE, javaScriptEnabled: false })).newPage();
  await page.goto(paper.address + ORDER);
  await signIn(page, paper.address, 'other@reader.example');
  await fill(page);
  await page.locator('main form .btn').click();
  await page.waitForURL(/\/account\/invoices\/\d{4}-\d+$/);
  await page.locator('main form .btn').click();
  await page.waitForLoadState();
  checks.has('without script: the order is taken back', await words(page, 'main'), 'Not to be paid any more');
}

async function fill(page) {
  await page.locator('#name').fill('Brook & Sons');
  await page.locator('#lines').fill('4 Customs Quay\nPort Merrin B3H 4R2');
  await page.locator('#country').fill('Canada');
  await page.locator('#agreed').check();
}
