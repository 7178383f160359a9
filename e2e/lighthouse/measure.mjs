// Lighthouse over the sample paper, as a phone: the front page, an article before it is opened, and a wall. Prints the
// median of several runs of each score and what the page weighs on the wire, and fails where one is worse than what the
// paper promises.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { launch } from 'chrome-launcher';
import lighthouse from 'lighthouse';

import { stopAll } from '../lib/children.mjs';
import { removeFolders } from '../lib/folders.mjs';
import { METERED, Paper } from '../lib/paper.mjs';

/** Runs of each page; the median is what counts. */
const RUNS = 5;
/** Faults of the browser's own recording, which say nothing of the page: such a run is done again, a few times at most. */
const TRACE_LOST = new Set(['NO_NAVSTART', 'NO_TRACING_STARTED']);
const LOST_MAX = 3;
/** What each score has to reach, of 100. */
const WANTED = { performance: 95, accessibility: 100, 'best-practices': 100, seo: 100 };
/** What counts as the page's weight, and the most that it may come to, in bytes on the wire. */
const WEIGHED = new Set(['Document', 'Stylesheet', 'Script', 'Font']);
const WEIGHT_MAX = 60 * 1024;
const SWITCHES = ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const REPORTS = join(dirname(fileURLToPath(import.meta.url)), 'reports');

/** Reads articles as one visitor until none is left, and hands back the visitor's cookie. */
async function readAll(paper, paths) {
  let cookie = '';
  for (const path of paths) {
    const headers = { origin: paper.address, ...(cookie && { cookie }) };
    const answer = await fetch(`${paper.address}${path}/reading`, { method: 'POST', headers, redirect: 'manual' });
    const set = answer.headers.getSetCookie()[0];
    if (set) cookie = set.split(';')[0];
  }
  if (!cookie) throw new Error('no visitor came of the readings');
  return cookie;
}

const median = (numbers) => [...numbers].sort((left, right) => left - right)[Math.floor(numbers.length / 2)];

function weight(lhr) {
  const requests = lhr.audits['network-requests'].details.items.filter((item) => WEIGHED.has(item.resourceType));
  return requests.reduce((sum, item) => sum + item.transferSize, 0);
}

async function measure(chrome, name, address, extraHeaders) {
  const runs = [];
  let lost = 0;
  while (runs.length < RUNS) {
    const { lhr, report } = await lighthouse(address, {
      port: chrome.port, output: 'html', logLevel: 'error', onlyCategories: Object.keys(WANTED), extraHeaders,
    });
    if (lhr.runtimeError) {
      lost += 1;
      if (!TRACE_LOST.has(lhr.runtimeError.code) || lost > LOST_MAX) {
        throw new Error(`${name}: ${lhr.runtimeError.message}`);
      }
      console.log(`${name}: the browser lost a run (${lhr.runtimeError.code}); it is done again`);
      continue;
    }
    runs.push(lhr);
    if (runs.length === 1) writeFileSync(join(REPORTS, `${name}.html`), report);
  }
  let good = true;
  const shown = Object.entries(WANTED).map(([category, wanted]) => {
    const score = Math.round(100 * median(runs.map((lhr) => lhr.categories[category].score ?? 0)));
    good &&= score >= wanted;
    return `${category} ${score}${score < wanted ? ` (wanted ${wanted})` : ''}`;
  });
  const numbers = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'total-byte-weight']
    .map((audit) => `${audit} ${median(runs.map((lhr) => lhr.audits[audit].numericValue)).toFixed(audit.endsWith('shift') ? 3 : 0)}`);
  const bytes = median(runs.map(weight));
  good &&= bytes > 0 && bytes <= WEIGHT_MAX;
  console.log(`${name}: ${shown.join(', ')}; ${numbers.join(', ')}; weight ${bytes} of ${WEIGHT_MAX}`);
  const below = new Map();
  for (const lhr of runs) {
    for (const category of Object.keys(WANTED)) {
      for (const { id, weight } of lhr.categories[category].auditRefs) {
        const audit = lhr.audits[id];
        if (weight > 0 && audit.score !== null && audit.score < 0.9) below.set(id, audit.title);
      }
    }
  }
  for (const [id, title] of below) console.log(`  ${id}: ${title}`);
  return good;
}

async function main() {
  mkdirSync(REPORTS, { recursive: true });
  // A paper that readers reach has an address, and says it in every page.
  const paper = await Paper.start({ isPublic: true });
  const chrome = await launch({ chromePath: process.env.CHROMIUM || '/usr/bin/chromium', chromeFlags: SWITCHES });
  try {
    const cookie = await readAll(paper, METERED.slice(0, 5));
    const home = await measure(chrome, 'home', `${paper.address}/`);
    const article = await measure(chrome, 'article', `${paper.address}${METERED[0]}`);
    const wall = await measure(chrome, 'wall', `${paper.address}${METERED[5]}`, { Cookie: cookie });
    return home && article && wall ? 0 : 1;
  } finally {
    chrome.kill();
    await paper.stop();
  }
}

process.once('exit', () => {
  stopAll();
  removeFolders();
});
process.exitCode = await main();
