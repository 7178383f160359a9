// An article that is saved by itself: after a pause, over a lost connection, a crashed tab and a session that is over; two people at one
// article, who are told of each other and never write over each other's words.

import { words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { DAY, becomeOne } from '../lib/readers.mjs';

const TEXT = `The gauge at the bridge stood at 3.1 metres at noon.

<!-- paywall -->

It has stood higher twice since it was set.
`;
const COPY = 'button[name=copy]';

const savedAgain = (page) => page.evaluate(() => new Promise((resolve) => {
  document.addEventListener('desk-saved', (event) => resolve(event.detail.version), { once: true });
}));

/** Somebody of the newsroom in a browser of their own, with a form before them. */
async function writer(scope, paper, at, who = 'editor') {
  const context = await scope.reader();
  const page = await context.newPage();
  await becomeOne(page, paper.address, who);
  await page.goto(at);
  return { context, page };
}

/** Leaves a page as people do: it lets its article go. */
async function leave(page) {
  await page.goto(new URL('/desk', page.url()).href);
  await page.context().close();
}

/** Takes an article over that is in another hand. */
async function takeOver(page) {
  await page.locator('button[name=take-over]').click();
  await page.waitForFunction(() => document.querySelector('form.desk-form') && !document.querySelector('form.desk-form').inert);
}

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  const at = await byItself(scope, paper);
  await withoutAnswer(scope, paper);
  await withoutConnection(scope, paper, at);
  await afterCrash(scope, paper, at);
  await signedOut(scope, paper, at);
  await two(scope, paper, at);
  await everywhere(scope, paper, at);
}

async function byItself(scope, paper) {
  const { checks } = scope;
  const { page } = await writer(scope, paper, `${paper.address}/desk/articles`);
  let saved = savedAgain(page);
  await page.locator('#headline').pressSequentially('Fog at the bridge');
  checks.same('a new article is saved by itself', await saved, 1);
  checks.ok('and has its address from then on', /\/desk\/articles\/[0-9a-f-]+$/.test(page.url()));
  checks.has('which is said beside the buttons', await words(page, '.desk-kept'), 'Saved at');
  saved = savedAgain(page);
  await page.locator('#text').fill(TEXT);
  checks.same('every further pause saves', await saved, 2);
  await look(scope, page, 'an article that was saved by itself');
  // A button that is pressed at once neither loses nor doubles anything.
  await page.locator('#standfirst').fill('No ship since noon.');
  await page.locator('.desk-acts button[value=save]').click();
  await page.waitForURL(/said=saved$/);
  checks.same('a button saves what was just typed', await page.locator('#standfirst').inputValue(), 'No ship since noon.');
  checks.ok('and nothing is left to be put back', await page.locator('.desk-keeping').isHidden());
  const at = page.url().split('?')[0];
  await page.reload();
  checks.has('what was saved is there', await page.locator('#text').inputValue(), 'stood at 3.1 metres');
  await leave(page);
  return at;
}

/** The server keeps what it was sent, and its answer never arrives: twice for a new article. */
async function withoutAnswer(scope, paper) {
  const { checks } = scope;
  const { page } = await writer(scope, paper, `${paper.address}/desk/articles`);
  let lost = 0;
  await page.route('**/desk/articles', async (route) => {
    if (route.request().method() !== 'POST' || lost === 2) return route.continue();
    lost += 1;
    await route.fetch({ maxRedirects: 0 });
    return route.abort();
  });
  const saved = savedAgain(page);
  await page.locator('#headline').fill('Lost on a train');
  await page.locator('.desk-keeping p').filter({ hasText: /./ }).waitFor();
  await page.locator('#text').fill(TEXT);
  checks.same('saves whose answers are lost are saves, and are gone on from', await saved, 3);
  checks.ok('and nobody is told that somebody else had saved', await page.locator('.desk-keeping').isHidden());
  const address = page.url();
  await page.goto(`${paper.address}/desk?q=train`);
  checks.same('all of it is one article', await page.getByRole('link', { name: 'Lost on a train' }).count(), 1);
  await page.goto(address);
  checks.has('with the last that was typed', await page.locator('#text').inputValue(), 'stood at 3.1 metres');
  await leave(page);
}

async function withoutConnection(scope, paper, at) {
  const { checks } = scope;
  const { context, page } = await writer(scope, paper, at);
  await context.setOffline(true);
  await page.locator('#standfirst').fill('No ship since eleven.');
  await page.locator('.desk-keeping').waitFor();
  checks.has('a lost connection is said', await words(page, '.desk-keeping'), 'there is no connection');
  await look(scope, page, 'an article without a connection');
  const saved = savedAgain(page);
  await context.setOffline(false);
  checks.ok('what was typed meanwhile is saved as soon as there is one', (await saved) > 0);
  checks.ok('and nothing more is said', await page.locator('.desk-keeping').isHidden());
  await leave(page);
}

async function afterCrash(scope, paper, at) {
  const { checks } = scope;
  const { context, page } = await writer(scope, paper, at);
  await context.setOffline(true);
  await page.locator('#standfirst').fill('Typed before the tab crashed.');
  await page.waitForTimeout(600);
  // Nothing of the page runs any more when a tab crashes.
  const crashed = page.waitForEvent('crash');
  page.goto('chrome://crash').catch(() => {});
  await crashed;
  await page.close();
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(at);
  await again.locator(COPY).waitFor();
  checks.has('what was never saved is offered', await words(again, '.desk-keeping'), 'never saved');
  checks.same('and stands in the form only when it is wanted', await again.locator('#standfirst').inputValue(), 'No ship since eleven.');
  await look(scope, again, 'words that were never saved');
  const saved = savedAgain(again);
  await again.locator(COPY).click();
  checks.ok('then it is saved', (await saved) > 0);
  checks.same('as it was typed', await again.locator('#standfirst').inputValue(), 'Typed before the tab crashed.');
  await again.reload();
  checks.ok('and offered no more', await again.locator('.desk-keeping').isHidden());
  await leave(again);
}

async function signedOut(scope, paper, at) {
  const { checks } = scope;
  const { context, page } = await writer(scope, paper, at);
  const cookies = await context.cookies();
  await context.clearCookies();
  await page.locator('#standfirst').fill('Typed by nobody.');
  await page.locator('.desk-keeping').waitFor();
  checks.has('a session that is over is said', await words(page, '.desk-keeping'), 'Sign in in another window');
  const saved = savedAgain(page);
  await context.addCookies(cookies);
  checks.ok('and what was typed is saved once there is one', (await saved) > 0);
  await leave(page);
}

async function two(scope, paper, at) {
  const { checks } = scope;
  const { page: one } = await writer(scope, paper, at);
  const { page: other } = await writer(scope, paper, at, 'owner');
  checks.ok('to look at an article takes it from nobody', await other.locator('.desk-keeping').isHidden());
  const saved = savedAgain(one);
  await one.locator('#standfirst').fill('From the first.');
  await saved;
  await other.reload();
  await other.waitForFunction(() => document.querySelector('form.desk-form').inert);
  checks.has('whoever comes second is told who writes', await words(other, '.desk-keeping'), 'has been writing in this article');
  await look(scope, other, 'an article in another hand');
  await takeOver(other);
  checks.same('and takes over what was saved last', await other.locator('#standfirst').inputValue(), 'From the first.');
  await one.locator('#standfirst').fill('From the first, later.');
  await one.waitForFunction(() => document.querySelector('form.desk-form').inert);
  checks.has('whoever had it is told', await words(one, '.desk-keeping'), 'has been writing in this article');
  const second = savedAgain(other);
  await other.locator('#standfirst').fill('From the second.');
  checks.ok('and whoever took it writes on', (await second) > 0);
  await other.reload();
  checks.same('nothing was written over', await other.locator('#standfirst').inputValue(), 'From the second.');
}

async function everywhere(scope, paper, at) {
  const { checks } = scope;
  const { context, page } = await writer(scope, paper, at);
  await page.locator('.desk-elsewhere summary').click();
  await page.locator('#search_headline').fill('Fog stops the ships');
  await page.locator('.desk-acts button[value=looks]').click();
  await page.waitForURL(/\/looks$/);
  checks.has('what a search shows is seen', await words(page, '.look-found'), 'Fog stops the ships');
  const phone = page.frameLocator('.look-narrow iframe');
  checks.has('a stranger gets the teaser', await phone.locator('main').innerText(), 'stood at 3.1 metres');
  checks.ok('and not the rest', !(await phone.locator('main').innerText()).includes('stood higher twice'));
  await look(scope, page, 'an article everywhere');
  await page.locator('.desk-kinds a[href$="as=wall"]').click();
  await page.waitForURL(/as=wall$/);
  await page.frameLocator('.look-narrow iframe').locator('.wallbox').waitFor();
  await look(scope, page, 'the wall everywhere');
  const writes = await context.newPage();
  await writes.goto(at);
  await writes.locator('#headline').fill('Fog at both bridges');
  await page.waitForFunction(() => document.querySelector('.look-found .look-name') && document.querySelector('.look-card .look-name').textContent.includes('both bridges'));
  checks.ok('a save in another window is seen at once', true);
}
