// A subscriber gives an article; a friend in another browser opens it with one press, and nothing else; what the link says when it
// has been looked at only, when it is over, and with no script.

import { DESK, PHONE, allWords, state, words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { METERED, SUBSCRIBERS, lastWords } from '../lib/paper.mjs';
import { DAY, becomeOne, press } from '../lib/readers.mjs';

export default async function walk(scope) {
  const { checks } = scope;
  const paper = await scope.paper({ flags: DAY });
  const giver = await (await scope.reader()).newPage();
  await becomeOne(giver, paper.address, 'subscriber');
  const link = await give(scope, paper, giver);
  await friend(scope, paper, link, 'with script', DESK);
  await friend(scope, paper, link, 'without script', { ...PHONE, javaScriptEnabled: false });
  await giver.goto(`${paper.address}/account`);
  checks.has('the giver’s page counts who opened it', await words(giver, '#gifts'), '2');
  await look(scope, giver, 'the account of a giver');
  await holder(scope, paper);
  await noneLeft(scope, paper, giver);
  await over(scope, paper, giver, link);
}

/** The button on an open article, and the link that it makes. */
async function give(scope, paper, page) {
  const { checks } = scope;
  await page.goto(paper.address + SUBSCRIBERS);
  checks.same('a subscriber’s article is open', await state(page), 'open');
  const button = page.locator('button[formaction="/gifts"]');
  checks.same('with one button to give it', await button.count(), 1);
  await look(scope, page, 'an article that can be given');
  await Promise.all([page.waitForEvent('load'), button.click()]);
  await look(scope, page, 'a gift, made');
  const link = await page.locator('main a[href*="/gift/"]').first().getAttribute('href');
  checks.ok('the link is this paper’s', link.startsWith(`${paper.address}/gift/`), link);
  return link;
}

/** Looks twice, opens once; the article is whole, and no other one is. */
async function friend(scope, paper, link, how, options) {
  const { checks } = scope;
  const context = await scope.reader(options);
  const page = await context.newPage();
  for (const time of ['first', 'second']) {
    const answer = await page.goto(link);
    checks.lacks(`${how}: the ${time} look gives nothing away`, await answer.text(), lastWords(SUBSCRIBERS));
  }
  checks.same(`${how}: and leaves nothing`, (await context.cookies()).length, 0);
  checks.has(`${how}: it says that it is a gift`, await words(page, 'main'), 'gift');
  if (options.javaScriptEnabled !== false) await look(scope, page, `a gift, looked at ${how}`);
  await Promise.all([page.waitForURL(paper.address + SUBSCRIBERS), page.locator('.opening-form .btn').click()]);
  checks.same(`${how}: a press opens it`, await state(page), 'open');
  checks.has(`${how}: whole`, await allWords(page), lastWords(SUBSCRIBERS));
  // What looks at pages needs their scripts.
  if (options.javaScriptEnabled !== false) await look(scope, page, `a gift, opened ${how}`);
  const other = await page.goto(paper.address + METERED[0]);
  checks.lacks(`${how}: no other article is open`, await other.text(), lastWords(METERED[0]));
}

/** The demo makes one a friend with one press. */
async function holder(scope, paper) {
  const { checks } = scope;
  const context = await scope.reader();
  const page = await context.newPage();
  await becomeOne(page, paper.address, 'gift-holder');
  checks.same('a gift holder of the demo has an open article', await state(page), 'open');
}

/** With all of a month given, one quiet line stands where the button was; who only reads along has neither. */
async function noneLeft(scope, paper, page) {
  const { checks } = scope;
  for (let given = 1; given < 5; given += 1) {
    await page.goto(paper.address + SUBSCRIBERS);
    await Promise.all([page.waitForEvent('load'), page.locator('button[formaction="/gifts"]').click()]);
  }
  await page.goto(paper.address + SUBSCRIBERS);
  checks.same('none left: no button', await page.locator('button[formaction="/gifts"]').count(), 0);
  checks.has('none left: from when on there are more', await words(page, '.own'), 'You have given all articles of this month');
  await look(scope, page, 'an article, none left to give');
  const other = await (await scope.reader()).newPage();
  await becomeOne(other, paper.address, 'registered');
  await other.goto(paper.address + METERED[0]);
  checks.lacks('a reader without a subscription: no button', await allWords(other), 'Give this article');
}

/** A month later. */
async function over(scope, paper, giver, link) {
  const { checks } = scope;
  await giver.goto(`${paper.address}/demo`);
  await press(giver, 'forward', 'month');
  await press(giver, 'forward', 'day');
  const page = await (await scope.reader()).newPage();
  const answer = await page.goto(link);
  checks.same('a link that is over is gone', answer.status(), 410);
  await look(scope, page, 'a gift, over');
  await giver.goto(`${paper.address}/account`);
  checks.has('and the giver’s page says so', await words(giver, '#gifts'), 'over');
}
