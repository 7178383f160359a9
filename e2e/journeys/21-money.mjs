// From the wall over the tariff to the cashier and back to the paragraph; what the account says then; cancelling; a card
// that fails; what is over; another plan; an offer that lapses on the way. No card is ever asked for, and nobody else's address is.

import { PHONE, allWords, state, words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { METERED, SUBSCRIBERS, lastWords } from '../lib/paper.mjs';
import { DAY, isAtTheRest, press, signIn } from '../lib/readers.mjs';

const BACK = `${SUBSCRIBERS}#rest`;
const ORDER = `/subscribe/digital?back=${encodeURIComponent(BACK)}`;

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  const page = await buyer(scope, paper);
  await toTheCashier(scope, paper, page);
  await cancelled(scope, paper, page);
  await inGrace(scope, paper);
  await over(scope, paper);
  await welcomeBack(scope, paper);
  await anotherPlan(scope, paper);
  await withoutScript(scope, paper);
  await lapsed(scope, paper);
}

/** Somebody whose every request and every field is watched. */
async function buyer(scope, paper, options) {
  const { checks } = scope;
  const context = await scope.reader(options);
  const foreign = [];
  const fields = [];
  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (origin !== paper.address && protocol !== 'data:') foreign.push(request.url());
  });
  const page = await context.newPage();
  page.on('domcontentloaded', async () => {
    const found = await page.evaluate(() => [...document.querySelectorAll('input, iframe')].filter((one) => {
      const told = `${one.name} ${one.id} ${one.getAttribute('autocomplete')}`;
      return one.tagName === 'IFRAME' || /card|cc-|cvc|iban|account-number|expir/i.test(told);
    }).map((one) => one.outerHTML)).catch(() => []);
    fields.push(...found);
  });
  // Before the browser is closed: what it asked for is known then.
  scope.later(() => {
    checks.none('no request left the paper', foreign);
    checks.none('no field asked for a card', fields);
  });
  return page;
}

/** The wall, the tariff, an address, an agreement, three cards, and the paragraph. */
async function toTheCashier(scope, paper, page) {
  const { checks } = scope;
  await page.goto(paper.address + SUBSCRIBERS);
  checks.same('a wall', await state(page), 'wall');
  checks.has('with both prices', await words(page, '.wall'), 'Try 3 months for $9. Then $12 a month.');
  const before = await page.locator('[data-part=copy] > p').count();
  await page.locator('.wall .btn').click();
  await page.waitForURL(/\/offers/);
  await look(scope, page, 'the tariff');
  await page.locator('main a[href^="/subscribe/digital"]').first().click();
  await page.waitForURL(/\/sign-in\?/);
  await signIn(page, paper.address, 'ada@reader.example');
  checks.has('signing in leads to the order', page.url(), `${paper.address}/subscribe/digital`);
  const knowsTheWay = (await page.locator('input[name=back]').inputValue()) === BACK;
  if (knowsTheWay) checks.ok('the order knows the way back', true);
  else {
    checks.skip('the tariff leads back to the paragraph', 'it does not know where its reader came from');
    await page.goto(paper.address + ORDER);
  }
  const order = await words(page, 'main');
  checks.has('it says what is charged today', order, 'You pay $9 today.');
  checks.has('and what then', order, 'From December 20th on you pay $12 a month, until you cancel.');
  await look(scope, page, 'the order');
  await page.locator('main form .btn').click();
  checks.same('nothing goes on without the tick', new URL(page.url()).pathname, '/subscribe/digital');
  await page.locator('#agreed').evaluate((box) => { box.required = false; });
  await page.locator('main form .btn').click();
  checks.has('the house says so, too', await told(page), 'Please tick the box.');
  const said = await page.locator('#agreed').evaluate((box) => ({
    hasFocus: document.activeElement === box,
    says: document.getElementById(box.getAttribute('aria-describedby'))?.textContent ?? '',
  }));
  checks.ok('at the box, which has the focus', said.hasFocus && said.says.includes('Please tick the box.'), said.says);
  await look(scope, page, 'the order, refused');
  await page.locator('#agreed').check();
  await page.locator('main form .btn').click();
  await page.waitForURL(/\/demo\/cashier\//);
  await look(scope, page, 'the cashier');
  await card(page, 'declined');
  checks.has('a card is declined', await told(page), 'Nothing was charged');
  await look(scope, page, 'the cashier, declined');
  await card(page, 'proof');
  checks.has('a bank asks', await words(page, 'main'), 'Your bank asks: is it you?');
  await look(scope, page, 'the bank');
  await card(page, 'refused');
  checks.has('it is told no', await told(page), 'Nothing was charged');
  await card(page, 'proof');
  await card(page, 'agreed');
  await page.waitForURL(paper.address + BACK);
  checks.same('back at the article, which is open', await state(page), 'open');
  checks.has('and whole', await allWords(page), lastWords(SUBSCRIBERS));
  checks.ok('where the text broke off', await isAtTheRest(page, before));
  const isOffered = page.locator('header a.sub').waitFor({ state: 'hidden', timeout: 5_000 }).then(() => false, () => true);
  checks.ok('nobody who has paid is offered a subscription by the head', !(await isOffered));
  await look(scope, page, 'an open article of a subscriber');
  await page.goto(`${paper.address}/account`);
  checks.same('nor on another page', await page.locator('header a.sub:visible').count(), 0);
  checks.has('the account tells the next payment', await contract(page), 'The next payment of $12 is on December 20th.');
  await look(scope, page, 'the account of a subscriber');
}

/** One page, two buttons; and back again. */
async function cancelled(scope, paper, page) {
  const { checks } = scope;
  await page.locator('a[href="/account/cancellation"]').click();
  await page.waitForURL(/\/account\/cancellation$/);
  checks.same('cancelling is one page with two buttons', await page.locator('main .btn').count(), 2);
  checks.has('which says what is kept', await words(page, 'main'), 'You keep full access until December 20th.');
  await look(scope, page, 'cancelling');
  await page.locator('main a.btn').click();
  await page.waitForURL(`${paper.address}/account`);
  checks.has('one of them keeps it', await contract(page), 'The next payment of $12 is on December 20th.');
  await page.locator('a[href="/account/cancellation"]').click();
  await page.locator('main button.btn').click();
  await page.waitForURL(/\/account#subscription$/);
  checks.has('the other cancels', await contract(page), 'It is cancelled. You keep full access until December 20th');
  await look(scope, page, 'the account, cancelled');
  await page.locator('form[action="/account/resumption"] button').click();
  await page.waitForURL(/\/account#subscription$/);
  await page.locator('a[href="/account/cancellation"]').waitFor();
  checks.has('and it can be taken back', await contract(page), 'The next payment of $12 is on December 20th.');
}

/** A card that failed: a bar, never a wall; another card ends it. */
async function inGrace(scope, paper) {
  const { checks } = scope;
  const page = await become(scope, paper, 'in-grace', true);
  checks.has('in grace: the account says so', await contract(page), 'Your card was declined on September');
  const first = await page.locator('form[action="/account/card"] button').getAttribute('class');
  checks.same('in grace: another card is the filled button', first, 'btn');
  await look(scope, page, 'the account in grace');
  for (const path of [SUBSCRIBERS, METERED[0]]) {
    await page.goto(paper.address + path);
    checks.same(`in grace: ${path} is open`, await state(page), 'open');
    checks.same('without a wall', await page.locator('.wallbox').count(), 0);
    await page.locator('.bar').waitFor();
    checks.has('with a bar', await words(page, '.bar'), 'You keep full access until');
  }
  await look(scope, page, 'an article in grace');
  const button = page.locator('.bar a.btn');
  const leads = await button.getAttribute('href');
  if (leads.startsWith('/account')) {
    await button.click();
    await page.waitForURL(/\/account/);
  } else {
    checks.skip('in grace: the bar leads to another card', `its button leads to ${leads}, and so back to the article`);
    await page.goto(`${paper.address}/account`);
  }
  await page.locator('form[action="/account/card"] button').click();
  await page.waitForURL(/\/demo\/cashier\/card\//);
  checks.has('in grace: what is owed stands at the cashier', await words(page, 'main'), 'Owed: CAD 12');
  await look(scope, page, 'the cashier for another card');
  await card(page, 'declined');
  checks.ok('in grace: a card is declined', (await told(page)).length > 0);
  await card(page, 'good');
  await page.waitForURL(/\/account#subscription$/);
  checks.has('in grace: another card is charged', await heard(page), 'The next payment of $12 is on October');
  await page.goto(paper.address + SUBSCRIBERS);
  checks.same('in grace: it is over', await page.locator('.bar:visible').count(), 0);
}

/** What is over has its wall, with a way to the offers or to another card. */
async function over(scope, paper) {
  const { checks } = scope;
  for (const [who, heading] of [
    ['trial-over', 'Your trial period has expired.'],
    ['subscription-over', 'Your full access to The Merrin Courant has expired.'],
    ['payment-failed', 'We could not renew your subscription.'],
  ]) {
    const page = await become(scope, paper, who);
    await look(scope, page, `the account, ${who}`);
    await page.goto(paper.address + SUBSCRIBERS);
    checks.same(`${who}: a wall`, await state(page), 'wall');
    checks.has(`${who}: ${heading}`, await words(page, '.wall'), heading);
    await look(scope, page, `the wall, ${who}`);
    await page.locator('.wall a[href^="/offers"]').first().click();
    await page.waitForURL(/\/offers/);
    checks.ok(`${who}: it leads to the offers`, true);
  }
}

/** Whoever was here before is shown the offer that is for them, from the wall to the order. */
async function welcomeBack(scope, paper) {
  const { checks } = scope;
  const page = await become(scope, paper, 'subscription-over');
  await page.goto(paper.address + SUBSCRIBERS);
  checks.lacks('back again: nobody who is signed in is asked to sign in', await words(page, '.wall'), 'Already a subscriber?');
  await page.locator('.wall a[href^="/offers"]').first().click();
  await page.waitForURL(/\/offers\?back=/);
  checks.has('back again: half the price', await words(page, '.rates .now'), 'a month for 3 months, 50% off');
  await look(scope, page, 'the tariff, back again');
  await page.locator('.rates .now .btn').click();
  await page.waitForURL(/\/subscribe\/digital/);
  const order = await words(page, 'main');
  checks.has('back again: what is charged today', order, 'You pay $6 today.');
  checks.has('back again: how long, and what then', order, 'you pay $6 a month. From');
  await look(scope, page, 'the order, back again');
}

/** A dearer plan at once, for a difference that is shown first; a cheaper one when what is paid ends. */
async function anotherPlan(scope, paper) {
  const { checks } = scope;
  const page = await become(scope, paper, 'subscriber');
  await page.locator('a[href="/account/plan"]').click();
  await page.waitForURL(/\/account\/plan$/);
  await look(scope, page, 'other plans');
  await page.locator('main a', { hasText: 'Saturday, $21 a month' }).click();
  await page.waitForURL(/plan=saturday/);
  const shown = await words(page, 'main');
  checks.ok('another plan: what it costs today', /You pay \$\d+(\.\d\d)? today\./.test(shown), shown);
  checks.has('another plan: and then', shown, 'you pay $21 a month, until you cancel.');
  await look(scope, page, 'another plan');
  await page.locator('#agreed').check();
  await page.locator('main form .btn').first().click();
  await page.waitForURL(/\/account#subscription$/);
  checks.has('another plan: it is there', await contract(page), 'Saturday');
  await page.goto(`${paper.address}/offers`);
  await page.locator('main a[href^="/subscribe/digital"]').first().click();
  await page.waitForURL(/\/account\/plan\?plan=digital/);
  const chosen = await words(page, 'main');
  checks.has('a plan of the tariff: it is said that there is one', chosen, 'You have a subscription already, so nothing was ordered.');
  checks.has('a plan of the tariff: and what was chosen is the change', chosen, 'Change to Digital');
  await look(scope, page, 'a plan of the tariff, chosen by a subscriber');
  await page.goto(`${paper.address}/account`);
  await page.locator('a[href="/account/plan"]').click();
  await page.locator('main a', { hasText: 'Digital, $12 a month' }).click();
  await page.waitForURL(/plan=digital/);
  checks.has('a cheaper plan: nothing today', await words(page, 'main'), 'You pay nothing today.');
  await look(scope, page, 'a cheaper plan');
  await page.locator('#agreed').check();
  await page.locator('main form .btn').first().click();
  await page.waitForURL(/\/account#subscription$/);
  checks.has('a cheaper plan: from when', await contract(page), 'on your plan is Digital.');
  await look(scope, page, 'the account, to be changed');
  await page.goto(paper.address + SUBSCRIBERS);
  checks.same('a cheaper plan: all is open meanwhile', await state(page), 'open');
}

/** The same way to the paragraph with no script at all. */
async function withoutScript(scope, paper) {
  const { checks } = scope;
  const page = await buyer(scope, paper, { ...PHONE, javaScriptEnabled: false });
  await page.goto(paper.address + ORDER);
  await signIn(page, paper.address, 'bob@reader.example');
  await page.locator('#agreed').check();
  await page.locator('main form .btn').click();
  await page.waitForURL(/\/demo\/cashier\//);
  await card(page, 'good');
  await page.waitForURL(paper.address + BACK);
  checks.same('without script: back at the article, which is open', await state(page), 'open');
  checks.has('without script: and whole', await allWords(page), lastWords(SUBSCRIBERS));
  checks.ok('without script: where the text broke off', await isAtTheRest(page, 0));
}

/** The clock passes the offer's end while the page is open, and a checkout's end while the cashier's is. */
async function lapsed(scope, paper) {
  const { checks } = scope;
  const page = await buyer(scope, paper);
  await page.goto(paper.address + ORDER);
  await signIn(page, paper.address, 'eve@reader.example');
  checks.has('before it ends, the offer is there', await words(page, 'main'), 'You pay $9 today.');
  const clock = await page.context().newPage();
  await clock.goto(`${paper.address}/demo`);
  for (const step of ['week', 'day', 'day', 'day', 'day']) await press(clock, 'forward', step);
  checks.has('the demo’s clock is past it', await words(clock, 'main .sf'), 'October 1st');
  await page.locator('#agreed').check();
  await page.locator('main form .btn').click();
  const said = 'This offer ended at midnight. The price now is $12 a month. Nothing has been charged.';
  checks.has('it is said that it ended', await told(page), said);
  checks.has('with the price that it is now', await words(page, 'main'), 'You pay $12 today.');
  checks.ok('the box is empty again', !(await page.locator('#agreed').isChecked()));
  await look(scope, page, 'the order, lapsed');
  await page.locator('#agreed').check();
  await page.locator('main form .btn').click();
  await page.waitForURL(/\/demo\/cashier\//);
  checks.has('agreed to anew, it is that price', await words(page, 'main'), 'Today: CAD 12');
  await press(clock, 'forward', 'day');
  await card(page, 'good');
  await page.waitForLoadState();
  await look(scope, page, 'the cashier, over');
  await page.goto(`${paper.address}/account`);
  checks.has('nothing was charged by all that', await contract(page), 'You have no subscription.');
}

/** A reader in a state, by the demo's own page. */
async function become(scope, paper, who, isLookedAt = false) {
  const page = await buyer(scope, paper);
  await page.goto(`${paper.address}/demo`);
  if (isLookedAt) await look(scope, page, 'the demo');
  await page.locator(`button[value="${who}"]`).click();
  await page.waitForURL(`${paper.address}/account`);
  return page;
}

function card(page, kind) {
  return press(page, 'card', kind);
}

async function told(page) {
  await page.locator('[role=alert]').waitFor();
  return words(page, '[role=alert]');
}

/** What the account says once the paper has heard of the payment, which may take a moment. */
async function heard(page) {
  for (let tries = 0; tries < 10 && (await contract(page)).includes('declined'); tries += 1) {
    await page.waitForTimeout(1_000);
    await page.reload();
  }
  return contract(page);
}

function contract(page) {
  return words(page, '#subscription');
}
