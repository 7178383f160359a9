// A text as blocks, and the blocks as the text again. The promise: what nobody touched is printed byte for byte as it was written.

import { isLike, read, readOne } from './reader.js';
import { print } from './printer.js';
import { schema } from './schema.js';

const { nodes } = schema;

/** A text that was read: its blocks, and what it takes to print them again. */
export class Source {
  constructor(text) {
    this.text = text;
    const found = read(text);
    this.pieces = found.map(({ start, end, node }, at) => ({
      source: text.slice(start, end),
      /** What stands between it and the next one. */
      gap: text.slice(end, found[at + 1]?.start ?? text.length),
      node: node.type.create({ ...node.attrs, at }, node.content),
    }));
    this.lead = text.slice(0, found[0]?.start ?? text.length);
    const blocks = this.pieces.map((piece) => piece.node);
    this.doc = schema.node('doc', null, blocks.length > 0 ? blocks : [nodes.paragraph.create()]);
    /** What was printed of blocks that changed. */
    this.printed = new WeakMap();
  }

  /** The number of the block in which a line of the text stands, from 1; the last one before it where it stands in none. */
  blockOfLine(line) {
    const offset = this.text.split('\n').slice(0, line - 1).reduce((sum, one) => sum + one.length + 1, 0);
    let [at, found] = [this.lead.length, 0];
    this.pieces.forEach(({ source, gap }, number) => {
      if (at <= offset) found = number;
      at += source.length + gap.length;
    });
    return found;
  }

  /** The piece that a block is still the same as. */
  #same(node) {
    const piece = this.pieces[node.attrs.at ?? -1];
    return piece && node.eq(piece.node) ? piece : null;
  }

  #print(node, avoid) {
    const same = this.#same(node);
    if (same) return same.source;
    const known = avoid ? undefined : this.printed.get(node);
    if (known !== undefined) return known;
    const text = node.type === nodes.paywall || node.type === nodes.raw
      ? print(node)
      : print(node, (one) => isLike(node, readOne(one, node.type)), avoid);
    if (!avoid) this.printed.set(node, text);
    return text;
  }

  /** What stands between two blocks: at least an empty line, but where both are as they were. */
  #between(one, other) {
    const piece = this.pieces[one.attrs.at ?? -1];
    const isNext = piece && other.attrs.at === one.attrs.at + 1;
    const isUntouched = isNext && this.#same(one) && this.#same(other);
    return isUntouched || (isNext && /\n[ \t]*\n/.test(piece.gap)) ? piece.gap : '\n\n';
  }

  /** The Markdown of a document. */
  print(doc) {
    if (doc.eq(this.doc)) return this.text;
    let out = '';
    let last = null;
    doc.forEach((node) => {
      const isList = last?.type === node.type && (node.type === nodes.bullet_list || node.type === nodes.ordered_list);
      const text = this.#print(node, isList ? last.attrs.marker : null);
      if (text.trim() === '') return;
      out += last ? this.#between(last, node) + text : text;
      last = node;
    });
    if (out === '') return '';
    const tail = this.pieces.at(-1)?.gap ?? '\n';
    return this.lead + out + tail;
  }
}
