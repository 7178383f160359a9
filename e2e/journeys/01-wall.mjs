// A reader on a phone reads five articles with the notice counting down, and meets the wall at the sixth. Reload, back,
// other spellings and campaign tags cost nothing.

import { PHONE, allWords, readOn, state, waitForState, words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { METERED, SUBSCRIBERS, lastWords, windowDays } from '../lib/paper.mjs';

const BAR_HEIGHT_MAX = 72;
const CROSS_SIDE_MIN = 44;

export default async function walk(scope) {
  const { checks } = scope;
  const paper = await scope.paper();
  const context = await scope.reader(PHONE);
  const page = await context.newPage();
  const posts = [];
  page.on('request', (request) => request.method() === 'POST' && posts.push(request.url()));
  const { reset, last } = windowDays();
  const told = [
    { line: 'You have 4 free articles left this month.', bar: '' },
    { line: 'You have 3 free articles left this month.', bar: '' },
    {
      line: 'You have 2 free articles left this month.',
      bar: 'You have 2 free articles left this month. Subscribe to get unlimited access to all articles.',
    },
    {
      line: 'You have 1 free article left this month.',
      bar: `You have 1 free article left this month. Your count starts again on ${reset}.`,
    },
    {
      line: 'This is your last free article this month.',
      bar: `This is your last free article this month. It stays open to you until ${last}.`,
    },
  ];

  for (const [index, { line, bar }] of told.entries()) {
    const path = METERED[index];
    const number = index + 1;
    checks.same(`article ${number} opens`, await readOn(page, paper.address + path), 'open');
    checks.has(`article ${number} is whole`, await allWords(page), lastWords(path));
    checks.has(`its notice: ${line}`, await words(page, '[data-part=notice]'), line);
    if (bar) await page.locator('.bar').waitFor();
    checks.same(bar ? `its bar: ${bar}` : `article ${number} has no bar`, await words(page, '.bar p'), bar);
    if (index === 0) await costsNothing(scope, page, paper.address + path, line);
    if (bar) await theBar(checks, page, number);
  }
  checks.same('five articles are five readings', posts.length, 5);
  await theWall(scope, page, paper);
  checks.same('the wall came without a POST', posts.length, 5);

  await page.goto(paper.address + METERED[0]);
  checks.same('the first article is still open', await state(page), 'open');
  await atTheLibrary(scope, paper);
}

/** Somebody whose first article in a library's network is one for subscribers. */
async function atTheLibrary(scope, paper) {
  const { checks } = scope;
  await paper.institution('Merrin Library');
  const page = await (await scope.reader({ ...PHONE, javaScriptEnabled: false })).newPage();
  await page.goto(paper.address + SUBSCRIBERS);
  checks.same('at the library: a wall', await state(page), 'wall');
  const looker = await (await scope.reader(PHONE)).newPage();
  await looker.goto(paper.address + SUBSCRIBERS);
  await look(scope, looker, 'a wall with the way in of institutions');
  await page.locator('.wall form button').click();
  await page.waitForURL(/\/reading$/);
  checks.same('at the library: its button opens the article', await state(page), 'open');
  checks.has('at the library: whole', await allWords(page), lastWords(SUBSCRIBERS));
  checks.has('at the library: and says by whom', await words(page, '[data-part=notice], .notice'), 'Merrin Library');
}

/** Reload, back, campaign tags and other spellings. */
async function costsNothing(scope, page, address, line) {
  const { checks } = scope;
  const ways = [
    ['a reload', () => page.reload()],
    ['a campaign tag', () => page.goto(`${address}?utm_source=letter&utm_campaign=x`)],
    ['a slash at the end', () => page.goto(`${address}/`)],
    ['capitals', () => page.goto(address.replace(/\/[a-z-]+$/, (end) => end.toUpperCase()))],
    ['the way back', async () => {
      await page.goto(new URL('/about', address).href);
      await page.goBack();
    }],
  ];
  for (const [what, go] of ways) {
    await go();
    await waitForState(page, 'open');
    checks.has(`${what} costs nothing`, await words(page, '[data-part=notice]'), line);
  }
}

/** The bar is low, has a large cross, goes when told, and comes again with another number. */
async function theBar(checks, page, number) {
  const box = await page.locator('.bar').boundingBox();
  checks.most(`the bar of article ${number} is low`, box.height, BAR_HEIGHT_MAX);
  const inner = await page.locator('.bar').evaluate((bar) => bar.scrollHeight - bar.clientHeight);
  checks.most('nothing of it is cut off', inner, 0);
  const cross = await page.locator('.bar .cross').boundingBox();
  checks.ok('its cross is large', Math.min(cross.width, cross.height) >= CROSS_SIDE_MIN, JSON.stringify(cross));
  await page.locator('.bar .cross').click();
  checks.ok('the cross dismisses it', !(await page.locator('.bar').isVisible()));
  await page.reload();
  await waitForState(page, 'open');
  await page.waitForFunction(() => document.readyState === 'complete');
  checks.ok('it stays dismissed', !(await page.locator('.bar').isVisible()));
}

async function theWall(scope, page, paper) {
  const { checks } = scope;
  const path = METERED[5];
  const answer = await page.goto(paper.address + path);
  const source = await answer.text();
  checks.same('the sixth is a wall', await state(page), 'wall');
  checks.lacks('nothing locked is in it', source, lastWords(path));
  checks.has('it is nobody’s to keep', answer.headers()['cache-control'] || '', 'no-store');
  const wall = await words(page, '.wall');
  checks.has('its heading tells what registering brings', wall, 'Read 5 more articles free.');
  checks.has('and what it takes', wall, 'One e-mail address, no card.');
  checks.has('the offers are there, too', wall, 'See all offers');
  checks.same('its button leads to the sign-in', await page.locator('.wall .btn').getAttribute('href'), '/sign-in?from=wall');
  checks.ok('no bar stands before the wall', !(await page.locator('.bar').isVisible()));
  const code = await words(page, '.wall .code');
  checks.has('it has a code', code, /^[0-9A-HJKMNP-TV-Z]+(-[0-9A-HJKMNP-TV-Z]+)+$/);
  checks.most('the code is short', code.replaceAll('-', '').length, 14);
  const why = await paper.why(code);
  checks.same('`masthead why` knows the code', why.code, 0);
  checks.has('and tells the reason', why.text, 'The free articles without registration were used up');
  checks.has('and the numbers', why.text, '5 of 5');
}
