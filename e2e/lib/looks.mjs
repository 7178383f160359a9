// How a page looks to those who look closely: what axe finds, what is wider than the window, what is too small to press;
// and its pictures, where they are asked for.

import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** Rules that are off unless one asks: target sizes are part of WCAG 2.2 AA. */
const RULES = { 'target-size': { enabled: true } };
/** All that darkness can change. */
const COLOR_RULES = ['color-contrast', 'link-in-text-block'];
export const TARGET_SIDE_MIN = 24;
/** The narrowest window: WCAG 2.2, 1.4.10. */
const NARROWEST = 320;
const SIZES = [{ width: 360, height: 740 }, { width: 820, height: 1180 }, { width: 1440, height: 900 }];
const PICTURES = join(dirname(fileURLToPath(import.meta.url)), '..', 'screenshots');

/** Looks at the page as it stands, in each size, light and dark; afterwards its window is as before. `--pictures`: keeps them. */
export async function look({ checks, flags }, page, name) {
  const before = page.viewportSize();
  const small = [];
  const wide = [];
  const found = [];
  for (const size of SIZES) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const how = `${size.width}, ${colorScheme}`;
      found.push(...(await findings(page, colorScheme === 'dark')).map((one) => `${how}: ${one}`));
      if (flags.has('--pictures')) await picture(page, `${name}, ${how}`);
    }
    small.push(...(await smallTargets(page)).map((one) => `${size.width}: ${one}`));
    wide.push(...(await sideways(page)).map((one) => `${size.width}: ${one}`));
  }
  await page.setViewportSize({ width: NARROWEST, height: 640 });
  // What a page puts somewhere by itself is put there anew with the next picture.
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  wide.push(...(await sideways(page)).map((one) => `${NARROWEST}: ${one}`));
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  checks.none(`${name}: no finding in three sizes, light and dark`, found);
  checks.none(`${name}: what can be pressed is ${TARGET_SIDE_MIN} px or has as much room`, small);
  checks.none(`${name}: no scrolling sideways, nor at ${NARROWEST} px`, wide);
}

async function picture(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  const file = `${name.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase()}.png`;
  // A frame of another origin is painted only where it was on the screen.
  const frame = page.locator('iframe');
  if ((await frame.count()) > 0) await frame.first().scrollIntoViewIfNeeded();
  await page.screenshot({ path: join(PICTURES, file), fullPage: true });
}

/** One line for each rule: how often, where first, and why. */
export async function findings(page, colorsAlone = false) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE);
  const options = { resultTypes: ['violations'], ...(colorsAlone ? { runOnly: COLOR_RULES } : { rules: RULES }) };
  const { violations } = await page.evaluate((options) => window.axe.run(document, options), options);
  return violations.map(({ id, nodes }) => {
    const where = nodes.slice(0, 4).map((node) => node.target.join(' ')).join(', ');
    const [first] = nodes;
    const why = first.any.concat(first.all, first.none).map((one) => one.message).join('; ');
    return `${id}, ${nodes.length} times, at ${where}: ${why}`;
  });
}

/** What is wider than the window, where the page can be moved sideways. */
export function sideways(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const isWide = (element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > clientWidth + 1 || box.left < -1);
    };
    const wide = [...document.body.querySelectorAll('*')].filter(isWide)
      .map((element) => `${element.tagName}.${element.className}`).slice(0, 5);
    return [`${scrollWidth} px in ${clientWidth}: ${wide.join(' ')}`];
  });
}

/** Everything that stands alone and is too small to press. */
export function smallTargets(page) {
  return page.evaluate(smallOnes, TARGET_SIDE_MIN);
}

/** WCAG 2.2, 2.5.8: 24 px each way, or a circle of 24 px on its middle that meets no other target. */
function smallOnes(side) {
  const inLine = (element) => {
    const parent = element.closest('p, li, dd, td, figcaption');
    const isInline = getComputedStyle(element).display === 'inline';
    return isInline && parent && parent.textContent.trim() !== element.textContent.trim();
  };
  const shown = [...document.querySelectorAll('a[href], button, summary, input')].filter((element) => {
    const box = element.getBoundingClientRect();
    const isShown = element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    return isShown && box.width > 1 && box.height > 1 && !element.closest('.vh, .skip, [aria-hidden=true]');
  });
  const boxes = shown.map((element) => ({ element, box: element.getBoundingClientRect() }));
  const isSmall = ({ box }) => box.width < side - 0.5 || box.height < side - 0.5;
  const gap = (x, y, box) => Math.hypot(
    Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
  return boxes.filter((one) => isSmall(one) && !inLine(one.element)).filter(({ element, box }) => {
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    return boxes.some((other) => {
      if (other.element === element || other.element.href === element.href) return false;
      const between = isSmall(other)
        ? Math.hypot(x - (other.box.left + other.box.width / 2), y - (other.box.top + other.box.height / 2)) - side / 2
        : gap(x, y, other.box);
      return between < side / 2 - 0.5;
    });
  }).map(({ element, box }) => {
    const name = (element.innerText || element.getAttribute('aria-label') || '').trim().slice(0, 30);
    const where = element.parentElement.className || element.parentElement.tagName;
    return `${where} “${name}” ${Math.round(box.width)}x${Math.round(box.height)}`;
  });
}
