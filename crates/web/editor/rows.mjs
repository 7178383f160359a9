// Writes crates/newsroom/tests/editor.tsv: what the editor prints of blocks that somebody typed, and how it reads. The server's test of the same
// rows holds its own reader against it: `node rows.mjs`, and look at what changed.

import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { print } from './src/printer.js';
import { isSame, readOne } from './src/reader.js';
import { schema } from './src/schema.js';

const { nodes, marks } = schema;
const escape = (text) => text.replace(/[&<>"]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[sign]);
const TAGS = { strong: 'strong', em: 'em', code: 'code' };

/** The markup that the server prints of a paragraph of these words; marks in the order in which they are set. */
const WORDS = ['word', 'a', 'ö', '漁', '。', '「', '“', '”', '👍', '1', ' ', '*', '_', '`', '[', ']', '(', '<', '>', '&', '|', '#', '-', '+', '.', '!', ':', '~', '\\', '"', '\'', '=',
  '&amp;', '](', '<b>', ':::', '---', '1. ', '&#42;', '``', 'https://x.example', '__', '**', '- ', '> ', '## '];
let seed = 20261128;
/** The same numbers on every machine. */
function random(below) {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return Math.floor((seed / 2 ** 32) * below);
}
const pick = (list) => list[random(list.length)];

/** A paragraph of stretches that have one mark or none, so that its markup has one form. */
function paragraph() {
  const parts = [];
  for (let count = 1 + random(4); count > 0; count -= 1) {
    const text = Array.from({ length: 1 + random(4) }, () => pick(WORDS)).join('');
    const mark = pick(['', '', 'strong', 'em', 'code']);
    const isPlain = mark === '' || (text.trim() !== '' && !(mark === 'code' && /[\]|]/.test(text)));
    parts.push([text, isPlain ? mark : '']);
  }
  return nodes.paragraph.create(null, parts.map(([text, mark]) => schema.text(text, mark === '' ? [] : [marks[mark].create()])));
}

function markup(node) {
  let out = '';
  node.forEach((one) => {
    const [mark] = one.marks;
    const text = escape(one.text);
    out += mark ? `<${TAGS[mark.type.name]}>${text}</${TAGS[mark.type.name]}>` : text;
  });
  return out;
}

const rows = new Map();
for (let tries = 0; rows.size < 400 && tries < 20_000; tries += 1) {
  const node = paragraph();
  const out = print(node, (text) => isSame(node, readOne(text, nodes.paragraph)));
  // Blanks at ends are nobody's concern, and a line is one paragraph here.
  if (out.includes('\n') || out.includes('\t') || !isSame(node, readOne(out, nodes.paragraph))) continue;
  rows.set(out, markup(node));
}
const head = '# Written by crates/web/editor/rows.mjs: paragraphs as the editor prints them, and as they are to be read.\n';
const target = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'newsroom', 'tests', 'editor.tsv');
writeFileSync(target, head + [...rows].map(([out, html]) => `${out}\t${html}\n`).join(''));
console.log(`${rows.size} rows`);
