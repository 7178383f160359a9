// Passing an article on, with and without script: by mail, by copying, on paper, to other sites, and by what the device
// itself offers. Nobody else is asked on the way. Then what machines are told: rules for crawlers, the licence, icons.

import { DESK, PHONE, readOn, reader, waitForState, words } from '../lib/browser.mjs';
import { FREE, METERED, NAME } from '../lib/paper.mjs';

const ARTICLE = METERED[0];
const SITES = {
  Facebook: (address) => `https://www.facebook.com/sharer/sharer.php?u=${encodeURIComponent(address)}`,
  X: (address, headline) => `https://x.com/intent/post?url=${encodeURIComponent(address)}&text=${strictly(headline)}`,
  LinkedIn: (address) => `https://www.linkedin.com/sharing/share-offsite/?url=${encodeURIComponent(address)}`,
};
const FOLLOW = { rss: '/feeds/all.rss', mastodon: 'https://social.example/@merrin', instagram: 'https://instagram.example/m' };
/** Widths of the icons that the manifest names, and of the one for a home screen. */
const TOUCH_ICON_PIXELS = 180;

export default async function walk(scope) {
  const { paper, front } = await scope.publicPaper();
  const follow = Object.entries(FOLLOW).map(([kind, address]) => [`follow.${kind}`, address]);
  await paper.settings(Object.fromEntries(follow));
  const browser = await scope.browser();
  await withScript(scope, front, browser);
  await withoutScript(scope, front, browser);
  await byTheDevice(scope, front, browser);
  await onAWall(scope, front, browser);
  await mailOrWrite(scope, front, browser);
  await following(scope, front, browser);
  await whatCrawlersAreTold(scope, paper, front);
  await onAHomeScreen(scope, front, browser);
}

/** Copying says that it was done and leaves the address alone in the clipboard; printing prints. */
async function withScript({ checks }, front, browser) {
  const context = await watched(browser, front, { ...DESK, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  await page.addInitScript(() => {
    window.printed = 0;
    window.print = () => { window.printed += 1; };
  });
  await readOn(page, front.address + ARTICLE);
  const headline = await name(page);
  const share = page.getByRole('navigation', { name: 'Share this article' });
  checks.same('mail, copy, print and three sites', await shown(share), 6);
  for (const [site, made] of Object.entries(SITES)) {
    const link = share.getByRole('link', { name: site, exact: true });
    checks.same(`${site} is a plain link`, await link.getAttribute('href'), made(front.address + ARTICLE, headline));
    checks.has(`${site} is not told whose page it is`, await link.getAttribute('rel'), 'noopener');
  }
  const copy = share.locator('[data-act=copy]');
  const before = await copy.innerText();
  await copy.click();
  const done = await copy.getAttribute('data-done');
  await page.waitForFunction((text) => document.querySelector('[data-act=copy]').innerText.trim() === text, done);
  checks.same('the address was copied', await page.evaluate(() => navigator.clipboard.readText()), front.address + ARTICLE);
  await page.waitForFunction((text) => document.querySelector('[data-act=copy]').innerText === text, before);
  checks.ok('and the button says again what it does', true);
  const requests = front.requests.length;
  await share.locator('[data-act=print]').click();
  checks.same('the article is printed once', await page.evaluate(() => window.printed), 1);
  checks.same('and nothing was asked for', front.requests.length, requests);
  checks.none('nobody else was asked', context.foreign);
  await context.close();
}

/** What only a script can do is not offered; the links are there all the same. */
async function withoutScript({ checks }, front, browser) {
  const context = await watched(browser, front, { ...PHONE, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(front.address + FREE);
  const share = page.locator('nav.share');
  checks.same('without script: mail and three sites', await shown(share), 4);
  checks.same('without script: no button that does nothing', await share.locator('button:visible').count(), 0);
  checks.none('without script: nobody else was asked', context.foreign);
  await context.close();
}

/** Where the device can share, it is handed the article's own address, and a reader who thinks better of it is left alone. */
async function byTheDevice({ checks }, front, browser) {
  const context = await watched(browser, front, PHONE);
  const page = await context.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.addInitScript(() => {
    window.shared = [];
    Navigator.prototype.share = (what) => {
      window.shared.push(what);
      return window.shared.length > 1 ? Promise.reject(new DOMException('no', 'AbortError')) : Promise.resolve();
    };
  });
  await page.goto(`${front.address}${FREE}?utm_source=letter`);
  await waitForState(page, 'open');
  const more = page.locator('nav.share [data-act=share]');
  await more.click();
  await more.click();
  const shared = await page.evaluate(() => window.shared);
  checks.same('the device is handed the address, without what came behind it', shared[0].url, front.address + FREE);
  checks.has('and the name of the page', shared[0].title, await words(page, 'h1'));
  checks.same('twice, where it is pressed twice', shared.length, 2);
  checks.none('a reader who turns back breaks nothing', complaints);
  checks.none('and nobody else was asked', context.foreign);
  await context.close();
}

/** A wall is passed on like any article: by its address, and nothing of its text goes along. */
async function onAWall({ checks }, front, browser) {
  const context = await watched(browser, front, DESK);
  const page = await context.newPage();
  for (const path of METERED.slice(0, 5)) await readOn(page, front.address + path);
  await page.goto(front.address + METERED[5]);
  checks.has('it is a wall', await words(page, '.wallbox'), /\S/);
  const mail = new URL(await page.locator('nav.share a[href^="mailto:"]').getAttribute('href'));
  checks.same('its address can be sent', mail.searchParams.get('body'), front.address + METERED[5]);
  checks.none('nobody else was asked by six articles', context.foreign);
  await context.close();
}

/** To mail an article is to send it to a friend; to write is to send the paper a word. They are told apart. */
async function mailOrWrite({ checks }, front, browser) {
  const context = await watched(browser, front, DESK);
  const page = await context.newPage();
  await page.goto(front.address + ARTICLE);
  const mail = new URL(await page.locator('nav.share a[href^="mailto:"]').getAttribute('href'));
  checks.same('the mail has no address of its own', mail.pathname, '');
  checks.same('its subject is the headline', mail.searchParams.get('subject'), await name(page));
  checks.same('its body is the address', mail.searchParams.get('body'), front.address + ARTICLE);
  const write = page.locator('.after a[href="/contact"]');
  if ((await write.count()) > 0) checks.has('writing goes to whom it names', await write.innerText(), /^Write to /);
  await page.locator('.foot a[href="/contact"]').click();
  checks.has('the foot leads to the paper', await words(page, 'h1'), 'Write to us');
  const own = await page.locator('main a[href^="mailto:"]').getAttribute('href');
  checks.has('which has an address', own, /^mailto:[^?@]+@[^?@]+$/);
  await page.goBack();
  await page.locator('.after a').first().click();
  checks.has('an error is reported about this article', page.url(), `/contact?about=${encodeURIComponent(ARTICLE)}`);
  checks.none('nobody else was asked', context.foreign);
  await context.close();
}

/** Where the paper can be followed: as it was set, by plain links that say that the places are its own. */
async function following({ checks }, front, browser) {
  const context = await watched(browser, front, PHONE);
  const page = await context.newPage();
  await page.goto(`${front.address}/`);
  const links = page.locator('.follow a');
  const found = await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')));
  for (const [kind, address] of Object.entries(FOLLOW)) {
    checks.ok(`${kind} is there`, found.includes(address), found.join(' '));
  }
  const rels = await links.evaluateAll((all) => all.map((link) => link.rel));
  checks.ok('they are the paper’s own', rels.every((rel) => rel.includes('me') && rel.includes('noopener')), rels.join(', '));
  const names = await links.evaluateAll((all) => all.map((link) => link.innerText.trim()));
  checks.ok('each has a name', names.every((name) => name !== ''), names.join(', '));
  await links.locator('xpath=self::a[@href="/feeds/all.rss"]').evaluate(async (link) => {
    const answer = await fetch(link.href);
    if (!answer.ok) throw new Error(`the feed answers ${answer.status}`);
  });
  checks.none('nobody else was asked', context.foreign);
  await context.close();
}

/** robots.txt, the licence, and what every page says to machines: each as the house is set. */
async function whatCrawlersAreTold({ checks }, paper, front) {
  const get = (path, headers = {}) => fetch(front.address + path, { headers });
  const robots = await get('/robots.txt');
  checks.has('robots.txt is plain text', robots.headers.get('content-type'), 'text/plain');
  const rules = await robots.text();
  checks.has('readings are not for crawlers', rules, 'Disallow: /*/reading$');
  checks.has('training is asked to stay away', rules, /User-agent: GPTBot\n[\s\S]*?Disallow: \/\n/);
  checks.has('the sitemap is named whole', rules, `Sitemap: ${front.address}/sitemap.xml`);
  checks.lacks('no licence is named', rules, 'License:');
  checks.same('for there is none', (await get('/license.xml')).status, 404);
  await paper.settings({ 'crawlers.licence': 'on', 'crawlers.content_usage': 'train-ai=n', 'crawlers.ai_training': 'charge' });
  checks.has('now it is named', await (await get('/robots.txt')).text(), `License: ${front.address}/license.xml`);
  const licence = await get('/license.xml');
  checks.has('by its own media type', licence.headers.get('content-type'), 'application/rsl+xml');
  checks.has('what is charged is in it', await licence.text(), 'ai-train');
  const page = await get(FREE);
  checks.same('every page says how it may be used', page.headers.get('content-usage'), 'train-ai=n');
  checks.has('and where the licence is', await page.text(), /<link rel="license" type="application\/rsl\+xml" href="\/license\.xml">/);
  const charged = await get(ARTICLE, { 'user-agent': 'Mozilla/5.0 (compatible; GPTBot/1.2; +https://openai.com/gptbot)' });
  checks.same('who trains models is answered with the terms', charged.status, 402);
  checks.lacks('and with no text', await charged.text(), 'data-part="copy"');
  await paper.settings({ 'crawlers.licence': 'off', 'crawlers.content_usage': '', 'crawlers.ai_training': 'disallow' });
}

/** The manifest, and every icon that it and the pages name: there, and as large as it is said to be. */
async function onAHomeScreen({ checks }, front, browser) {
  const context = await watched(browser, front, PHONE);
  const page = await context.newPage();
  await page.goto(`${front.address}/`);
  const address = await page.locator('link[rel=manifest]').getAttribute('href');
  const answer = await fetch(front.address + address);
  checks.has('the manifest has its media type', answer.headers.get('content-type'), 'application/manifest+json');
  const manifest = await answer.json();
  checks.same('it has the paper’s name', manifest.name, NAME);
  checks.ok('it has a place to start', new URL(manifest.start_url, front.address).origin === front.address, manifest.start_url);
  const sized = await Promise.all(manifest.icons.map(({ src }) => widthOf(page, src)));
  for (const [place, icon] of manifest.icons.entries()) {
    const said = icon.sizes === 'any' ? sized[place] : Number(icon.sizes.split('x')[0]);
    checks.ok(`${icon.src} is ${icon.sizes}`, sized[place] === said && said > 0, String(sized[place]));
  }
  const sizes = manifest.icons.map(({ sizes: one }) => one);
  checks.ok('in both sizes that phones ask for', sizes.includes('192x192') && sizes.includes('512x512'), sizes.join(' '));
  const touch = await page.locator('link[rel=apple-touch-icon]').getAttribute('href');
  checks.same('the icon of a home screen', await widthOf(page, touch), TOUCH_ICON_PIXELS);
  const icon = await page.locator('link[rel=icon]').getAttribute('href');
  checks.ok('the icon of a tab', (await widthOf(page, icon)) > 0);
  checks.none('nobody else was asked', context.foreign);
  await context.close();
}

/** A reader's jar that notes every request to somebody else, and lets none through. */
async function watched(browser, front, options) {
  const context = await reader(browser, options);
  context.foreign = [];
  await context.route((url) => !url.href.startsWith(`${front.address}/`), (route) => {
    context.foreign.push(route.request().url());
    return route.abort();
  });
  return context;
}

function shown(share) {
  return share.locator('li:visible').count();
}

function widthOf(page, src) {
  return page.evaluate(async (address) => {
    const image = new Image();
    image.src = address;
    await image.decode();
    return image.naturalWidth;
  }, src);
}

/** The headline as it was written, with the spaces at which it does not break. */
function name(page) {
  return page.locator('h1').textContent();
}

/** Encodes all that is not unreserved, as the paper does; browsers leave a few signs more alone. */
function strictly(text) {
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
