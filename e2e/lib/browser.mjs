// Chromium as journeys start it, and what a reader does in it.

import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { chromium } from 'playwright-core';

import { start, stop } from './children.mjs';
import { makeFolder, removeFolder } from './folders.mjs';

/** No single wait of a journey is longer. */
export const WAIT_MS_MAX = 20_000;
const SWITCHES = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const PATH = process.env.CHROMIUM || '/usr/bin/chromium';
// The same engine without a window of its own: what a window draws of itself takes a third of a journey's time.
const BARE = '/usr/bin/chromium-headless-shell';
// Letters stand where they are drawn to stand, as in a window, and not on whole pixels.
const BARE_SWITCHES = ['--font-render-hinting=none'];
const BARE_PATH = !process.env.CHROMIUM && existsSync(BARE) ? BARE : PATH;

export const PHONE = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true };
export const DESK = { viewport: { width: 1440, height: 900 } };

/** Starts a browser. `bfcache` keeps whole pages for the way back, as browsers of readers do, which have a window. */
export function launch({ bfcache = false, switches = [] } = {}) {
  return chromium.launch({
    executablePath: bfcache ? PATH : BARE_PATH,
    args: [...SWITCHES, ...BARE_SWITCHES, ...switches],
    ignoreDefaultArgs: bfcache ? ['--disable-back-forward-cache'] : [],
    timeout: 60_000,
  });
}

/** A browser whose reader has forbidden all cookies in its settings. */
export async function launchWithoutCookies(options) {
  const folder = makeFolder('browser');
  mkdirSync(join(folder, 'Default'));
  const preferences = { profile: { default_content_setting_values: { cookies: 2 } } };
  writeFileSync(join(folder, 'Default', 'Preferences'), JSON.stringify(preferences));
  const context = await chromium.launchPersistentContext(folder, {
    executablePath: PATH, args: SWITCHES, timeout: 60_000, ...options,
  });
  context.setDefaultTimeout(WAIT_MS_MAX);
  const tidyUp = () => removeFolder(folder);
  return { context, tidyUp };
}

/**
 * A browser that nobody steers: it is given an address and goes its own way. A steered one refuses to prerender.
 * What it did is known from the front that it went through.
 */
export function launchUnsteered(address) {
  const folder = makeFolder('browser');
  const browser = start(PATH, [...SWITCHES, '--no-first-run', `--user-data-dir=${folder}`, address]);
  return async () => {
    await stop(browser);
    await removeFolder(folder);
  };
}

/** A reader's own jar. */
export async function reader(browser, options = DESK) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WAIT_MS_MAX);
  context.setDefaultNavigationTimeout(WAIT_MS_MAX);
  // The text of an article is filled in as Markdown, but where a journey is about its blocks.
  await context.addInitScript(() => {
    if (location.pathname.startsWith('/desk')) localStorage['desk-editor'] ??= 'markdown';
  });
  return context;
}

/** Which page of an article it is: ask, open or wall. */
export function state(page) {
  return page.locator('article[data-state]').getAttribute('data-state');
}

/** Waits until the article is in a state. */
export function waitForState(page, wanted) {
  return page.locator(`article[data-state="${wanted}"]`).waitFor({ state: 'attached' });
}

/** Goes to an article and reads on: the first sign of reading opens it, or shows the wall. */
export async function readOn(page, address) {
  await page.goto(address);
  if ((await state(page)) !== 'ask') return state(page);
  await page.mouse.move(200, 300);
  await page.mouse.wheel(0, 200);
  await page.locator('article[data-state]:not([data-state="ask"])').waitFor({ state: 'attached' });
  return state(page);
}

/** The words of one element, or nothing where it is not there or not shown. */
export async function words(page, selector) {
  const found = page.locator(selector).first();
  if ((await found.count()) === 0 || !(await found.isVisible())) return '';
  return (await found.innerText()).replace(/\s+/g, ' ').trim();
}

/** All that can be read on the page. */
export function allWords(page) {
  return page.evaluate(() => document.body.innerText);
}
