// Browsers that keep no cookie, with script and without, and a front that drops them: an explanation, no loop, no text
// given away, and nothing lost for the day on which cookies are allowed.

import { DESK, allWords, readOn, state, words } from '../lib/browser.mjs';
import { pause } from '../lib/children.mjs';
import { METERED, lastWords } from '../lib/paper.mjs';

const HEADING = 'This article could not be opened without a cookie.';
/** Long enough for a loop to show itself. */
const LOOP_MS = 3_000;
const [PATH] = METERED;

export default async function walk(scope) {
  const paper = await scope.paper();
  await forbidden(scope, paper, true);
  await forbidden(scope, paper, false);
  await dropped(scope, paper);
  await admitted(scope, paper);

  const page = await (await scope.reader()).newPage();
  scope.checks.same('with cookies the article opens', await readOn(page, paper.address + PATH), 'open');
  scope.checks.has('and nothing was lost', await words(page, '[data-part=notice]'), 'You have 4 free articles left');
}

/** Cookies are forbidden in the browser's settings. */
async function forbidden(scope, paper, javaScriptEnabled) {
  const { checks } = scope;
  const how = javaScriptEnabled ? 'forbidden cookies' : 'forbidden cookies without script';
  const front = await scope.front(paper.address);
  const context = await scope.readerWithoutCookies({ ...DESK, javaScriptEnabled });
  const page = await context.newPage();
  await page.goto(front.address + PATH);
  let posts = 0;
  if (javaScriptEnabled) {
    // This browser says `navigator.cookieEnabled` all the same: only the server can tell.
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, 300);
    await page.getByText(HEADING).waitFor();
    posts += 1;
    checks.same(`${how}: the script asks once`, front.of('POST').length, posts);
  }
  for (const attempt of [1, 2]) {
    const button = page.locator('.opening-form button');
    await button.waitFor();
    await Promise.all([page.waitForNavigation(), button.click()]);
    await page.waitForURL(`${front.address}${PATH}/reading`);
    await page.getByText(HEADING).waitFor();
    posts += 1;
    checks.same(`${how}: press ${attempt} is one POST and explained`, front.of('POST').length, posts);
  }
  checks.has(`${how}: it says that nothing was counted`, await allWords(page), 'nothing was counted');
  checks.lacks(`${how}: no locked text is given`, await page.content(), lastWords(PATH));
  const before = front.requests.length;
  await pause(LOOP_MS);
  checks.same(`${how}: no loop`, front.requests.length, before);
}

/** A browser that says itself that it keeps none: the script does not even ask. */
async function admitted(scope, paper) {
  const { checks } = scope;
  const front = await scope.front(paper.address, { dropCookies: true });
  const page = await (await scope.reader()).newPage();
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'cookieEnabled', { get: () => false });
  });
  await page.goto(front.address + PATH);
  await page.locator('.opening-form button').waitFor();
  await page.mouse.wheel(0, 300);
  await pause(LOOP_MS);
  checks.same('admitted: the script makes no POST', front.of('POST').length, 0);
  await page.locator('.opening-form button').click();
  await page.waitForURL(/\/reading$/);
  await page.getByText(HEADING).waitFor();
  checks.same('admitted: the button explains', front.of('POST').length, 1);
}

/** The browser would keep a cookie, but none reaches it. */
async function dropped(scope, paper) {
  const { checks } = scope;
  const front = await scope.front(paper.address, { dropCookies: true });
  const page = await (await scope.reader()).newPage();
  await page.goto(front.address + PATH);
  await page.mouse.move(300, 300);
  await page.mouse.wheel(0, 300);
  await page.getByText(HEADING).waitFor();
  checks.same('dropped cookies: the script asks once', front.of('POST').length, 1);
  checks.lacks('dropped cookies: no locked text came', await page.content(), lastWords(PATH));
  const before = front.requests.length;
  await page.mouse.wheel(0, 900);
  await page.keyboard.press('PageDown');
  await pause(LOOP_MS);
  checks.same('dropped cookies: no loop', front.requests.length, before);
  await page.locator('.opening-form button').click();
  await page.waitForURL(/\/reading$/);
  await page.getByText(HEADING).waitFor();
  checks.same('dropped cookies: the button explains, too', await state(page), 'wall');
}
