// Pictures of every page for people to look at: `--pictures` fills e2e/screenshots/, `--docs` makes the two pictures of
// the README. Without a flag nothing is done.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { readOn, reader } from '../lib/browser.mjs';
import { EVERY_PAGE } from '../lib/pages.mjs';
import { smallPng } from '../lib/palette.mjs';
import { METERED } from '../lib/paper.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const SIZES = [{ width: 360, height: 740 }, { width: 820, height: 1180 }, { width: 1440, height: 1100 }];
const DOCS_PICTURE_BYTES_MAX = 250_000;

export default async function walk(scope) {
  const { checks, flags } = scope;
  if (!flags.has('--pictures') && !flags.has('--docs')) {
    checks.skip('pictures', 'asked for with --pictures or --docs');
    return;
  }
  const paper = await scope.paper();
  const browser = await scope.browser();
  if (flags.has('--pictures')) await everyPage(scope, paper, browser);
  if (flags.has('--docs')) await documentation(scope, paper, browser);
}

async function everyPage({ checks }, paper, browser) {
  const folder = join(ROOT, 'e2e', 'screenshots');
  mkdirSync(folder, { recursive: true });
  let made = 0;
  for (const viewport of SIZES) {
    for (const colorScheme of ['light', 'dark']) {
      for (const { name, path, wanted, before } of EVERY_PAGE) {
        const context = await reader(browser, { viewport, colorScheme, reducedMotion: 'reduce' });
        const page = await context.newPage();
        for (const earlier of before || []) await readOn(page, paper.address + earlier);
        await page.goto(paper.address + path);
        if (wanted === 'open') await readOn(page, paper.address + path);
        // Moving through an article that is to be opened would open it.
        if (wanted !== 'ask') await settle(page);
        const file = `${name.replace(/[^A-Za-z]+/g, '-').toLowerCase()}-${viewport.width}-${colorScheme}.png`;
        await page.screenshot({ path: join(folder, file), fullPage: wanted !== 'ask' });
        made += 1;
        await context.close();
      }
    }
  }
  checks.same('every page has its pictures', made, EVERY_PAGE.length * SIZES.length * 2);
}

async function documentation({ checks }, paper, browser) {
  const folder = join(ROOT, 'docs', 'images');
  mkdirSync(folder, { recursive: true });
  for (const [name, path] of [['front', '/'], ['article', METERED[0]]]) {
    const context = await reader(browser, { viewport: SIZES[2], colorScheme: 'light', reducedMotion: 'reduce' });
    const page = await context.newPage();
    await page.goto(paper.address + path);
    if (name === 'article') await readOn(page, paper.address + path);
    await settle(page);
    const shot = await page.screenshot();
    const picture = smallPng({ ...(await pixels(browser, shot)), bytesMax: DOCS_PICTURE_BYTES_MAX });
    checks.ok(`docs/images/${name}.png is small`, picture !== null);
    if (picture) {
      writeFileSync(join(folder, `${name}.png`), picture.png);
      checks.ok(`docs/images/${name}.png: ${picture.png.length} bytes, ${picture.colours} colours`, true);
    }
    await context.close();
  }
}

/** All pictures and faces are there, and the page is at its top. */
async function settle(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 800) {
      window.scrollTo({ top: y, behavior: 'instant' });
      await new Promise((resolve) => { setTimeout(resolve, 30); });
    }
    window.scrollTo({ top: 0, behavior: 'instant' });
    await document.fonts.ready;
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
  });
  await page.mouse.move(0, 0);
}

/** A screenshot's pixels, as the browser reads them. */
async function pixels(browser, shot) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const { base64, width, height } = await page.evaluate(async (encoded) => {
    const bytes = Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const drawing = canvas.getContext('2d');
    drawing.drawImage(bitmap, 0, 0);
    const { data } = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
    let text = '';
    for (let at = 0; at < data.length; at += 32_768) text += String.fromCharCode(...data.subarray(at, at + 32_768));
    return { base64: btoa(text), width: bitmap.width, height: bitmap.height };
  }, shot.toString('base64'));
  await context.close();
  return { rgba: Buffer.from(base64, 'base64'), width, height };
}
