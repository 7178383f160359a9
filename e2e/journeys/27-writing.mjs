// Writing at the desk with pictures: files are brought, found, described, replaced and deleted; a lead picture comes with the form of its
// article; faults beside their fields; a small change; revisions that are compared and restored; sections. With script, without, and by
// keyboard alone. Every page is looked at.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { DAY, becomeOne } from '../lib/readers.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const sampled = (name) => join(ROOT, 'sample', 'pictures', name);
const tested = (name) => join(ROOT, 'crates', 'newsroom', 'tests', 'pictures', name);
const TEXT = `The gauge at the bridge stood at 3.1 metres at noon.

<!-- paywall -->

It has stood higher twice since it was set.
`;

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  await brought(scope, paper);
  await written(scope, paper);
  await withoutScript(scope, paper);
  await byKeyboard(scope, paper);
}

async function brought(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'editor');
  await page.goto(`${paper.address}/desk/media`);
  await look(scope, page, 'pictures and files');
  await page.locator('#files').setInputFiles([
    { name: 'Bridge in fog.webp', mimeType: 'image/webp', buffer: readFileSync(sampled('bridge-in-fog.webp')) },
    { name: 'notes.pdf', mimeType: 'application/pdf', buffer: Buffer.from('%PDF-1.7 notes') },
    { name: 'broken.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('no picture') },
  ]);
  await page.locator('.desk-bring button[type=submit]').click();
  await page.locator('[role=alert]').waitFor();
  checks.has('what is refused is named', await words(page, '[role=alert]'), '“broken.jpg” is not a picture');
  checks.same('each file says how far it is', await page.locator('.desk-coming .here').count(), 2);
  await page.locator('.desk-shelf').filter({ hasText: 'bridge-in-fog' }).waitFor();
  checks.has('and holds up no other', await words(page, '.desk-shelf'), 'notes.pdf');
  await look(scope, page, 'a file that was refused');
  await page.locator('#q').fill('notes');
  await page.locator('.desk-find button').click();
  checks.same('files are found by their names', await page.locator('.desk-shelf li').count(), 1);
  await page.locator('.desk-shelf li div a').first().click();
  await page.waitForURL(/\/desk\/media\/\d+$/);
  await look(scope, page, 'a document at the desk');
  await page.locator('button[value=delete]').click();
  await page.waitForURL(/said=deleted$/);
  await page.locator('#files').setInputFiles(tested('iptc-utf8.jpg'));
  await page.locator('.desk-bring button[type=submit]').click();
  await page.waitForURL(/said=brought$/);
  checks.ok('a caption in the picture is taken over', (await page.locator('#caption').inputValue()) !== '');
  await page.locator('#alt').fill('A gauge at the bridge');
  await page.locator('button[value=save]').click();
  await page.waitForURL(/said=saved$/);
  checks.has('its lines for the text are ready', await page.locator('#line').inputValue(), 'alt: A gauge at the bridge');
  await look(scope, page, 'a picture at the desk');
}

async function written(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  const stranger = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'editor');
  await page.goto(`${paper.address}/desk/articles`);
  await page.locator('#text').fill(TEXT.replace('It has', '<!-- paywall -->\n\nIt has'));
  await page.locator('#tags').fill('Nonsense');
  await page.locator('button[value=publish]').click();
  await page.locator('.desk-faults').waitFor();
  checks.has('a fault stands beside its field', await words(page, '#headline-wrong'), 'Write a headline.');
  checks.has('the line is named', await words(page, '#text-wrong'), 'Line 5 of the text');
  await look(scope, page, 'faults beside their fields');
  await page.locator('.desk-faults a[href="#tags"]').click();
  checks.ok('the list leads to the field', await page.evaluate(() => location.hash === '#tags'));
  await page.locator('#headline').fill('Fog at the bridge');
  await page.locator('#tags').fill('');
  await page.locator('#text').fill(TEXT);
  await page.locator('#image_alt').fill('The bridge in fog');
  await page.locator('#image_upload').setInputFiles({ name: 'Fog.webp', mimeType: 'image/webp', buffer: readFileSync(sampled('bridge-in-fog.webp')) });
  await page.locator('button[value=save]').click();
  await page.waitForURL(/said=saved$/);
  await page.locator('.desk-pick details summary').first().click();
  await page.locator('.desk-lines summary').click();
  await page.waitForTimeout(200);
  await look(scope, page, 'an article with its picture');
  const at = page.url().split('?')[0];
  await page.locator('button[value=look]').click();
  await page.waitForURL(/\/look$/);
  const seen = await page.locator('main img').first().evaluate((image) => image.decode().then(() => image.naturalWidth, () => 0));
  checks.ok('the picture is seen before it is out', seen > 0);
  await page.goto(at);
  await page.locator('button[value=publish]').click();
  await page.waitForURL(/said=published$/);
  const address = await page.locator('.desk-top a').getAttribute('href');
  await stranger.goto(paper.address + address);
  const shown = await stranger.locator('main img').first().evaluate((image) => image.decode().then(() => image.naturalWidth, () => 0));
  checks.ok('and by everybody after', shown > 0);
  await page.locator('#text').fill(TEXT.replace('3.1', '3.0'));
  await page.locator('input[name=small_change]').check();
  await look(scope, page, 'an article with a small change');
  await page.locator('button[value=publish]').click();
  await page.waitForURL(/said=published$/);
  await page.goto(`${at}/revisions?from=1&to=2`);
  checks.has('what came is marked', await words(page, '.desk-different ins'), '0');
  checks.has('what went is marked', await words(page, '.desk-different del'), '1');
  await look(scope, page, 'two revisions');
  await page.locator('button[name=number][value="1"]').click();
  await page.waitForURL(/said=restored$/);
  checks.has('an old one is a draft again', await page.locator('#text').inputValue(), '3.1 metres');
  await page.goto(`${paper.address}/desk?q=fog`);
  checks.ok('articles are found', (await page.locator('.desk-rows li').count()) >= 2);
  await look(scope, page, 'articles that were looked for');
  await page.goto(`${paper.address}/desk/names`);
  await page.locator('#section-name').fill('Night desk');
  await page.locator('main form:has(#section-name) button').click();
  await page.waitForLoadState();
  await page.locator('.desk-order li').last().locator('button[value=up]').click();
  await page.waitForLoadState();
  const names = await page.locator('.desk-order li a').allInnerTexts();
  checks.same('a new section moves', names.at(-2), 'Night desk');
  await look(scope, page, 'sections, authors, tags');
}

async function withoutScript(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader({ javaScriptEnabled: false })).newPage();
  await becomeOne(page, paper.address, 'author');
  await page.goto(`${paper.address}/desk/articles`);
  await page.locator('#headline').fill('By an author');
  await page.locator('#text').fill(TEXT);
  await page.locator('#image_upload').setInputFiles(tested('plain.jpg'));
  await page.locator('button[value=save]').click();
  await page.waitForURL(/said=saved$/);
  checks.same('without script a picture comes with its article', await page.locator('.desk-lead img').count(), 1);
}

async function byKeyboard(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'editor');
  await page.goto(`${paper.address}/desk/media`);
  await page.locator('#q').focus();
  await page.keyboard.type('fog');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=fog/);
  const reached = [];
  for (let press = 0; press < 40; press += 1) {
    await page.keyboard.press('Tab');
    reached.push(await page.evaluate(() => document.activeElement?.getAttribute('href') ?? document.activeElement?.id ?? ''));
  }
  checks.ok('every file is reached by keyboard, once', reached.filter((href) => /^\/desk\/media\/\d+$/.test(href)).length >= 1);
  await page.locator('.desk-shelf div a').first().focus();
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/desk\/media\/\d+$/);
}
