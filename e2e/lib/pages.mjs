// Every kind of page that the sample paper has, for the journeys that look at all of them.

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
  { name: 'search', path: '/search?q=harbour', status: 200 },
  { name: 'empty search', path: '/search?q=harbuor&order=time', status: 200 },
  { name: 'about', path: '/about', status: 200 },
  { name: 'contact', path: '/contact', status: 200 },
  { name: 'not found', path: '/harbour/no-such-article', status: 404 },
  { name: 'walls', path: '/demo/walls', status: 200 },
];
