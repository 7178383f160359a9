// No page asks anybody else for anything, breaks the house's own policy, or complains; none has a place that was not
// filled; the first words of each are the skip link and the paper's name.

import { PHONE, readOn, reader, state } from '../lib/browser.mjs';
import { EVERY_PAGE } from '../lib/pages.mjs';
import { NAME } from '../lib/paper.mjs';

/** No sample paper has more addresses. */
const PAGES_MAX = 1_000;
/** Pages of readers who are signed in. */
const OWN = /^\/(account|subscribe)(\/|$)/;
const UNFILLED = [/\{\{|\}\}/, /\bundefined\b/, /\bNaN\b/, /\[object /, /\u0001/];

export default async function walk(scope) {
  const { paper, front } = await scope.publicPaper();
  await inTheBrowser(scope, front);
  await everyAddress(scope, paper, front);
}

async function inTheBrowser(scope, front) {
  const { checks } = scope;
  const browser = await scope.browser();
  for (const { name, path, status, wanted, before } of EVERY_PAGE) {
    const context = await reader(browser, PHONE);
    const page = await context.newPage();
    const foreign = [];
    const complaints = [];
    const missing = [];
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== front.address && protocol !== 'data:') foreign.push(request.url());
    });
    page.on('console', (message) => {
      const isOwnStatus = status === 404 && message.location().url === front.address + path;
      if (['error', 'warning'].includes(message.type()) && !isOwnStatus) complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('response', (answer) => {
      const isOwn = answer.url() === front.address + path;
      if (answer.status() >= 400 && !isOwn) missing.push(`${answer.status()} ${answer.url()}`);
    });
    await page.addInitScript(() => {
      window.broken = [];
      document.addEventListener('securitypolicyviolation', (event) => {
        window.broken.push(`${event.violatedDirective} ${event.blockedURI}`);
      });
    });
    for (const earlier of before || []) await readOn(page, front.address + earlier);
    await page.goto(front.address + path);
    if (wanted === 'open') await readOn(page, front.address + path);
    if (wanted) checks.same(`${name}: it is ${wanted}`, await state(page), wanted);
    await downThePage(page);
    checks.none(`${name}: nobody else is asked`, foreign);
    checks.none(`${name}: nothing is missing`, missing);
    checks.none(`${name}: no complaint`, complaints);
    checks.none(`${name}: the policy is kept`, await page.evaluate(() => window.broken));
    const words = (await page.evaluate(() => document.body.innerText)).replace(/\s+/g, ' ').trim();
    const isFirst = words.startsWith(`Skip to the text ${NAME}`);
    checks.ok(`${name}: first the skip link and the name`, isFirst, words.slice(0, 80));
    const unfilled = UNFILLED.filter((pattern) => pattern.test(words)).map(String);
    checks.none(`${name}: every place is filled`, unfilled);
    await context.close();
  }
}

/** To the foot, so that everything that loads late is loaded. */
async function downThePage(page) {
  await page.evaluate(async () => {
    for (let y = 0; y < document.body.scrollHeight; y += 600) {
      window.scrollTo({ top: y, behavior: 'instant' });
      await new Promise((resolve) => { setTimeout(resolve, 40); });
    }
  });
  await page.waitForLoadState('networkidle');
}

/** Every address that the paper links to: it is there, and every place on it is filled. */
async function everyAddress(scope, paper, front) {
  const { checks } = scope;
  const seen = new Set(['/']);
  const wrong = [];
  const headings = new Map();
  const before = await paper.number('masthead_readings_total');
  for (const path of seen) {
    if (seen.size > PAGES_MAX) {
      wrong.push(`more than ${PAGES_MAX} addresses`);
      break;
    }
    const answer = await fetch(front.address + path, { redirect: 'manual' });
    const text = await answer.text();
    // What is a reader's own asks a stranger to sign in, and leads back.
    if (OWN.test(path) && leadsToTheDoor(answer, path)) continue;
    // The button of a wall leads to the tariff, which then knows where its reader came from.
    if (path === '/offers?from=wall' && answer.status === 303 && /^\/offers(\?back=|$)/.test(answer.headers.get('location'))) continue;
    if (answer.status !== 200) wrong.push(`${path}: status ${answer.status}`);
    if (!/html/.test(answer.headers.get('content-type') || '')) continue;
    if (answer.headers.get('set-cookie')) wrong.push(`${path}: a GET that brings a cookie`);
    for (const pattern of UNFILLED) if (pattern.test(text)) wrong.push(`${path}: ${pattern}`);
    const title = (/<title>([^<]*)</.exec(text) || [])[1];
    if (!title) wrong.push(`${path}: no title`);
    else if (headings.has(title) && !path.startsWith('/sign-in?')) {
      wrong.push(`${path}: the same title as ${headings.get(title)}: ${title}`);
    }
    headings.set(title, path);
    if ((text.match(/<h1[\s>]/g) || []).length !== 1) wrong.push(`${path}: not one h1`);
    for (const [, link] of text.matchAll(/(?:href|src)="([^"]+)"/g)) {
      if (link.startsWith('#')) continue;
      const { origin, pathname, search } = new URL(plain(link), front.address + path);
      if (origin === front.address) seen.add(pathname + search);
    }
  }
  checks.ok(`${seen.size} addresses are linked`, seen.size > 60);
  checks.none('each of them is there and whole', wrong);
  checks.same('nothing was counted by all that', await paper.number('masthead_readings_total'), before);
}

/** Whether an answer asks to sign in first, and keeps the way back. */
function leadsToTheDoor(answer, path) {
  const back = `/sign-in?back=${encodeURIComponent(path)}`;
  return answer.status === 303 && (answer.headers.get('location') || '').startsWith(back);
}

/** An attribute's value as a browser reads it. */
function plain(value) {
  return value.replace(/&#x([0-9a-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&quot;', '"').replaceAll('&amp;', '&');
}
