// Every kind of page that the sample paper has, for the journeys that look at all of them.

import { olderPage, TAKEN_BACK } from './fuller.mjs';
import { FREE, METERED, SUBSCRIBERS } from './paper.mjs';

/** `wanted`: the state of an article; `before`: articles that are read first by the same reader. */
export const EVERY_PAGE = [
  { name: 'home', path: '/', status: 200 },
  { name: 'section', path: '/harbour', status: 200 },
  { name: 'opinion section', path: '/opinion', status: 200 },
  { name: 'tag', path: '/tags/trade-war', status: 200 },
  { name: 'article to open', path: METERED[0], status: 200, wanted: 'ask' },
  { name: 'open article', path: METERED[0], status: 200, wanted: 'open' },
  { name: 'open article with the bar', path: METERED[2], status: 200, wanted: 'open', before: METERED.slice(0, 2) },
  { name: 'wall', path: METERED[5], status: 200, wanted: 'wall', before: METERED.slice(0, 5) },
  { name: 'subscribers’ article', path: SUBSCRIBERS, status: 200, wanted: 'wall' },
  { name: 'registered article', path: '/islands/pennel-school', status: 200, wanted: 'wall' },
  { name: 'free article', path: FREE, status: 200, wanted: 'open' },
  { name: 'live article', path: '/tidewater/live-ilsa', status: 200, wanted: 'open' },
  { name: 'opinion article', path: '/opinion/publish-soundings', status: 200, wanted: 'open' },
  { name: 'investigation', path: '/tidewater/mud-ledger', status: 200, wanted: 'open' },
  { name: 'series part', path: '/harbour/dredge-1', status: 200, wanted: 'open' },
  { name: 'Japanese article', path: '/culture/japan-letter', status: 200, wanted: 'open' },
  { name: 'Arabic article', path: '/culture/arabic-letter', status: 200, wanted: 'open' },
  { name: 'reading without a cookie', path: `${METERED[0]}/reading`, status: 200, wanted: 'wall' },
  { name: 'offers', path: '/offers', status: 200 },
  { name: 'author', path: '/authors/anna-torvald', status: 200 },
  { name: 'series', path: '/series/the-long-dredge', status: 200 },
  { name: 'latest', path: '/latest', status: 200 },
  { name: 'archive', path: '/archive', status: 200 },
  { name: 'most read', path: '/most-read', status: 200 },
  { name: 'corrections', path: '/corrections', status: 200 },
  { name: 'edition', path: '/edition', status: 200 },
  { name: 'report of an error', path: `/contact?about=${encodeURIComponent(METERED[0])}`, status: 200 },
  { name: 'report sent', path: '/reports', status: 200 },
  { name: 'search', path: '/search?q=harbour', status: 200 },
  { name: 'search before a word', path: '/search', status: 200 },
  { name: 'narrowed search', path: '/search?q=harbour&section=harbour&order=time', status: 200 },
  { name: 'search that finds nothing', path: '/search?q=no-such-word-anywhere', status: 200 },
  { name: 'empty search', path: '/search?q=harbuor&order=time', status: 200 },
  { name: 'about', path: '/about', status: 200 },
  { name: 'contact', path: '/contact', status: 200 },
  { name: 'not found', path: '/harbour/no-such-article', status: 404 },
  { name: 'walls', path: '/demo/walls', status: 200 },
  { name: 'crawlers', path: '/demo/crawlers', status: 200 },
  { name: 'mailbox', path: '/demo/mailbox', status: 200 },
];

/**
 * Pages that only links lead to, and those that the sample paper has none of: it has to be filled up first. `refused`: a
 * form that is sent with nothing in it.
 */
export async function furtherPages(address) {
  async function linked(path, pattern) {
    const [found] = pattern.exec(await (await fetch(address + path)).text()) ?? [];
    if (!found) throw new Error(`${path} has no link like ${pattern}`);
    return found;
  }
  const year = await linked('/archive', /\/archive\/\d{4}(?=")/);
  const month = await linked('/archive', /\/archive\/\d{4}\/\d\d(?=")/);
  const day = await linked(month, /\/archive\/\d{4}-\d\d-\d\d(?=")/);
  return [
    { name: 'year of the archive', path: year, status: 200 },
    { name: 'month of the archive', path: month, status: 200 },
    { name: 'day of the archive', path: day, status: 200 },
    { name: 'edition of a day', path: await linked(day, /\/edition\/\d{4}-\d\d-\d\d(?=")/), status: 200 },
    { name: 'older page of a list', path: await olderPage(address), status: 200 },
    { name: 'article that was taken back', path: TAKEN_BACK, status: 410 },
    { name: 'report that is refused', path: `/contact?about=${encodeURIComponent(FREE)}`, status: 200, refused: true },
    { name: 'front page with slots', path: '/', status: 200 },
    { name: 'section with a slot', path: '/harbour', status: 200 },
    { name: 'article with a slot', path: FREE, status: 200 },
  ];
}
