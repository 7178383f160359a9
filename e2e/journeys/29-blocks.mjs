// The block editor of the desk: an article with every block, the paywall line moved, links found, pictures brought; what is pasted from Word,
// Google Docs and web pages; by keyboard alone; on a phone. What nobody touched is as it was, and what was made is read as it was made.

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { PHONE, readOn, words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { DAY, becomeOne } from '../lib/readers.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const sampled = (name) => readFileSync(join(ROOT, 'sample', 'pictures', name));
const pasted = (name) => readFileSync(join(ROOT, 'crates', 'web', 'editor', 'test', 'pasted', name), 'utf8');
const TEXT = '#text';
const written = (page) => page.locator(TEXT).inputValue();

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  await untouched(scope, paper);
  const address = await everyBlock(scope, paper);
  await readIt(scope, paper, address);
  await whatIsPasted(scope, paper);
  await withFaults(scope, paper);
  await byKeyboard(scope, paper);
  await pointed(scope, paper);
  await onPhone(scope, paper);
}

/** A page of the desk whose owner works in blocks. */
async function desk(scope, paper, options) {
  const context = await scope.reader(options);
  await context.addInitScript(() => {
    if (location.pathname.startsWith('/desk')) localStorage['desk-editor'] = 'blocks';
  });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => { if (/Content Security|Refused to/.test(message.text())) errors.push(message.text()); });
  page.errors = errors;
  await becomeOne(page, paper.address, 'editor');
  return page;
}

async function begin(page, paper, headline) {
  await page.goto(`${paper.address}/desk/articles`);
  await page.locator('#headline').fill(headline);
  const text = page.locator('.ed-text');
  await text.waitFor();
  await text.click();
  return text;
}

const tool = (page, name) => page.locator(`.ed-tools [data-tool=${name}]`);

async function add(page, name) {
  await tool(page, 'add').click();
  await page.locator('#editor-choice li', { hasText: new RegExp(`^${name}`) }).first().click();
}

/** Nobody presses a key in the moment in which an editor takes the cursor over; a journey would. */
const settle = (page) => page.waitForTimeout(80);

/** Presses a place in the text, and has the cursor there. */
async function into(page, selector) {
  await settle(page);
  await page.locator(selector).click();
  await settle(page);
}

/** Puts the cursor behind everything that is there. */
async function toEnd(page) {
  await page.locator('.ed-text').focus();
  await settle(page);
  await page.keyboard.press('Control+End');
  await settle(page);
}

async function paste(page, html, text = '') {
  await page.locator('.ed-text').evaluate((element, { html, text }) => {
    const data = new DataTransfer();
    if (html) data.setData('text/html', html);
    data.setData('text/plain', text);
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, { html, text });
}

async function untouched(scope, paper) {
  const { checks } = scope;
  const page = await desk(scope, paper);
  await page.goto(`${paper.address}/desk/articles/forty-one-calls`);
  await page.locator('.ed-text').waitFor();
  const before = await written(page);
  checks.ok('the text area is out of the way', !(await page.locator(TEXT).isVisible()));
  await look(scope, page, 'an article in blocks');
  await page.locator('[data-mode=markdown]').click();
  await look(scope, page, 'the same as Markdown');
  await page.locator('[data-mode=blocks]').click();
  checks.same('to look at it changes nothing', await written(page), before);
  await page.locator('button[value=save]').click();
  await page.waitForURL(/said=saved$/);
  checks.same('nor does to save it', await written(page), before);
  // One word of one paragraph.
  await page.locator('.ed-text > p').first().click();
  await page.keyboard.press('End');
  await page.keyboard.type(' Indeed.');
  const after = await written(page);
  checks.same('one word changes one line', after.split('\n').filter((line, at) => line !== before.split('\n')[at]).length, 1);
  checks.has('which is that one', after, ' Indeed.');
  await tool(page, 'undo').click();
  for (let tries = 0; tries < 10 && (await written(page)) !== before; tries += 1) await page.keyboard.press('Control+z');
  checks.same('and can be taken back', await written(page), before);
  // The line moves by one block, and nothing else does.
  await page.locator('.ed-line [data-act=down]').click();
  const moved = await written(page);
  checks.ok('the line moved', moved !== before);
  checks.same('and nothing else', moved.replace(/<!-- paywall -->\n+/, ''), before.replace(/<!-- paywall -->\n+/, ''));
  checks.has('which is said', await words(page, '.ed-said'), 'Paywall line');
  await page.locator('.ed-line [data-act=up]').click();
  checks.same('and back', await written(page), before);
  // All of the way is in the window.
  await page.setViewportSize({ width: 1440, height: 1600 });
  await page.evaluate(() => scrollTo(0, 0));
  await page.locator('.ed-line .ed-head b').dragTo(page.locator('.ed-text > p').first(), { targetPosition: { x: 20, y: 2 } });
  checks.same('it can be dragged, and is one', (await written(page)).split('<!-- paywall -->').length, 2);
  checks.ok('to where it was dropped', (await written(page)).startsWith('<!-- paywall -->'), (await written(page)).slice(0, 400));
  await page.reload();
  await page.locator('[data-mode=markdown]').click();
  await page.locator(TEXT).fill('Typed as Markdown.\n\n## And a heading\n');
  await page.locator('[data-mode=blocks]').click();
  checks.has('what was typed as Markdown is there in blocks', await words(page, '.ed-text h2'), 'And a heading');
  checks.none('no error, and nothing against the policy', page.errors);
  await page.close();
}

async function everyBlock(scope, paper) {
  const { checks } = scope;
  const page = await desk(scope, paper);
  await begin(page, paper, 'Everything at once');
  await page.keyboard.type('The first paragraph has ');
  await page.keyboard.press('Control+b');
  await page.keyboard.type('bold');
  await page.keyboard.press('Control+b');
  await page.keyboard.type(', ');
  await page.keyboard.press('Control+i');
  await page.keyboard.type('italic');
  await page.keyboard.press('Control+i');
  await page.keyboard.type(' and a ');
  await tool(page, 'link').click();
  await page.locator('.ed-panel input[type=text]').fill('javascript:alert(1)');
  await page.locator('.ed-panel .btn').first().click();
  checks.has('a wrong address is refused', await words(page, '.ed-panel [role=alert]'), 'https://');
  await page.locator('.ed-panel input[type=search]').fill('carrier pulls');
  await page.locator('.ed-found button').first().waitFor();
  await look(scope, page, 'a link to an article');
  await page.locator('.ed-found button').first().click();
  checks.has('a link leads to an article of the paper', await written(page), '(article:forty-one-calls)');
  await toEnd(page);
  await page.keyboard.press('Enter');
  await page.keyboard.type('Free to the end of this one.');
  await tool(page, 'line').click();
  await toEnd(page);
  await add(page, 'Heading');
  await page.keyboard.type('A heading');
  await page.keyboard.press('Enter');
  await page.keyboard.type('- one');
  await page.keyboard.press('Enter');
  await page.keyboard.type('two');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.type('> A quote');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/tab');
  await page.locator('#editor-choice li').first().waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.type('Year');
  await page.keyboard.press('Tab');
  await page.keyboard.type('Calls');
  await page.locator('[data-tool=column_drop]').waitFor();
  await page.keyboard.press('Tab');
  await page.locator('[data-tool=column_drop]').click();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.type('52');
  await toEnd(page);
  await add(page, 'Pull quote');
  await page.locator('.ed-pull input').fill('Berit Sandoe, pilot');
  await into(page, '.ed-pull blockquote');
  await page.keyboard.type('“Both will be right.”');
  await toEnd(page);
  await add(page, 'Fact box');
  await page.locator('.ed-fact input').fill('Calls by year');
  await into(page, '.ed-fact [data-kind=label]');
  await page.keyboard.type('2025');
  await page.keyboard.press('Enter');
  await page.keyboard.type('52');
  await page.keyboard.press('Enter');
  await page.keyboard.type('2026 | so far');
  await page.keyboard.press('Tab');
  await page.keyboard.type('11');
  await toEnd(page);
  await add(page, 'Live entry');
  await page.locator('.ed-entry input').nth(1).fill('The gates close');
  await into(page, '.ed-entry .ed-inside');
  await page.keyboard.type('All six of them.');
  await toEnd(page);
  await page.keyboard.type('https://www.youtube.com/watch?v=abc123');
  checks.has('a link alone on its line is typed', await written(page), '\n\nhttps://www.youtube.com/watch?v=abc123\n');
  await page.locator('.ed-offer button').click();
  await page.locator('.ed-embed input').nth(1).fill('The film of it');
  await toEnd(page);
  await add(page, 'Picture');
  await page.locator('.ed-panel input[type=file]').setInputFiles({ name: 'Bridge.webp', mimeType: 'image/webp', buffer: sampled('bridge-in-fog.webp') });
  await page.locator('.ed-picture').waitFor();
  checks.has('a picture without words is marked', await words(page, '.ed-picture .ed-wanted'), 'Say what it shows');
  await page.locator('.ed-picture input').first().fill('A bridge in fog');
  await page.waitForFunction(() => document.querySelector('.ed-picture img')?.naturalWidth > 0);
  await toEnd(page);
  await add(page, 'Gallery');
  await page.locator('.ed-shelf button').first().click();
  await page.locator('.ed-gallery > p .btn').click();
  await page.locator('.ed-shelf button').nth(1).click();
  await page.locator('.ed-gallery li').nth(1).waitFor();
  for (const [at, said] of ['One of them', 'The other'].entries()) await page.locator('.ed-gallery li').nth(at).locator('input').first().fill(said);
  await toEnd(page);
  await add(page, 'Rule');
  await toEnd(page);
  await page.keyboard.type('The last words of it.');
  const text = await written(page);
  for (const [what, sign] of [
    ['bold and italic letters', '**bold**, *italic*'], ['the line', '\n\n<!-- paywall -->\n\n'], ['a heading', '\n\n## A heading\n\n'], ['a list', '- one\n- two'], ['a quote', '> A quote'],
    ['a table', '| Year | Calls |\n| --- | --- |\n'], ['a pull quote', '::: pull "Berit Sandoe, pilot"\n“Both will be right.”\n:::'],
    ['a fact box', '::: fact "Calls by year"\n2025 | 52\n2026 \\| so far | 11\n:::'], ['an embed', '::: embed "https://www.youtube.com/watch?v=abc123"\ntitle: The film of it\n:::'],
    ['a picture', 'alt: A bridge in fog'], ['a gallery', '::: gallery\nfile: pictures/'], ['a rule', '\n\n---\n\nThe last words of it.\n'],
  ]) checks.has(`the Markdown has ${what}`, text, sign);
  checks.ok('and an entry', /::: entry \d{4}-\d\d-\d\dT\d\d:\d\d:00[+-]\d\d:\d\d "The gates close"\nAll six of them\.\n:::/.test(text), text);
  await page.locator('.ed-text').focus();
  await settle(page);
  await page.keyboard.press('Control+a');
  const copied = await page.locator('.ed-text').evaluate((element) => {
    const data = new DataTransfer();
    element.dispatchEvent(new ClipboardEvent('copy', { clipboardData: data, bubbles: true, cancelable: true }));
    return { html: data.getData('text/html'), text: data.getData('text/plain') };
  });
  checks.has('what is copied is Markdown to others', copied.text, '\n\n## A heading\n\n');
  await page.keyboard.press('Delete');
  await paste(page, copied.html, copied.text);
  const back = (await written(page)).split('\n');
  checks.none('cut and pasted, all of it is the same', text.split('\n').flatMap((line, at) => (line === back[at] ? [] : [`${JSON.stringify(line)} became ${JSON.stringify(back[at])}`.replaceAll('\u00a0', '~')])).slice(0, 3));
  await page.evaluate(() => scrollTo(0, 0));
  await look(scope, page, 'every block');
  await page.locator('.ed-text > h2').first().hover();
  await page.locator('.ed-plus').click();
  await page.locator('#editor-choice li', { hasText: /^Rule/ }).click();
  checks.has('the plus adds a block behind the one at the mouse', await written(page), '## A heading\n\n---\n\n- one');
  await page.keyboard.press('Control+z');
  checks.same('which can be taken back', await written(page), text);
  await page.locator('button[value=save]').click();
  await page.waitForURL(/said=saved$/);
  checks.same('saved and opened again, it is the same', await written(page), text);
  checks.same('all of it is understood', await page.locator('.ed-raw').count(), 0);
  const at = page.url().split('?')[0];
  await page.locator('button[value=look]').click();
  await page.waitForURL(/\/look$/);
  checks.has('the look at it has the card', await words(page, '.embed'), 'The film of it');
  await page.goto(at);
  await page.locator('button[value=publish]').click();
  await page.waitForURL(/said=published$/);
  checks.none('no error, and nothing against the policy', page.errors);
  const address = await page.locator('.desk-top a').getAttribute('href');
  await page.close();
  return address;
}

async function readIt(scope, paper, address) {
  const { checks } = scope;
  const context = await scope.reader();
  const asked = [];
  await context.route((url) => !url.href.startsWith(paper.address), (route) => {
    asked.push(route.request().url());
    return route.fulfill({ status: 200, contentType: 'text/html', body: '<p>A film</p>' });
  });
  const page = await context.newPage();
  const teaser = await (await fetch(paper.address + address)).text();
  checks.ok('a stranger sees nothing of what is below the line', !/gallery|data-frame|abc123/.test(teaser));
  await readOn(page, paper.address + address);
  await page.locator('.gallery').waitFor();
  checks.same('then the gallery is there', await page.locator('.gallery img').count(), 2);
  await page.locator('.gallery > div').focus();
  await page.keyboard.press('ArrowRight');
  await page.waitForFunction(() => document.querySelector('.gallery > div').scrollLeft > 0);
  checks.same('nobody else was asked for anything', asked.length, 0);
  await page.locator('.embed').scrollIntoViewIfNeeded();
  await look(scope, page, 'an article with a gallery and an embed');
  await page.locator('.embed .btn').click();
  await page.waitForFunction(() => document.querySelector('.embed iframe'));
  await page.frameLocator('.embed iframe').locator('text=A film').waitFor();
  checks.none('until a reader asked for the film', asked.filter((url) => !url.startsWith('https://www.youtube-nocookie.com/embed/abc123')));
  const frame = await page.locator('.embed iframe').evaluate((one) => [one.referrerPolicy, one.sandbox.contains('allow-top-navigation'), one.title]);
  checks.same('the frame has its limits and its name', frame, ['strict-origin', false, 'The film of it']);
  const plain = await (await scope.reader({ javaScriptEnabled: false })).newPage();
  await plain.goto(`${paper.address}${address}`);
  await plain.locator('[data-part=opening] button, .opening-form button').first().click();
  checks.same('without script there is a card with a link', await plain.locator('.embed a[href="https://www.youtube.com/watch?v=abc123"]').count(), 1);
  checks.same('and no button', await plain.locator('.embed button').count(), 0);
}

async function whatIsPasted(scope, paper) {
  const { checks } = scope;
  const page = await desk(scope, paper);
  await begin(page, paper, 'What was pasted');
  await paste(page, pasted('word.txt'));
  const word = await written(page);
  for (const sign of ['## What changed', 'The **commission** met on *Tuesday*,[1] and [published](https://commission.example/minutes)', '- Forty-one calls\n  - of which twelve by night\n- Two refusals', '1. First\n2. Second', '| Year | Calls |']) {
    checks.has(`from Word: ${sign.slice(0, 30)}`, word, sign);
  }
  checks.ok('and none of its looks', !/mso|style|file:|hidden/.test(word), word);
  checks.has('a picture that was left out is said', await words(page, '.ed-said'), 'left out');
  await look(scope, page, 'pasted from Word');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await paste(page, pasted('google.txt'));
  checks.has('from Google Docs', await written(page), 'The boat was **late** and *nobody* asked. [The plan](https://ferry.example/plan?a=1)');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await paste(page, pasted('page.txt'));
  const other = await written(page);
  checks.has('from a page', other, 'Second part, pressed, relative and [good](https://good.example/a?b=1&c=2).');
  checks.ok('without what it would run or fetch', !/javascript|tracker|secret|Send/.test(other), other);
  checks.same('and nothing of it ran', await page.evaluate(() => window.pasted), undefined);
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await paste(page, '', '::: pull "A"\nB\n:::\n\n<!-- paywall -->\n\nC **d**');
  checks.same('Markdown that is pasted is read', await written(page), '::: pull "A"\nB\n:::\n\n<!-- paywall -->\n\nC **d**\n');
  await paste(page, '', '<!-- paywall -->');
  checks.same('a second line takes the place of the first', (await written(page)).split('<!-- paywall -->').length, 2);
  await page.locator('.ed-text').evaluate((element, bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], 'Dropped.webp', { type: 'image/webp' }));
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, [...sampled('bridge-in-fog.webp')]);
  await page.locator('.ed-picture').waitFor();
  checks.has('a picture that is pasted is brought', await written(page), '::: picture "pictures/');
  await page.locator('.ed-text').evaluate((element) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array([1, 2, 3])], 'broken.png', { type: 'image/png' }));
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });
  await page.waitForFunction(() => /not a picture/.test(document.querySelector('.ed-said').textContent));
  checks.none('no error, and nothing against the policy', page.errors);
  await page.close();
}

async function withFaults(scope, paper) {
  const { checks } = scope;
  const page = await desk(scope, paper);
  await begin(page, paper, 'Faults in blocks');
  await paste(page, '', 'Fine.\n\n## Fine\n\n# Not a heading of ours\n\n::: fact "Empty"\n:::\n\nFine.\n\n::: embed "https://evil.example/film"\ntitle: A\n:::\n');
  const typed = await written(page);
  await page.locator('button[value=publish]').click();
  await page.locator('.desk-faults').waitFor();
  checks.same('what was typed is as it was typed', await written(page), typed);
  checks.same('blocks with faults are marked', await page.locator('.ed-text > .ed-fault').count(), 3);
  checks.has('one that is not understood is shown as it was written', await words(page, '.ed-raw'), '# Not a heading of ours');
  await look(scope, page, 'faults in blocks');
  await page.locator('.desk-faults a', { hasText: 'evil.example' }).click();
  checks.ok('the list leads to the block', await page.locator('.ed-embed').evaluate((box) => {
    const { top, bottom } = box.getBoundingClientRect();
    return top > 0 && bottom < innerHeight;
  }));
  checks.none('no error, and nothing against the policy', page.errors);
  await page.close();
}

async function byKeyboard(scope, paper) {
  const { checks } = scope;
  const page = await desk(scope, paper);
  await page.goto(`${paper.address}/desk/articles`);
  await page.locator('.ed-text').waitFor();
  await page.locator('#standfirst').focus();
  const passed = [];
  for (let press = 0; press < 8 && !passed.includes('textbox'); press += 1) {
    await page.keyboard.press('Tab');
    passed.push(await page.evaluate(() => document.activeElement.dataset.mode ?? document.activeElement.dataset.tool ?? document.activeElement.getAttribute('role') ?? ''));
  }
  checks.same('Tab leads over the buttons, which are one stop, into the text', passed, ['blocks', 'markdown', 'kind', 'textbox']);
  await page.keyboard.type('One.');
  await page.keyboard.press('Enter');
  await page.keyboard.type('Two.');
  await page.keyboard.press('Alt+F10');
  await page.keyboard.press('End');
  await page.keyboard.press('Home');
  for (let press = 0; press < 4; press += 1) await page.keyboard.press('ArrowRight');
  checks.same('arrows lead along them', await page.evaluate(() => document.activeElement.dataset.tool), 'add');
  await page.keyboard.press('Enter');
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  checks.same('the line is set from the list', await written(page), 'One.\n\nTwo.\n\n<!-- paywall -->\n');
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Alt+Shift+ArrowUp');
  checks.same('and moved', await written(page), 'One.\n\n<!-- paywall -->\n\nTwo.\n');
  await page.keyboard.press('Control+End');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/nothing like it');
  checks.has('a stroke without a block is a stroke', await written(page), '/nothing like it');
  await page.keyboard.press('Enter');
  await page.keyboard.type('/');
  await page.locator('#editor-choice:not([hidden])').waitFor();
  checks.ok('those who listen hear what is marked', (await page.locator('.ed-text').getAttribute('aria-activedescendant'))?.startsWith('editor-choice-'));
  await look(scope, page, 'the list of blocks');
  await page.locator('.ed-text').focus();
  await page.keyboard.press('Escape');
  checks.ok('Escape closes the list', await page.locator('#editor-choice').isHidden());
  const stops = [];
  for (let press = 0; press < 8 && stops.at(-1) !== ''; press += 1) {
    await page.keyboard.press('Tab');
    stops.push(await page.evaluate(() => (document.activeElement.closest('.ed-text') ? document.activeElement.dataset.act : '')));
  }
  checks.same('and Tab leaves the text, by way of the buttons in it', stops, ['up', 'down', 'remove', '']);
  checks.none('no error, and nothing against the policy', page.errors);
  await page.close();
}

async function pointed(scope, paper) {
  const { checks } = scope;
  const page = await desk(scope, paper);
  await page.goto(`${paper.address}/desk/articles/forty-one-calls`);
  const point = page.locator('.ed-point');
  await point.waitFor();
  const box = await point.boundingBox();
  await point.click({ position: { x: box.width / 2, y: box.height / 4 } });
  checks.ok('the point is where the picture was pressed', /^(49|50|51)% 2\d%$/.test(await page.locator('#image_focus').inputValue()), await page.locator('#image_focus').inputValue());
  await point.focus();
  await page.keyboard.press('ArrowRight');
  checks.ok('arrow keys move it', /^5[456]% 2\d%$/.test(await page.locator('#image_focus').inputValue()));
  await page.close();
}

async function onPhone(scope, paper) {
  const { checks } = scope;
  const page = await desk(scope, paper, PHONE);
  await begin(page, paper, 'On a phone');
  await page.keyboard.type('Words.');
  await add(page, 'Fact box');
  await page.locator('.ed-fact input').fill('Figures');
  await add(page, 'Table');
  checks.has('blocks are added by touch', await written(page), '::: fact "Figures"');
  await look(scope, page, 'blocks on a phone');
  checks.none('no error, and nothing against the policy', page.errors);
  await page.close();
}
