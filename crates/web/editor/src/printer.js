// Prints blocks as Markdown, with as few signs as it can: it tries plain printing first, reads it again, and escapes more where that was not
// the same.

import { isLine } from './pieces.js';
import { schema } from './schema.js';

const { nodes, marks } = schema;

/** How carefully text is printed, from plain to certain. */
const PLAIN = 0;
const ESCAPED = 1;
const OTHER_SIGN = 2;
const APART = 3;
export const CARES = [PLAIN, ESCAPED, OTHER_SIGN, APART];

const PUNCTUATION = /[!-/:-@[-`{-~]/g;
const code = (character) => `&#${character.codePointAt(0)};`;

/** What would be read as something else than a text, in the middle of a line. */
function escapeWords(text, care, place) {
  // Lines are ended by breaks alone, and no other control character is ever printed.
  const clean = text.replace(/[\n\r\u2028\u2029]/g, ' ').replace(/[\p{Cc}]/gu, (c) => (c === '\t' ? ' ' : ''));
  if (care !== PLAIN) return clean.replace(PUNCTUATION, '\\$&');
  let out = clean
    .replace(/\\/g, '\\\\')
    .replace(/`/g, '\\`')
    .replace(/(?<!\s)\*|\*(?!\s)/g, '\\*')
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\_')
    .replace(/<(?=[A-Za-z/!?])/g, '\\<')
    .replace(/&(?=#\d+;|#x[\da-f]+;|\w+;)/gi, '\\&');
  if (place.isLink) out = out.replace(/[[\]]/g, '\\$&');
  else if (/\][([:]/.test(clean)) out = out.replace(/\[/g, '\\[');
  if (place.isCell || place.isFact) out = out.replace(/\|/g, '\\|');
  return out;
}

/** What a line must not begin with. */
const escapeLine = (line) => line
  .replace(/^(#{1,6}(?:\s|$)|>|[-+*](?:\s|$)|:::|~~~|=+\s*$|-+\s*$|\|(?!\\))/, '\\$1')
  .replace(/^(\d{1,9})([.)](?:\s|$))/, '$1\\$2');

/** Words that the server would take for a paywall line that is almost one are written with numbers for their signs. */
function noLine(line) {
  if (isLine(line) === '') return line;
  // What stands in code stays, since nothing is a number there.
  const parts = line.split(/((?<!\\)`+[^`]*`+)/);
  return parts.map((part, at) => (at % 2 === 1 ? part : part.replace(/\\?</g, '&lt;').replace(/\\?-/g, '&#45;'))).join('');
}

function literal(text) {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((ticks) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  const pad = /^`|`$|^ .*[^ ].* $/.test(text) ? ' ' : '';
  return fence + pad + text + pad + fence;
}

function destination(href) {
  const safe = href.replace(/[\\]/g, '\\\\').replace(/&(?=#\d+;|#x[\da-f]+;|\w+;)/gi, '\\&');
  const isPlain = href !== '' && !/[\s<>()\p{Cc}]/u.test(href);
  return isPlain ? safe : `<${safe.replace(/[<>]/g, '\\$&').replace(/[\s\p{Cc}]+/gu, '%20')}>`;
}

/** A stretch of text or a break with the marks that are still to be printed. */
function segmentsOf(fragment) {
  const found = [];
  fragment.forEach((node) => found.push({ node, text: node.text ?? '', marks: node.marks }));
  // A break at an end breaks nothing.
  const isBreak = (segment) => segment && !segment.node.isText;
  while (isBreak(found[0])) found.shift();
  while (isBreak(found.at(-1))) found.pop();
  return found;
}

/** Characters beside bold and italic letters that are written as numbers, since signs beside letters open and close nothing. */
function setApart(segments) {
  const spans = (segment) => [marks.strong, marks.em].map((type) => !!type.isInSet(segment?.marks ?? [])).join();
  return segments.map((segment, at) => {
    const marked = (other) => other && spans(other) !== spans(segment);
    const first = marked(segments[at - 1]);
    const last = marked(segments[at + 1]);
    return { ...segment, first, last };
  });
}

function words(segment, care, place) {
  const { node, text } = segment;
  if (node.type === nodes.hard_break) return '\\\n';
  if (node.type === nodes.soft_break) return '\n';
  // A row of a fact box ends at that sign also within code.
  if (marks.code.isInSet(node.marks) && !(place.isFact && text.includes('|'))) {
    const out = literal(text.replace(/[\n\r]/g, ' '));
    return place.isCell ? out.replace(/\|/g, '\\|') : out;
  }
  if (care !== APART || !(segment.first || segment.last)) return escapeWords(text, care, place);
  const letters = [...text];
  return letters.map((letter, at) => {
    const isApart = (at === 0 && segment.first) || (at === letters.length - 1 && segment.last);
    return isApart && !/\s/.test(letter) ? code(letter) : escapeWords(letter, care, place);
  }).join('');
}

function wrapped(mark, segments, care, place) {
  if (mark.type === marks.link) {
    const { href } = mark.attrs;
    const told = segments.map((segment) => segment.text).join('');
    const isPlain = segments.every((segment) => segment.marks.length === 0);
    const mail = `mailto:${told}`;
    if (isPlain && told === href && /^[a-z][a-z0-9+.-]{1,31}:[^\s<>\p{Cc}]*$/iu.test(href)) return `<${href}>`;
    if (isPlain && mail === href && /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/.test(told)) return `<${told}>`;
    return `[${spans(segments, care, { ...place, isLink: true })}](${destination(href)})`;
  }
  const [, before, inside, behind] = /^(\s*)([\s\S]*?)(\s*)$/.exec(spans(segments, care, place));
  if (inside === '') return before + behind;
  const sign = mark.type === marks.strong ? '**' : (care >= OTHER_SIGN ? '_' : '*');
  return before + sign + inside + sign + behind;
}

/** Marks are printed from the outside in: the one that reaches farthest first. */
function spans(segments, care, place) {
  let out = '';
  for (let at = 0; at < segments.length;) {
    const open = segments[at].marks.filter((mark) => mark.type !== marks.code);
    let [best, end] = [null, at];
    for (const mark of open) {
      let to = at;
      while (to < segments.length && mark.isInSet(segments[to].marks)) to += 1;
      if (to > end) [best, end] = [mark, to];
    }
    if (best) {
      const inner = segments.slice(at, end).map((one) => ({ ...one, marks: best.removeFromSet(one.marks) }));
      out += wrapped(best, inner, care, place);
      at = end;
    } else {
      out += words(segments[at], care, place);
      at += 1;
    }
  }
  return out;
}

function inline(fragment, care, place = {}) {
  const segments = segmentsOf(fragment);
  const text = spans(care === APART ? setApart(segments) : segments, care, place).trim();
  return text.replace(/[ \t]+(?=\\?\n)/g, '').split('\n').map(noLine).join('\n');
}

/** A paragraph's lines, none of which begins like something else. */
function paragraph(fragment, care, place) {
  return inline(fragment, care, place).split('\n').map((line) => escapeLine(line.trimStart())).join('\n');
}

function heading(node, care) {
  const text = inline(node.content, care).replace(/\n/g, ' ').replace(/(^|\s)(#+)$/, '$1\\$2');
  return `${'#'.repeat(node.attrs.level)} ${text}`.trimEnd();
}

const indented = (text, by) => text.split('\n').map((line, at) => (at === 0 || line === '' ? line : by + line)).join('\n');

function list(node, care, avoid) {
  const isNumbered = node.type === nodes.ordered_list;
  const other = { '-': '*', '*': '-', '+': '-', '.': ')', ')': '.' };
  const marker = node.attrs.marker === avoid ? other[avoid] : node.attrs.marker;
  const items = [];
  node.forEach((item, _, at) => {
    const sign = isNumbered ? `${node.attrs.start + at}${marker}` : marker;
    const text = blocks(item, care, node.attrs.tight ? '\n' : '\n\n');
    items.push(text === '' ? sign : `${sign} ${indented(text, ' '.repeat(sign.length + 1))}`);
  });
  return items.join(node.attrs.tight ? '\n' : '\n\n');
}

function table(node, care) {
  const cells = (row) => {
    const found = [];
    row.forEach((cell) => found.push(inline(cell.firstChild.content, care, { isCell: true })));
    return `| ${found.join(' | ')} |`;
  };
  const rows = [];
  node.forEach((row) => rows.push(cells(row)));
  const sides = [];
  node.firstChild.forEach((cell) => sides.push({ right: '---:', center: ':---:' }[cell.attrs.align] ?? '---'));
  rows.splice(1, 0, `| ${sides.join(' | ')} |`);
  return rows.join('\n');
}

/** Words of a box's first line, or behind a key: one line. */
const oneLine = (text) => String(text).replace(/[\s\p{Cc}]+/gu, ' ').trim();
const argument = (text) => (oneLine(text) === '' ? '' : ` "${oneLine(text)}"`);
const line = (key, text) => (oneLine(text) === '' ? '' : `${key}: ${oneLine(text)}\n`);
/** A key that a box cannot do without stands there also where nothing was written yet. */
const needed = (key, text) => `${key}: ${oneLine(text)}`.trimEnd() + '\n';

function fact(node, care) {
  const rows = [];
  const rest = [];
  node.forEach((child) => {
    if (child.type === nodes.fact_row) {
      const side = (one) => inline(one.content, care, { isFact: true });
      rows.push(`${side(child.firstChild)} | ${side(child.lastChild)}`.trim());
    } else if (child.content.size > 0) {
      rest.push(paragraph(child.content, care, { isFact: true }));
    }
  });
  const parts = [rows.join('\n'), ...rest].filter((part) => part !== '');
  return `::: fact${argument(node.attrs.named)}\n${parts.join('\n\n')}\n:::`;
}

function entry(node, care) {
  const { time, headline, amended } = node.attrs;
  const lines = amended.split('\n').map(oneLine).filter((text) => text !== '');
  const text = [blocks(node, care, '\n\n'), lines.join('\n')].filter((part) => part !== '').join('\n\n');
  return `::: entry ${oneLine(time)}${argument(headline)}\n${text}\n:::`;
}

function gallery({ attrs }) {
  const pictures = attrs.pictures.map(({ file, alt, caption, credit }) =>
    `${needed('file', file)}${needed('alt', alt)}${line('caption', caption)}${line('credit', credit)}`);
  return `::: gallery${argument(attrs.named)}\n${pictures.join('\n')}:::`;
}

/** Blocks inside of another one. */
function blocks(parent, care, between) {
  const found = [];
  let last = null;
  parent.forEach((child) => {
    const avoid = last?.type === child.type ? last.attrs.marker : null;
    const text = block(child, care, avoid);
    if (text !== '' || child.type !== nodes.paragraph) found.push(text);
    last = child;
  });
  return found.join(between);
}

function block(node, care, avoid) {
  const { attrs } = node;
  switch (node.type) {
    case nodes.paragraph: return paragraph(node.content, care);
    case nodes.heading: return heading(node, care);
    case nodes.blockquote: return blocks(node, care, '\n\n').split('\n').map((text) => `> ${text}`.trimEnd()).join('\n');
    case nodes.bullet_list:
    case nodes.ordered_list: return list(node, care, avoid);
    case nodes.table: return table(node, care);
    case nodes.horizontal_rule: return '---';
    case nodes.paywall: return '<!-- paywall -->';
    case nodes.raw: return node.textContent.replace(/\s+$/, '');
    case nodes.picture:
      return `::: picture${argument(attrs.file)}\n${needed('alt', attrs.alt)}${line('caption', attrs.caption)}${line('credit', attrs.credit)}:::`;
    case nodes.gallery: return gallery(node);
    case nodes.embed:
      return `::: embed${argument(attrs.address)}\n${needed('title', attrs.named)}${line('caption', attrs.caption)}:::`;
    case nodes.pull: return `::: pull${argument(attrs.who)}\n${paragraph(node.content, care)}\n:::`;
    case nodes.fact: return fact(node, care);
    case nodes.entry: return entry(node, care);
    default: throw new RangeError(`nothing prints ${node.type.name}`);
  }
}

/** Prints one block. `isRight` says whether a printing reads as the block again; the first that does is taken. */
export function print(node, isRight = () => true, avoid = null) {
  for (const care of CARES) {
    const text = block(node, care, avoid);
    if (isRight(text)) return text;
  }
  return block(node, ESCAPED, avoid);
}
