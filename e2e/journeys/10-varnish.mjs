// A real Varnish in front of the house, one that respects cookies and one that is blind to them, in every mode of
// `cache_in_front`. Whoever opened an article reads all of it; a stranger never does, whoever came first; no cookie of
// anybody's is kept.

import { readOn, state } from '../lib/browser.mjs';
import { METERED, lastWords } from '../lib/paper.mjs';
import { hasVarnish } from '../lib/varnish.mjs';

const MODES = ['none', 'respects_cookies', 'blind'];
const HEADERS = { Accept: 'text/html,*/*;q=0.8', 'Accept-Encoding': 'identity' };

export default async function walk(scope) {
  const { checks } = scope;
  if (!hasVarnish()) {
    checks.skip('Varnish in front', 'this machine has no varnishd (apt-get install varnish)');
    return;
  }
  const paper = await scope.paper();
  for (const mode of MODES) {
    await paper.settings({ cache_in_front: mode });
    for (const recipe of ['respects-cookies', 'blind']) {
      // A cache of its own for each pair: nothing is left from the one before.
      const varnish = await scope.varnish(paper.address, recipe);
      await inBothOrders(scope, varnish.address, { mode, recipe });
      await inTheBrowser(scope, varnish.address, { mode, recipe });
      await varnish.stop();
    }
  }
}

/** One GET with or without a jar: status, headers and whether the whole article is in it. */
async function get(address, path, jar = '') {
  const headers = jar ? { ...HEADERS, Cookie: jar } : HEADERS;
  const answer = await fetch(address + path, { headers, redirect: 'manual' });
  const text = await answer.text();
  const article = path.replace(/\/reading$/, '');
  return {
    status: answer.status,
    isWhole: text.includes('data-state="open"'),
    hasLocked: text.replace(/\s+/g, ' ').includes(lastWords(article)),
    cookie: answer.headers.get('set-cookie'),
    isKept: answer.headers.get('x-kept') === 'yes',
    control: answer.headers.get('cache-control') || '',
  };
}

/** Makes a reading as the button does; gives the jar. */
async function open(address, path, jar = '') {
  const headers = { ...HEADERS, Origin: address, 'Sec-Fetch-Site': 'same-origin', ...(jar ? { Cookie: jar } : {}) };
  const answer = await fetch(`${address}${path}/reading`, { method: 'POST', headers, redirect: 'manual' });
  await answer.arrayBuffer();
  const given = answer.headers.get('set-cookie');
  return { status: answer.status, jar: given ? given.split(';')[0] : jar };
}

function stranger(checks, what, seen) {
  checks.ok(`${what}: a stranger gets the teaser`, seen.status === 200 && !seen.isWhole, `status ${seen.status}`);
  checks.ok(`${what}: and nothing locked`, !seen.hasLocked);
  checks.same(`${what}: and nobody’s cookie`, seen.cookie, null);
}

async function inBothOrders(scope, address, { mode, recipe }) {
  const { checks } = scope;
  const how = `${recipe} cache, ${mode}`;
  const atOwnAddress = recipe === 'respects-cookies' && mode !== 'blind';

  // The stranger comes first.
  const first = METERED[0];
  stranger(checks, `${how}, stranger first`, await get(address, first));
  const again = await get(address, first);
  stranger(checks, `${how}, second stranger`, again);
  checks.same(`${how}: the teaser is ${mode === 'none' ? 'not ' : ''}kept`, again.isKept, mode !== 'none');
  const reader = await open(address, first);
  checks.same(`${how}: the reading is answered`, reader.status, 303);
  checks.ok(`${how}: with a cookie`, /^m=./.test(reader.jar));
  await opened(checks, `${how}, stranger first`, address, first, reader.jar, atOwnAddress);
  stranger(checks, `${how}, stranger afterwards`, await get(address, first));

  // The one who opens it comes first, before the cache has seen the address.
  const second = METERED[1];
  const early = await open(address, second, reader.jar);
  checks.same(`${how}: a second reading with the same jar`, early.status, 303);
  await opened(checks, `${how}, opened first`, address, second, reader.jar, atOwnAddress);
  stranger(checks, `${how}, stranger second`, await get(address, second));
  const reading = await get(address, `${second}/reading`);
  checks.ok(`${how}: the reading’s address gives a stranger nothing`, !reading.isWhole && !reading.hasLocked);
  checks.ok(`${how}: and is not kept`, !reading.isKept && reading.control.includes('no-store'), reading.control);
  const other = await open(address, METERED[2]);
  const foreign = await get(address, second, other.jar);
  checks.ok(`${how}: another visitor gets the teaser`, !foreign.isWhole && !foreign.hasLocked);
}

/** Whoever opened the article reads all of it at the reading's address, and at its own where cookies count. */
async function opened(checks, how, address, path, jar, atOwnAddress) {
  const whole = await get(address, `${path}/reading`, jar);
  checks.ok(`${how}: whoever opened it reads all of it`, whole.isWhole && whole.hasLocked, `status ${whole.status}`);
  checks.ok(`${how}: and it is not kept`, !whole.isKept && whole.control.includes('no-store'), whole.control);
  const own = await get(address, path, jar);
  checks.same(`${how}: ${atOwnAddress ? 'also' : 'not'} at the article’s address`, own.isWhole, atOwnAddress);
  if (!atOwnAddress) return;
  checks.ok(`${how}: which is not kept either`, !own.isKept && own.control.includes('no-store'), own.control);
}

/** A reader's browser shows the whole article in every pair, also on coming back; one reading. */
async function inTheBrowser(scope, address, { mode, recipe }) {
  const { checks } = scope;
  const how = `${recipe} cache, ${mode}, in the browser`;
  const context = await scope.reader();
  const page = await context.newPage();
  const path = METERED[3];
  for (const visit of ['first', 'second', 'third']) {
    checks.same(`${how}: the ${visit} time it opens`, await readOn(page, address + path), 'open');
    const notice = await page.locator('[data-part=notice]').innerText();
    checks.has(`${how}: the ${visit} time four are left`, notice, 'You have 4 free articles left');
  }
  const other = await (await scope.reader({ javaScriptEnabled: false })).newPage();
  await other.goto(address + path);
  checks.same(`${how}: a stranger’s browser is asked`, await state(other), 'ask');
  await other.context().close();
  for (const next of METERED.filter((one) => one !== path).slice(0, 4)) await readOn(page, address + next);
  checks.same(`${how}: the sixth is the wall`, await readOn(page, address + METERED[5]), 'wall');
  await page.goto(address + METERED[5]);
  const late = page.locator('article[data-state="wall"]');
  await page.mouse.wheel(0, 400);
  await late.waitFor({ state: 'attached' });
  checks.lacks(`${how}: with nothing locked in it`, await page.content(), lastWords(METERED[5]));
  await page.goto(address + path);
  await readOn(page, address + path);
  checks.same(`${how}: what was opened stays open`, await state(page), 'open');
  await context.close();
}
