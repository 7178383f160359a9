// A sample paper that has what the sample lacks: lists that go on to older pages, an article that was taken back, and
// slots that are filled. All of it comes in as it does in a house: by an import, and by files in the data folder.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

import { pause, run } from './children.mjs';
import { binary } from './paper.mjs';

/** The section whose list goes on to an older page. */
export const LONG_LIST = '/harbour';
/** An article that the paper took back. */
export const TAKEN_BACK = '/harbour/taken-back';
/** More than a page of a list has. */
const OLDER_ARTICLES = 40;
/** The house looks into its folder, and makes its lists, every half minute. */
const TENDED_MS_MAX = 60_000;

/** Brings older articles in, one that was taken back, and advertisements; waits until the paper shows them. */
export async function fillUp({ address, data, folder }) {
  const articles = join(folder, 'more', 'articles');
  mkdirSync(articles, { recursive: true });
  for (let number = 1; number <= OLDER_ARTICLES; number += 1) {
    const day = String(1 + (number % 28)).padStart(2, '0');
    writeFileSync(join(articles, `older-${number}.md`), article(`older-${number}`, `2024-05-${day}T10:00:00Z`));
  }
  const back = article('taken-back', '2024-04-02T10:00:00Z', 'withdrawn_at = 2024-04-03T10:00:00Z\n');
  writeFileSync(join(articles, 'taken-back.md'), back);
  await must(['import', '--from', 'markdown', join(folder, 'more'), '--data', data]);
  await fillSlots(data);
  const deadline = Date.now() + TENDED_MS_MAX;
  for (;;) {
    const front = await (await fetch(`${address}/`)).text();
    if (front.includes('class="slot across') && front.includes('Cod at the quay')) return;
    if (Date.now() > deadline) throw new Error('the slots were not filled in time');
    await pause(1_000);
  }
}

/** Drops an advertisement and the market's file into the data folder, and turns the slots on. */
export async function fillSlots(data) {
  const place = join(data, 'ads', 'tide-tables');
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, 'ad.toml'), 'alt = "Tide tables for next year"\nlink = "/offers"\n');
  writeFileSync(join(place, 'beside.png'), png(300, 250));
  writeFileSync(join(place, 'across.png'), png(728, 90));
  writeFileSync(join(place, 'phone.png'), png(320, 50));
  writeFileSync(join(data, 'market.csv'), 'name,value,change\nCod at the quay,"4,100",−1.4%\n');
  for (const slot of ['front', 'section', 'article']) {
    await must(['settings', '--data', data, 'set', `slots.${slot}`, 'house']);
  }
}

/** The address of a list's older page, as the list links it. */
export async function olderPage(address, list = LONG_LIST) {
  const text = await (await fetch(`${address}${list}`)).text();
  const [, path] = /<a href="([^"]+)" rel="next">/.exec(text) ?? [];
  if (!path) throw new Error(`${list} leads to no older page`);
  return path.replaceAll('&amp;', '&');
}

async function must(parameters) {
  const done = await run(binary(), parameters);
  if (done.code !== 0) throw new Error(`masthead ${parameters.join(' ')}: ${done.text}`);
}

function article(id, at, more = '') {
  return `+++\nid = "${id}"\nheadline = "The harbour log of ${id}"\nstandfirst = "What came in, and when."\n`
    + `section = "harbour"\npublished_at = ${at}\naccess = "free"\n${more}+++\n`
    + 'Two boats came in before noon, and one of them had something to say.\n';
}

/** A grey PNG of that size. */
export function png(width, height) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head[8] = 8;
  const grey = Buffer.alloc((width + 1) * height, 0x99).map((byte, place) => (place % (width + 1) ? byte : 0));
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', head), chunk('IDAT', deflateSync(grey)), chunk('IEND', Buffer.alloc(0)),
  ]);
}
