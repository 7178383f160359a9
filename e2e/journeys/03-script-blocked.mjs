// The page's script never arrives: the button comes by itself after a few seconds, and works.

import { PHONE, allWords, state, words } from '../lib/browser.mjs';
import { METERED, lastWords } from '../lib/paper.mjs';

export default async function walk(scope) {
  const { checks } = scope;
  const paper = await scope.paper();
  const context = await scope.reader(PHONE);
  const page = await context.newPage();
  let stopped = 0;
  await page.route(/\/assets\/.*\.js(\?.*)?$/, (route) => {
    stopped += 1;
    return route.abort('blockedbyclient');
  });
  const [path] = METERED;
  await page.goto(paper.address + path);
  checks.ok('the script was kept from the page', stopped > 0);
  const addresses = await page.locator('script[src]').evaluateAll((all) => all.map((one) => one.src).join(' '));
  // An account is no count.
  const eaten = /meter|paywall|track|(?<!ac)count/i;
  checks.lacks('no script’s address is one that blockers eat', addresses, eaten);
  const action = await page.locator('.opening-form').getAttribute('action');
  checks.lacks('nor is that of the POST', action, eaten);
  const button = page.locator('.opening-form button');
  await button.waitFor({ timeout: 10_000 });
  checks.ok('the button came by itself', await button.isVisible());
  await button.click();
  await page.waitForURL(/\/reading$/);
  checks.same('it opens the article', await state(page), 'open');
  checks.has('whole', await allWords(page), lastWords(path));
  checks.has('with its notice', await words(page, '[data-part=notice]'), 'You have 4 free articles left');
}
