// Paper: before an article is opened, its beginning and one line that says so; after, the whole text with its notes. No
// notice, no bar, no share, no wall.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { readOn, waitForState } from '../lib/browser.mjs';
import { run } from '../lib/children.mjs';
import { makeFolder, removeFolder } from '../lib/folders.mjs';
import { METERED, SUBSCRIBERS, lastWords } from '../lib/paper.mjs';

const LINE = 'This is the beginning of the article; the rest had not been opened when it was printed.';
const PATH = METERED[0];
/** What no sheet of paper has. */
const NOT_ON_PAPER = ['free article', 'Copy address', 'Facebook', 'Open this article', 'Get unlimited access',
  'Skip to the text', 'Report an error'];

export default async function walk(scope) {
  const { checks } = scope;
  const { paper, front } = await scope.publicPaper({ settings: { opening: 'ask' } });
  const page = await (await scope.reader()).newPage();
  await page.goto(front.address + PATH);
  const teaser = await page.locator('[data-part=copy] > p').last().innerText();
  const before = await printed(scope, page, 'before opening');
  checks.has('before opening: the teaser', before, teaser.slice(0, 60).replace(/\s+/g, ' '));
  checks.has('before opening: the line', before, LINE);
  checks.lacks('before opening: no more', before, lastWords(PATH));

  await paper.settings({ opening: 'reading' });
  await readOn(page, front.address + PATH);
  await waitForState(page, 'open');
  const after = await printed(scope, page, 'after opening');
  checks.has('after opening: the whole text', after, lastWords(PATH));
  checks.lacks('after opening: without the line', after, LINE);
  checks.has('after opening: the address heads the notes', after, `This article: ${front.address}${PATH}`);
  await everyLinkHasItsNote(checks, page);

  await page.goto(front.address + SUBSCRIBERS);
  const wall = await printed(scope, page, 'a wall');
  checks.has('a wall: the line', wall, LINE);
  checks.lacks('a wall: no offer', wall, 'This article is for subscribers.');

  for (let index = 1; index < 5; index += 1) await readOn(page, front.address + METERED[index]);
  await printed(scope, page, 'the last one, with its bar');
}

/** The words on paper; the sheets are made, too. */
async function printed(scope, page, what) {
  const { checks } = scope;
  await page.emulateMedia({ media: 'print' });
  const words = await page.evaluate(() => {
    // What only a voice says is clipped away on paper.
    const said = document.querySelector('[data-part=said]');
    const unprinted = (said && said.innerText.trim()) || '\u0000';
    return document.body.innerText.replace(unprinted, '').replace(/\s+/g, ' ');
  });
  await page.emulateMedia({ media: null });
  for (const part of NOT_ON_PAPER) checks.lacks(`${what}: no “${part}”`, words, part);
  checks.has(`${what}: the headline`, words, (await page.locator('h1').innerText()).replace(/\s+/g, ' '));
  for (const format of ['A4', 'Letter']) {
    const sheets = await page.pdf({ format, preferCSSPageSize: false });
    checks.ok(`${what}: ${format} is made`, sheets.subarray(0, 5).toString() === '%PDF-' && sheets.length > 5_000);
    await onSheets(checks, sheets, `${what} on ${format}`, words);
  }
  return words;
}

/** The text of the real sheets, where this machine can read it. */
async function onSheets(checks, sheets, what, words) {
  const folder = makeFolder('sheets');
  try {
    const file = join(folder, 'sheets.pdf');
    writeFileSync(file, sheets);
    const { code, text } = await run('pdftotext', [file, '-']);
    if (code === 'error') return;
    const onPaper = text.replace(/\s+/g, ' ');
    for (const part of NOT_ON_PAPER) checks.lacks(`${what}: no “${part}”`, onPaper, part);
    checks.same(`${what}: it says whether it is whole`, onPaper.includes(LINE), words.includes(LINE));
  } finally {
    await removeFolder(folder);
  }
}

/** Each link in the text has a number, and the note with that number is its address. */
async function everyLinkHasItsNote(checks, page) {
  await page.emulateMedia({ media: 'print' });
  const wrong = await page.evaluate(() => {
    const notes = [...document.querySelectorAll('[data-part=notes] > li')].map((note) => note.textContent.trim());
    return [...document.querySelectorAll('[data-part=copy] a[href]')].filter((link) => {
      const note = notes[Number(link.dataset.n) - 1];
      const path = link.getAttribute('href');
      return !note || !(note.endsWith(path) || note === link.href);
    }).map((link) => `${link.dataset.n} ${link.href}`);
  });
  const count = await page.locator('[data-part=copy] a[href]').count();
  checks.none(`each of ${count} links has its note`, wrong);
  await page.emulateMedia({ media: null });
}
