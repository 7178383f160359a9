// What the editor asks the desk for: pictures on the shelf, a place for new ones, articles that a link can lead to. It reads the desk's own
// pages, and asks nobody else.

import { schema } from './schema.js';
import { read } from './reader.js';
import { say } from './words.js';

const MEDIA = '/desk/media';
const ARTICLES = '/desk/articles?link=';
/** Thumbnails by the names of their pictures; a picture that was not found has an empty one. */
const thumbs = new Map();
let looking = Promise.resolve();

async function page(address, options) {
  const response = await fetch(address, { credentials: 'same-origin', headers: { Accept: 'text/html' }, ...options });
  const html = await response.text();
  return { response, page: new DOMParser().parseFromString(html, 'text/html') };
}

/** Pictures on the shelf whose names or words fit: `{ file, alt, caption, credit, thumb }`. */
export async function pictures(sought) {
  const { page: found } = await page(`${MEDIA}?kind=pictures&q=${encodeURIComponent(sought)}`);
  return [...found.querySelectorAll('.desk-shelf li[data-name]')].map((row) => {
    const { name: file, alt, caption, credit } = row.dataset;
    const thumb = row.querySelector('img')?.getAttribute('src') ?? '';
    thumbs.set(file, thumb);
    return { file, alt, caption, credit, thumb };
  });
}

/** The thumbnail of a picture; asked for once, one at a time. */
export function thumbOf(file) {
  const known = thumbs.get(file);
  if (known !== undefined) return Promise.resolve(known);
  looking = looking.then(async () => {
    if (!thumbs.has(file)) await pictures(file.replace(/^.*\//, ''));
    if (!thumbs.has(file)) thumbs.set(file, '');
  }).catch(() => {});
  return looking.then(() => thumbs.get(file) ?? '');
}

/** Brings a picture to the desk: `{ file, alt, caption, credit }`, or why not in `wrong`. */
export async function bring(file) {
  const form = new FormData();
  form.append('files', file, file.name || 'picture.png');
  try {
    const { page: answer } = await page(MEDIA, { method: 'POST', body: form });
    const lines = answer.querySelector('#line')?.value;
    const [piece] = lines ? read(lines.trim()) : [];
    if (piece?.node.type === schema.nodes.picture) {
      const { at: _, ...told } = piece.node.attrs;
      thumbs.set(told.file, answer.querySelector('.desk-whole img')?.getAttribute('src') ?? '');
      return told;
    }
    const wrong = answer.querySelector('[role=alert]')?.textContent.trim();
    return { wrong: wrong || say('file_failed') };
  } catch {
    return { wrong: say('file_failed') };
  }
}

/** Articles whose headlines have these words: `{ id, headline, section }`. */
export async function articles(sought) {
  const { page: found } = await page(ARTICLES + encodeURIComponent(sought));
  return [...found.querySelectorAll('[data-article]')].map((row) => ({
    id: row.dataset.article,
    headline: row.querySelector('b')?.textContent ?? '',
    beside: row.querySelector('span')?.textContent ?? '',
  }));
}
