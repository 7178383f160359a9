// A theme of one's own, on the sample's evening theme: what is saved is seen in an open page, a fault keeps the last good
// theme, and the other face is as accessible, as narrow and as still as the delivered one.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { readOn, reader, state } from '../lib/browser.mjs';
import { makeFolder, removeFolder } from '../lib/folders.mjs';
import { METERED, SUBSCRIBERS } from '../lib/paper.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const EVENING = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'sample', 'themes', 'evening');
const WIDTHS = [320, 360, 820, 1440];
const SHIFT_MAX = 0.02;
const PAGES = [
  { name: 'front', path: '/' },
  { name: 'list', path: '/harbour' },
  { name: 'opinion section', path: '/opinion' },
  { name: 'article', path: METERED[0] },
  { name: 'open article', path: METERED[0], wanted: 'open' },
  { name: 'wall', path: SUBSCRIBERS },
  { name: 'offers', path: '/offers' },
  { name: 'search', path: '/search?q=harbour' },
];

export default async function walk(scope) {
  const folder = makeFolder('theme');
  scope.later(() => removeFolder(folder));
  const theme = join(folder, 'evening');
  cpSync(EVENING, theme, { recursive: true });
  const paper = await scope.paper({ flags: ['--theme', theme] });
  const browser = await scope.browser();
  await saves(scope, paper, browser, theme);
  await looks(scope, paper, browser);
  await widths(scope, paper, browser);
  await shifts(scope, paper, browser);
}

/** An open page follows what is saved, and never what is broken. */
async function saves({ checks }, paper, browser, theme) {
  const context = await reader(browser);
  const page = await context.newPage();
  const told = [];
  page.on('console', (message) => told.push(message.text()));
  await page.goto(`${paper.address}/`);
  const ink = () => page.evaluate(() => getComputedStyle(document.body).color);
  const before = await ink();
  const style = join(theme, 'style.css');
  const text = readFileSync(style, 'utf8');
  writeFileSync(style, `${text}\nbody{color:rgb(1, 2, 3)}\n`);
  await page.waitForFunction(() => getComputedStyle(document.body).color === 'rgb(1, 2, 3)');
  checks.ok('an open page shows a style that was saved', (await ink()) !== before);
  const words = join(theme, 'messages', 'en.toml');
  const messages = readFileSync(words, 'utf8');
  writeFileSync(words, `${messages}\nlaetst = "x"\n`);
  await page.waitForEvent('console', { predicate: (message) => message.text().includes('laetst') });
  checks.ok('a fault is told in the console', told.some((line) => line.includes('messages/en.toml:')));
  checks.same('and the last good theme stays', await ink(), 'rgb(1, 2, 3)');
  writeFileSync(words, messages.replace('Stop press', 'Last edition'));
  writeFileSync(style, text);
  await page.getByRole('heading', { name: 'Last edition' }).waitFor();
  checks.same('what was mended is seen, style and word', await ink(), before);
  writeFileSync(words, messages);
  await page.getByRole('heading', { name: 'Stop press' }).waitFor();
  await context.close();
}

async function looks({ checks }, paper, browser) {
  for (const width of [390, 1440]) {
    for (const colorScheme of ['light', 'dark']) {
      const ways = { viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' };
      for (const { name, path, wanted } of PAGES) {
        const context = await reader(browser, ways);
        const page = await context.newPage();
        await page.goto(paper.address + path);
        if (wanted === 'open') await readOn(page, paper.address + path);
        await page.evaluate(AXE);
        const rules = { 'target-size': { enabled: true } };
        const { violations } = await page.evaluate((all) => window.axe.run(document, { rules: all }), rules);
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map((n) => n.target.join(' ')).join(', ')}`);
        checks.none(`${name}, ${width}, ${colorScheme}: no finding`, found);
        await context.close();
      }
    }
  }
}

async function widths({ checks }, paper, browser) {
  for (const width of WIDTHS) {
    const context = await reader(browser, { viewport: { width, height: 900 } });
    const page = await context.newPage();
    for (const { name, path } of PAGES) {
      await page.goto(paper.address + path);
      const scroll = await page.evaluate(() => document.documentElement.scrollWidth);
      checks.ok(`${name}, ${width}: no scrolling sideways`, scroll <= width, `${scroll} px`);
    }
    await context.close();
  }
}

async function shifts({ checks }, paper, browser) {
  for (const viewport of [{ width: 360, height: 640 }, { width: 1440, height: 900 }]) {
    for (const path of ['/', METERED[1]]) {
      const context = await reader(browser, { viewport });
      const page = await context.newPage();
      await page.addInitScript(() => {
        window.shifted = 0;
        new PerformanceObserver((list) => {
          for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
        }).observe({ type: 'layout-shift', buffered: true });
      });
      if (path === '/') await page.goto(`${paper.address}/`);
      else checks.same(`${path}, ${viewport.width}: it opens`, await readOn(page, paper.address + path), 'open');
      await page.evaluate(() => document.fonts.ready);
      await page.waitForTimeout(300);
      const shifted = await page.evaluate(() => window.shifted);
      checks.ok(`${path}, ${viewport.width}: nothing moves`, shifted <= SHIFT_MAX, String(shifted));
      if (path !== '/') checks.same(`${path}, ${viewport.width}: it stays open`, await state(page), 'open');
      await context.close();
    }
  }
}
