// From the wall to the sign-in and back to the paragraph; the mail's link on another device; codes that are wrong; sessions,
// signing out, an account that is erased: with script, without, and with a keyboard alone.

import { DESK, PHONE, allWords, readOn, state, waitForState, words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { METERED, lastWords } from '../lib/paper.mjs';
import { DAY, askForCode, cookieNames, isAtTheRest, newestMail, signIn, typeCode } from '../lib/readers.mjs';

const MAIL = 'ada@reader.example';
/** What a reader can open in a month: five as a visitor, five more for registering. */
const MORE = [METERED[6], '/city/market-hall', '/city/night-bus', '/city/parking-clock', '/sport/rowing-eight'];
const HERE = 'header a.account';
const DEVICE = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) '
  + 'Version/18.0 Mobile/15E148 Safari/604.1';
const STOPS_MAX = 60;

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  const desk = await scope.reader();
  const page = await desk.newPage();
  await fromTheWall(scope, paper, page);
  await tenArticles(scope, paper, page);
  await otherDevices(scope, paper, page);
  await anEnd(scope, paper, page);
  await withoutScript(scope, paper);
  await byKeyboard(scope, paper);
}

/** Wall, address, code: back where the text broke off, with the readings counted. */
async function fromTheWall(scope, paper, page) {
  const { checks } = scope;
  const context = page.context();
  for (const path of METERED.slice(0, 5)) await readOn(page, paper.address + path);
  await page.goto(paper.address + METERED[5]);
  checks.same('the sixth is a wall', await state(page), 'wall');
  checks.has('which asks to register', await words(page, '.wall'), 'Read 5 more articles free.');
  checks.same('the head says “Sign in”', await words(page, HERE), 'Sign in');
  await look(scope, page, 'the wall that asks to register');
  const before = await page.locator('[data-part=copy] > *').count();
  await page.locator('.wall .btn').click();
  await page.waitForURL(/\/sign-in\?from=wall$/);
  await look(scope, page, 'sign-in');
  await page.locator('#mail').fill('ada@reader');
  await page.locator('form[action="/sign-in"] .btn').click();
  await told(checks, page, 'an address that is none', '#mail', 'This is no mail address');
  checks.same('what was typed is kept', await page.locator('#mail').inputValue(), 'ada@reader');
  await look(scope, page, 'sign-in, refused');
  await askForCode(page, MAIL);
  checks.has('it is told where the mail went', await words(page, 'main'), MAIL);
  checks.same('the code is asked for as such', await page.locator('#code').getAttribute('autocomplete'), 'one-time-code');
  await look(scope, page, 'the code');
  const mail = await newestMail(context, paper.address, MAIL);
  checks.has('the mail’s subject has the code', mail.subject, /^\d{4} \d{4} is your code for/);
  await theMailbox(scope, paper, context);
  await typeCode(page, mail.code === '00000000' ? '11111111' : '00000000');
  await told(checks, page, 'a wrong code', '#code', 'You can try 4 more times');
  await look(scope, page, 'the code, refused');
  await typeCode(page, ` ${mail.code.slice(0, 4)} ${mail.code.slice(4)} `);
  await page.waitForURL(`${paper.address}${METERED[5]}#rest`);
  await waitForState(page, 'open');
  checks.ok('back where the text broke off', await isAtTheRest(page, before), await page.evaluate(() => scrollY));
  checks.has('the article is whole', await allWords(page), lastWords(METERED[5]));
  checks.has('five and this one are counted', await words(page, '[data-part=notice]'), 'You have 4 free articles left');
  checks.same('the head says “Account”', await words(page, HERE), 'Account');
  await look(scope, page, 'an open article of a reader');
  await page.goto(`${paper.address}/`);
  checks.same('on the front page, too', await words(page, HERE), 'Account');
  checks.same('and leads there', await page.locator(HERE).getAttribute('href'), '/account');
  checks.same('who has no subscription is offered one', await words(page, 'header a.sub'), 'Subscribe');
  await look(scope, page, 'the front page of a reader');
  const names = await cookieNames(context);
  checks.same('the session, its marker and when the pass was asked for, and no other cookie', names, ['here', 'r', 's']);
}

/** A message is announced, tied to the field, and the field has the focus. */
async function told(checks, page, what, field, text) {
  await page.locator('[role=alert]').waitFor();
  checks.has(`${what} is announced`, await words(page, '[role=alert]'), text);
  const { hasFocus, isInvalid, says } = await page.locator(field).evaluate((input) => ({
    hasFocus: document.activeElement === input,
    isInvalid: input.getAttribute('aria-invalid') === 'true',
    says: document.getElementById(input.getAttribute('aria-describedby'))?.textContent ?? '',
  }));
  checks.ok(`${what}: the field has the focus`, hasFocus);
  checks.ok(`${what}: and is said to be wrong`, isInvalid && says.includes(text), says);
}

async function theMailbox(scope, paper, context) {
  const { checks } = scope;
  const page = await context.newPage();
  await page.goto(`${paper.address}/demo/mailbox`);
  await look(scope, page, 'the mailbox');
  await page.locator('dl.dates a').first().click();
  const frame = page.frameLocator('iframe.mail-page');
  await page.locator('iframe.mail-page').scrollIntoViewIfNeeded();
  checks.has('the mail’s own page is in its frame', await frame.locator('body').innerText(), 'With this code you sign in');
  const cut = await frame.locator('html').evaluate((html) => html.scrollHeight - html.clientHeight);
  checks.most('and is not cut off', cut, 0);
  await look(scope, page, 'a mail');
  await page.close();
}

/** Ten in all; then the wall that tells the number and the day. */
async function tenArticles(scope, paper, page) {
  const { checks } = scope;
  const [last, ...more] = [...MORE].reverse();
  for (const path of more.reverse()) checks.same(`${path} opens`, await readOn(page, paper.address + path), 'open');
  checks.has('the tenth is the last', await words(page, '[data-part=notice]'), 'This is your last free article');
  const answer = await page.goto(paper.address + last);
  checks.same('the eleventh is a wall', await state(page), 'wall');
  checks.lacks('nothing locked is in it', await answer.text(), lastWords(last));
  const wall = await words(page, '.wall');
  checks.has('it tells the number', wall, 'You have read 10 free articles this month.');
  checks.has('and the day', wall, 'October 1st');
  checks.has('and a way out', wall, 'Get unlimited access');
  await look(scope, page, 'the wall when all is read');
}

/** The link signs in where it is opened, by its button; the list of sessions ends one of them, and all. */
async function otherDevices(scope, paper, page) {
  const { checks } = scope;
  const [phone, tablet] = [await scope.reader({ ...PHONE, userAgent: DEVICE }), await scope.reader(PHONE)];
  const [asking, other] = [await phone.newPage(), await tablet.newPage()];
  await asking.goto(`${paper.address}/sign-in?back=%2Faccount`);
  await askForCode(asking, MAIL);
  const mail = await newestMail(phone, paper.address, MAIL);
  await other.goto(mail.link);
  await other.reload();
  checks.same('looking at the link signs nobody in', await cookieNames(tablet), []);
  checks.has('it says who would be', await words(other, 'main'), MAIL);
  await look(scope, other, 'the link');
  await other.locator('main form .btn').click();
  await other.waitForURL(`${paper.address}/account`);
  checks.ok('its button signs in', (await words(other, 'main')).includes(MAIL));
  await typeCode(asking, mail.code);
  await asking.locator('main a.btn').waitFor();
  checks.has('its code is used up then', await words(asking, 'main h1'), 'no longer valid');
  await look(scope, asking, 'a code that is used up');
  await asking.locator('main a.btn').click();
  await signIn(asking, paper.address, MAIL);
  await page.goto(`${paper.address}/account`);
  const rows = page.locator('.sessions li');
  checks.same('three sessions are listed', await rows.count(), 3);
  checks.same('one is this one', await page.locator('.sessions li', { hasText: 'This one, now' }).count(), 1);
  await look(scope, page, 'the account');
  await page.locator('.sessions li', { hasText: 'Safari, iPhone' }).locator('button').click();
  await page.waitForLoadState();
  checks.same('one is ended', await rows.count(), 2);
  await asking.goto(`${paper.address}/account`);
  checks.has('there one is asked to sign in', asking.url(), '/sign-in?back=');
  await page.locator('#sessions button', { hasText: 'everywhere' }).or(page.locator('#sessions > form button')).click();
  await page.waitForURL(`${paper.address}/`);
  await other.goto(`${paper.address}/account`);
  checks.has('all are ended', other.url(), '/sign-in?back=');
  checks.same('nothing is left here', await cookieNames(page.context()), []);
  checks.same('the head says “Sign in” again', await words(page, HERE), 'Sign in');
}

/** A name, the data, signing out, and an account that is erased. */
async function anEnd(scope, paper, page) {
  const { checks } = scope;
  await page.goto(`${paper.address}/sign-in`);
  await signIn(page, paper.address, MAIL);
  await page.goto(`${paper.address}/account`);
  await page.locator('#name').fill('Ada <b>Lovelace</b>');
  await page.locator('form[action="/account"] button').click();
  await page.waitForLoadState();
  checks.same('a name is kept as it was typed', await page.locator('#name').inputValue(), 'Ada <b>Lovelace</b>');
  await page.locator('#address-new').fill('ada@elsewhere');
  await page.locator('form[action="/account/address"] button').click();
  await told(checks, page, 'a new address that is none', '#address-new', 'This is no mail address');
  checks.same('and stays as it was typed', await page.locator('#address-new').inputValue(), 'ada@elsewhere');
  await look(scope, page, 'the account, a new address refused');
  const [file] = await Promise.all([page.waitForEvent('download'), page.locator('a[href="/account/data"]').click()]);
  checks.has('the data come as a file', file.suggestedFilename(), /\.json$/);
  await page.locator('.sessions li', { hasText: 'This one, now' }).locator('button').click();
  await page.waitForURL(`${paper.address}/`);
  checks.same('signing out leaves no cookie', await cookieNames(page.context()), []);
  await page.goto(paper.address + METERED[5]);
  checks.same('and a stranger', await state(page), 'ask');
  await page.goto(`${paper.address}/sign-in?back=%2Faccount`);
  await signIn(page, paper.address, MAIL);
  await page.locator('#sure').focus();
  await page.locator('form[action="/account/erasure"] button').click();
  await page.locator('[role=alert]').waitFor();
  checks.ok('nothing is erased without the tick', page.url().startsWith(`${paper.address}/account`));
  await look(scope, page, 'the account, not erased');
  await page.locator('#sure').check();
  await page.locator('form[action="/account/erasure"] button').click();
  await page.waitForURL(`${paper.address}/`);
  checks.same('an erased account leaves no cookie', await cookieNames(page.context()), []);
}

/** The same way with no script at all. */
async function withoutScript(scope, paper) {
  const { checks } = scope;
  const context = await scope.reader({ ...PHONE, javaScriptEnabled: false });
  const page = await context.newPage();
  const open = async (path) => {
    await page.goto(paper.address + path);
    await page.locator('.opening-form button').click();
    await page.waitForURL(`${paper.address}${path}/reading`);
  };
  for (const path of METERED.slice(0, 5)) await open(path);
  await page.goto(paper.address + METERED[5]);
  checks.same('without script: the sixth is a wall', await state(page), 'wall');
  await page.locator('.wall .btn').click();
  await askForCode(page, 'bob@reader.example');
  const { code } = await newestMail(context, paper.address, 'bob@reader.example');
  await typeCode(page, code === '00000000' ? '11111111' : '00000000');
  await told(checks, page, 'without script: a wrong code', '#code', 'You can try 4 more times');
  await typeCode(page, code);
  await page.waitForURL(`${paper.address}${METERED[5]}#rest`);
  checks.ok('without script: back where the text broke off', await isAtTheRest(page, 0));
  checks.same('with a button', await state(page), 'ask');
  await page.locator('.opening-form button').click();
  await page.waitForURL(/\/reading$/);
  checks.has('which opens it', await allWords(page), lastWords(METERED[5]));
  checks.has('and the five were counted', await words(page, '[data-part=notice]'), 'You have 4 free articles left');
  await page.locator('footer a.account').click();
  await page.waitForURL(`${paper.address}/account`);
  await page.locator('.sessions button').click();
  await page.waitForURL(`${paper.address}/`);
  checks.same('without script: signing out leaves no cookie', await cookieNames(context), []);
}

/** From the wall and out again, with a keyboard alone. */
async function byKeyboard(scope, paper) {
  const { checks } = scope;
  const context = await scope.reader(DESK);
  const page = await context.newPage();
  const keys = page.keyboard;
  for (const path of METERED.slice(0, 5)) await readOn(page, paper.address + path);
  await page.goto(paper.address + METERED[5]);
  await stopAt(checks, page, '.wall .btn');
  await keys.press('Enter');
  await page.waitForURL(/\/sign-in/);
  await stopAt(checks, page, '#mail');
  await keys.type('eve@reader.example');
  await keys.press('Enter');
  await page.waitForURL(/\/sign-in\/code$/);
  const { code } = await newestMail(context, paper.address, 'eve@reader.example');
  await stopAt(checks, page, '#code');
  await keys.type(code);
  await keys.press('Enter');
  await page.waitForURL(`${paper.address}${METERED[5]}#rest`);
  await waitForState(page, 'open');
  checks.ok('by keyboard: the article is open', true);
  await stopAt(checks, page, 'footer a.account');
  await keys.press('Enter');
  await page.waitForURL(`${paper.address}/account`);
  await stopAt(checks, page, '#sure');
  await keys.press('Space');
  checks.ok('by keyboard: the tick is there', await page.locator('#sure').isChecked());
  await page.reload();
  await stopAt(checks, page, '.sessions button');
  await keys.press('Enter');
  await page.waitForURL(`${paper.address}/`);
  checks.same('by keyboard: signed out', await cookieNames(context), []);
}

/** Tab after Tab to a thing; each stop on the way is to be seen. */
async function stopAt(checks, page, wanted) {
  const unseen = [];
  let isThere = false;
  for (let stops = 0; stops < STOPS_MAX && !isThere; stops += 1) {
    const stop = await page.evaluate((wanted) => {
      const element = document.activeElement;
      const { outlineStyle, outlineWidth, borderWidth } = getComputedStyle(element);
      const { top, bottom, width } = element.getBoundingClientRect();
      return {
        isThere: element.matches(wanted),
        isBody: element === document.body,
        isSeen: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && width > 0 && bottom > 0 && top < innerHeight,
        told: `${element.tagName} ${element.id} ${element.textContent.trim().slice(0, 30)} ${outlineStyle} ${borderWidth}`,
      };
    }, wanted);
    isThere = stop.isThere;
    if (!stop.isBody && !stop.isSeen) unseen.push(stop.told);
    if (!isThere) await page.keyboard.press('Tab');
  }
  checks.ok(`by keyboard: ${wanted} is reached`, isThere);
  checks.none('and every stop on the way is to be seen', unseen);
}
