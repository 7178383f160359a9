// Searching the paper: by the field of every page and by the link on a phone, with and without script, by keyboard.

import { reader } from '../lib/browser.mjs';

export default async function walk(scope) {
  const { checks } = scope;
  const paper = await scope.paper();
  const browser = await scope.browser();
  for (const javaScriptEnabled of [true, false]) {
    const how = javaScriptEnabled ? 'with script' : 'without script';
    const desk = await reader(browser, { viewport: { width: 1440, height: 900 }, javaScriptEnabled });
    const page = await desk.newPage();
    await page.goto(`${paper.address}/`);
    const field = page.getByRole('banner').getByRole('searchbox');
    await field.fill('harbour');
    await field.press('Enter');
    await page.waitForURL(/\/search\?q=harbour$/);
    checks.ok(`${how}: articles are found`, (await page.locator('.rows article').count()) > 0);
    checks.ok(`${how}: the words are marked`, (await page.locator('main mark').count()) > 0);
    checks.ok(`${how}: the count is a status`, /harbour/.test(await page.getByRole('status').innerText()));
    await page.goto(`${paper.address}/search?q=harbuor`);
    await page.locator('.meant a').click();
    await page.waitForURL(/q=harbour/);
    checks.ok(`${how}: a slip is set right`, (await page.locator('.rows article').count()) > 0);
    await desk.close();
    const phone = await reader(browser, { viewport: { width: 360, height: 740 }, javaScriptEnabled });
    const small = await phone.newPage();
    await small.goto(`${paper.address}/`);
    await small.locator('a.find').click();
    await small.waitForURL(/\/search$/);
    await small.locator('#q').fill('no-such-word-anywhere');
    await small.locator('#q').press('Enter');
    await small.waitForURL(/q=no-such/);
    checks.ok(`${how}: the latest follow an empty answer`, (await small.locator('.rows article').count()) > 0);
    const wide = await small.evaluate(() => document.documentElement.scrollWidth);
    checks.ok(`${how}: nothing is wider than the phone`, wide <= 360, `${wide} px`);
    await phone.close();
  }
}
