// Reads Markdown into blocks. What it does not understand, or could not print again as it is, becomes a `raw` block with its source.

import MarkdownIt from 'markdown-it';
import { Fragment } from 'prosemirror-model';

import { chunksOf, isLine } from './pieces.js';
import { print } from './printer.js';
import { schema } from './schema.js';

const { nodes, marks } = schema;

/** CommonMark with tables, as the server's reader; addresses stay as they are written, and nothing is judged here. */
const markdown = new MarkdownIt('commonmark').enable('table');
markdown.normalizeLink = (address) => address;
markdown.normalizeLinkText = (words) => words;
markdown.validateLink = () => true;

class Unknown extends Error {}

const unknown = (what) => { throw new Unknown(what); };

/** Reads what stands inside of paragraphs and cells. `simple`: text and marks alone. */
function inline(tokens, simple = false) {
  const found = [];
  let open = [];
  for (const token of tokens ?? []) {
    const add = (text) => { if (text !== '') found.push(schema.text(text, open)); };
    const leaf = (type) => (simple ? unknown(type.name) : found.push(type.create(null, null, open)));
    if (token.type === 'text' || token.type === 'html_inline' || token.type === 'text_special') add(token.content);
    else if (token.type === 'code_inline') found.push(schema.text(token.content, marks.code.create().addToSet(open)));
    else if (token.type === 'softbreak') leaf(nodes.soft_break);
    else if (token.type === 'hardbreak') leaf(nodes.hard_break);
    else if (token.type === 'strong_open') open = marks.strong.create().addToSet(open);
    else if (token.type === 'strong_close') open = marks.strong.removeFromSet(open);
    else if (token.type === 'em_open') open = marks.em.create().addToSet(open);
    else if (token.type === 'em_close') open = marks.em.removeFromSet(open);
    else if (token.type === 'link_open') {
      if (token.attrGet('title')) unknown('a link with words for hovering');
      open = marks.link.create({ href: token.attrGet('href') ?? '' }).addToSet(open);
    } else if (token.type === 'link_close') open = marks.link.removeFromSet(open);
    else unknown(token.type);
  }
  return Fragment.fromArray(joined(found));
}

/** Text nodes side by side that have the same marks are one. */
function joined(found) {
  const all = [];
  for (const node of found) {
    const last = all.at(-1);
    if (last?.isText && node.isText && last.sameMarkup(node)) all[all.length - 1] = last.withText(last.text + node.text);
    else all.push(node);
  }
  return all;
}

/** Reads block tokens one after another. */
class Blocks {
  constructor(tokens) {
    this.tokens = tokens;
    this.at = 0;
  }

  get next() {
    return this.tokens[this.at];
  }

  /** The blocks up to a closing token, which is passed. */
  until(closing) {
    const found = [];
    while (this.next && this.next.type !== closing) found.push(this.block());
    if (closing) this.at += 1;
    return found;
  }

  take(type) {
    const token = this.next;
    if (token?.type !== type) unknown(token?.type);
    this.at += 1;
    return token;
  }

  block() {
    const token = this.next;
    this.at += 1;
    switch (token.type) {
      case 'paragraph_open': {
        const found = nodes.paragraph.createChecked(null, inline(this.take('inline').children));
        this.take('paragraph_close');
        return found;
      }
      case 'heading_open': {
        const level = Number(token.tag.slice(1));
        if (level !== 2 && level !== 3) unknown('another heading');
        const found = nodes.heading.createChecked({ level }, inline(this.take('inline').children, true));
        this.take('heading_close');
        return found;
      }
      case 'blockquote_open':
        return nodes.blockquote.createChecked(null, this.until('blockquote_close'));
      case 'bullet_list_open': {
        const { items, tight } = this.items('bullet_list_close');
        return nodes.bullet_list.createChecked({ tight, marker: token.markup }, items);
      }
      case 'ordered_list_open': {
        const { items, tight } = this.items('ordered_list_close');
        const start = Number(token.attrGet('start') ?? 1);
        return nodes.ordered_list.createChecked({ tight, marker: token.markup, start }, items);
      }
      case 'table_open':
        return this.table();
      case 'hr':
        return nodes.horizontal_rule.create();
      default:
        return unknown(token.type);
    }
  }

  items(closing) {
    const items = [];
    let tight = true;
    while (this.next.type !== closing) {
      this.take('list_item_open');
      const from = this.at;
      const found = this.until('list_item_close');
      const level = this.tokens[from].level;
      const own = this.tokens.slice(from, this.at).filter((token) => token.type === 'paragraph_open' && token.level === level);
      if (own.some((token) => !token.hidden)) tight = false;
      if (found[0]?.type !== nodes.paragraph) found.unshift(nodes.paragraph.create());
      items.push(nodes.list_item.createChecked(null, found));
    }
    this.take(closing);
    return { items, tight };
  }

  table() {
    const rows = [];
    for (let cells = null; this.next.type !== 'table_close';) {
      const token = this.next;
      this.at += 1;
      if (token.type === 'tr_open') cells = [];
      else if (token.type === 'tr_close') rows.push(nodes.table_row.createChecked(null, cells));
      else if (token.type === 'th_open' || token.type === 'td_open') {
        const side = /text-align:(\w+)/.exec(token.attrGet('style') ?? '')?.[1];
        if (side === 'left') unknown('a column that is told to begin where it begins');
        const text = nodes.cell_text.createChecked(null, inline(this.take('inline').children, true));
        const type = token.type === 'th_open' ? nodes.table_header : nodes.table_cell;
        cells.push(type.createChecked({ align: side ?? null }, text));
        this.at += 1;
      }
    }
    this.take('table_close');
    return nodes.table.createChecked(null, rows);
  }
}

/** Everything in a text that stands in no box. */
function blocksOf(text) {
  return new Blocks(markdown.parse(text, {})).until(null);
}

/** One line's words, whatever they begin with. */
function lineOf(text) {
  const [token] = markdown.parseInline(text.trim(), {});
  return inline(token.children, true);
}

/** The words in quotes behind a box's kind; `null` where they are not in quotes. */
function quoted(argument) {
  if (argument === '') return '';
  const inside = /^"(.*)"$/s.exec(argument);
  return inside && argument.length > 1 ? inside[1].trim() : null;
}

/** Lines `KEY: WORDS`; `null` where there are others, or one is there twice. */
function keyed(lines, keys) {
  const found = {};
  for (const line of lines.filter((line) => line.trim() !== '')) {
    const [, key, words] = /^([^:]*):(.*)$/s.exec(line) ?? unknown('a line without its key');
    const name = key.trim();
    if (!keys.includes(name) || name in found) unknown(name);
    found[name] = words.trim();
  }
  return found;
}

/** The two sides of a row of a fact box, where a line is one. */
export function divide(line) {
  for (let at = 0, escaped = false; at < line.length; at += 1) {
    if (line[at] === '|' && !escaped) return [line.slice(0, at), line.slice(at + 1)];
    escaped = line[at] === '\\' ? !escaped : false;
  }
  return null;
}

const BOXES = {
  picture(argument, lines) {
    const file = quoted(argument) || unknown('no file');
    return nodes.picture.create({ file, ...keyed(lines, ['alt', 'caption', 'credit']) });
  },
  gallery(argument, lines) {
    const named = quoted(argument) ?? unknown('no quotes');
    const groups = [];
    for (const line of lines) {
      if (/^\s*file\s*:/.test(line)) groups.push([]);
      if (groups.length > 0) groups.at(-1).push(line);
      else if (line.trim() !== '') unknown('no file');
    }
    const pictures = groups.map((group) => ({
      file: '', alt: '', caption: '', credit: '', ...keyed(group, ['file', 'alt', 'caption', 'credit']),
    }));
    return nodes.gallery.create({ named, pictures });
  },
  embed(argument, lines) {
    const address = quoted(argument) || unknown('no link');
    const { title: named = '', caption = '' } = keyed(lines, ['title', 'caption']);
    return nodes.embed.create({ address, named, caption });
  },
  pull(argument, lines) {
    const who = quoted(argument) ?? unknown('no quotes');
    const found = blocksOf(lines.join('\n'));
    if (found.length > 1 || found.some((node) => node.type !== nodes.paragraph)) unknown('more than a paragraph');
    return nodes.pull.createChecked({ who }, found[0]?.content);
  },
  fact(argument, lines) {
    const named = quoted(argument) ?? unknown('no quotes');
    const rows = [];
    const rest = lines.map((line) => {
      const sides = divide(line);
      if (!sides) return line;
      if (divide(sides[1])) unknown('a row of three sides');
      rows.push(nodes.fact_row.createChecked(null, [
        nodes.fact_label.createChecked(null, lineOf(sides[0])),
        nodes.fact_value.createChecked(null, lineOf(sides[1])),
      ]));
      return '';
    });
    const found = blocksOf(rest.join('\n'));
    return nodes.fact.createChecked({ named }, [...rows, ...found]);
  },
  entry(argument, lines) {
    const [, time, rest] = /^(\S+)\s*(.*)$/s.exec(argument) ?? unknown('no time');
    const headline = quoted(rest.trim()) ?? unknown('no quotes');
    const amended = [];
    const kept = lines.map((line) => {
      if (!/^(corrected|withdrawn):/.test(line)) return line;
      amended.push(line.trimEnd());
      return '';
    });
    const found = blocksOf(kept.join('\n'));
    if (found.some((node) => node.type === nodes.heading && node.attrs.level !== 3)) unknown('another heading');
    if (found.length === 0) found.push(nodes.paragraph.create());
    return nodes.entry.createChecked({ time, headline, amended: amended.join('\n') }, found);
  },
};

function box(source) {
  const lines = source.split('\n');
  const inner = lines.slice(1, -1);
  if (inner.some((line) => isLine(line) !== '' || line.trimStart().startsWith(':::'))) unknown('a sign in the box');
  const [, kind, argument] = /^(\S+)\s*(.*)$/s.exec(lines[0].slice(3).trim());
  return Object.hasOwn(BOXES, kind) ? BOXES[kind](argument, inner) : unknown(kind);
}

/** The block of a source, as it is printed again; nothing where it is not understood. */
function understood(source, read) {
  try {
    const node = read(source);
    node.check();
    // Whoever edits one word of a block must not change another by it.
    const isRight = (one) => isSame(node, readOne(one, node.type));
    return isRight(print(node, isRight)) ? node : null;
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return null;
    throw error;
  }
}

/** Reads what was printed of one block; nothing where it is not one any more. */
export function readOne(source, type) {
  try {
    if (type === nodes.paywall) return isLine(source) === 'exact' ? nodes.paywall.create() : null;
    const [chunk, ...more] = chunksOf(source);
    if (!chunk || more.length > 0) return null;
    if (chunk.kind === 'box') return box(source);
    const found = chunk.kind === 'text' ? blocksOf(source) : [];
    return found.length === 1 ? found[0] : null;
  } catch (error) {
    if (error instanceof Unknown || error instanceof RangeError) return null;
    throw error;
  }
}

/** Whether two blocks are the same, wherever they came from. */
export function isSame(one, other) {
  const bare = (node) => node.type.create({ ...node.attrs, at: null }, node.content);
  return !!other && one.type === other.type && bare(one).eq(bare(other));
}

/** The words of a block with their marks: blanks at its ends, beside breaks, and their marks are nobody's concern. */
function wordsOf(node) {
  const parts = [];
  node.forEach((child) => {
    if (!child.isText) parts.push(child.type.name === 'hard_break' ? '\n\\' : '\n');
    else for (const letter of child.text) parts.push(/\s/.test(letter) ? letter : letter + child.marks.map((mark) => mark.type.name + (mark.attrs.href ?? '')).sort().join());
  });
  const isBlank = (part) => part === undefined || /^\s/.test(part);
  return parts.filter((part, at) => {
    if (!isBlank(part)) return true;
    if (part[0] !== '\n') return !(isEdge(parts, at, -1) || isEdge(parts, at, 1));
    return parts.slice(0, at).some((one) => !isBlank(one)) && parts.slice(at + 1).some((one) => !isBlank(one));
  }).join('\u0001');
}

/** Whether there are blanks alone from a place to the end of its line. */
function isEdge(parts, from, by) {
  for (let at = from + by; at >= 0 && at < parts.length; at += by) {
    if (parts[at][0] === '\n') return true;
    if (!/^\s$/.test(parts[at])) return false;
  }
  return true;
}

/** Whether one block reads as another, but for what Markdown has no word for: blanks at ends, empty paragraphs in boxes. */
export function isLike(one, other) {
  const isCell = (node) => node?.type === nodes.table_cell || node?.type === nodes.table_header;
  // Which cells are heads, and which stand to the right, the first row says for all.
  if (isCell(one) && isCell(other)) return isLike(one.firstChild, other.firstChild);
  if (!other || one.type !== other.type) return false;
  const { at: _, ...own } = one.attrs;
  const { at: __, ...others } = other.attrs;
  if (JSON.stringify(own) !== JSON.stringify(others)) return false;
  if (one.inlineContent) return wordsOf(one) === wordsOf(other);
  const kept = (node) => {
    const filled = node.children.filter((child) => child.type !== nodes.paragraph || child.textContent.trim() !== '');
    return node.type === nodes.list_item || filled.length === 0 ? node.children : filled;
  };
  const [left, right] = [kept(one), kept(other)];
  return left.length === right.length && left.every((child, at) => isLike(child, right[at]));
}

const raw = (source) => nodes.raw.create(null, source === '' ? null : schema.text(source));

/** The blocks of a stretch of Markdown, each with the place of its source. */
function stretch(source, from) {
  const lines = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) lines.push(at + 1);
  const offset = (line) => lines[line] ?? source.length;
  const pieces = [];
  let done = 0;
  const leave = (start, end) => {
    const kept = source.slice(start, end);
    const trimmed = kept.replace(/^(?:[ \t]*\n)+/, '').replace(/\s+$/, '');
    if (trimmed.trim() === '') return;
    const begins = start + kept.indexOf(trimmed);
    pieces.push({ start: from + begins, end: from + begins + trimmed.length, node: raw(trimmed) });
  };
  const tokens = markdown.parse(source, {});
  for (const token of tokens) {
    if (token.level !== 0 || !token.map || token.nesting === -1) continue;
    const [start, end] = token.map.map(offset);
    if (start < done) continue;
    // What no token has, such as the address of a link by its name, stands between.
    leave(done, start);
    const kept = source.slice(start, end).replace(/\s+$/, '');
    done = end;
    pieces.push({ start: from + start, end: from + start + kept.length, source: kept, token });
  }
  leave(done, source.length);
  // Names of links are known over the whole stretch, so that each block is taken from its tokens.
  const nodesOf = topLevel(tokens);
  for (const piece of pieces.filter((piece) => !piece.node)) {
    const read = nodesOf.get(piece.token.map[0]);
    piece.node = (read && understood(piece.source, read)) || raw(piece.source);
  }
  return pieces;
}

/** How each top-level block is read from the tokens of the whole stretch, by its first line. */
function topLevel(tokens) {
  const found = new Map();
  for (let at = 0; at < tokens.length;) {
    const start = at;
    let depth = 0;
    do {
      depth += tokens[at].nesting;
      at += 1;
    } while (depth > 0 && at < tokens.length);
    const own = tokens.slice(start, at);
    if (own[0].map) {
      found.set(own[0].map[0], () => {
        const [node, ...more] = new Blocks(own).until(null);
        return more.length === 0 ? node : unknown('more than one block');
      });
    }
  }
  return found;
}

/** The pieces of a text: `{ start, end, node }`, in order; what stands between them is blank. */
export function read(text) {
  return chunksOf(text).flatMap(({ kind, start, end }) => {
    const source = text.slice(start, end);
    if (kind === 'text') return stretch(source, start);
    if (kind === 'line') return [{ start, end, node: nodes.paywall.create() }];
    return [{ start, end, node: (kind === 'box' && understood(source, box)) || raw(source) }];
  });
}
