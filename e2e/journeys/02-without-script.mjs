// A reader whose browser runs no script: the button is there at once, one press opens the whole article, and the wall
// comes when the allowance is used up.

import { PHONE, allWords, state, words } from '../lib/browser.mjs';
import { METERED, lastWords } from '../lib/paper.mjs';

export default async function walk(scope) {
  const { checks } = scope;
  const paper = await scope.paper();
  const context = await scope.reader({ ...PHONE, javaScriptEnabled: false });
  const page = await context.newPage();
  const answers = [];
  page.on('response', (answer) => answers.push({ method: answer.request().method(), status: answer.status() }));

  for (const [index, path] of METERED.slice(0, 5).entries()) {
    await page.goto(paper.address + path);
    const button = page.locator('.opening-form button');
    await button.waitFor();
    answers.length = 0;
    await button.click();
    await page.waitForURL(`${paper.address}${path}/reading`);
    const post = answers.find((answer) => answer.method === 'POST');
    checks.same(`button ${index + 1} is answered 303`, post && post.status, 303);
    checks.same('and shows the article', await state(page), 'open');
    checks.has('whole', await allWords(page), lastWords(path));
    const left = 4 - index;
    const line = left > 0 ? `You have ${left} free article` : 'This is your last free article';
    checks.has(`with its notice: ${line}`, await words(page, '[data-part=notice]'), line);
    // The bar comes a moment after the page.
    if (left <= 2) await page.locator('.bar').waitFor();
    checks.same('and no cross that does nothing', await page.locator('.bar .cross:visible').count(), 0);
  }
  await page.reload();
  checks.same('a reload of the answer posts nothing', await state(page), 'open');
  await page.goto(paper.address + METERED[0]);
  checks.same('what was opened is open at its own address', await state(page), 'open');
  await page.goto(paper.address + METERED[5]);
  checks.same('the sixth is a wall', await state(page), 'wall');
  checks.has('with a code', await words(page, '.wall .code'), /\S-\S/);
  await page.goto(`${paper.address}${METERED[5]}/reading`);
  checks.same('its reading is the wall, too', await state(page), 'wall');
}
