// What a text is made of: the blocks and marks of docs/contracts/markdown-folder.md, and `raw` for whatever else was written. Every block
// that can stand alone knows by `at` which piece of the Markdown it came from. Nothing here reads or prints Markdown.

import { Schema } from 'prosemirror-model';
import { tableNodes } from 'prosemirror-tables';

/** Where links may lead, as the reader of articles has it. */
export const isAddress = (href) => /^(https?:\/\/[\p{L}\p{N}[]|mailto:[^@\s]*@|article:[a-z0-9-]+$|attachments\/|pictures\/)/iu.test(href)
  && !/[\s<>"\\]/.test(href);

const at = { at: { default: null } };
const text = (name) => ({ [name]: { default: '' } });

/** A box without text of its own: what it says is in its attributes. The clipboard carries them as JSON. */
function box(kind, attrs) {
  return {
    group: 'block',
    atom: true,
    draggable: true,
    selectable: true,
    attrs: { ...at, ...attrs },
    toDOM: (node) => ['div', { 'data-kind': kind, 'data-box': JSON.stringify({ ...node.attrs, at: undefined }) }],
    parseDOM: [{ tag: `div[data-kind=${kind}]`, getAttrs: (dom) => told(dom) }],
  };
}

/** What the clipboard says of a box; only plain words come in. */
function told(dom) {
  try {
    const said = JSON.parse(dom.getAttribute('data-box') || '{}');
    const plain = (value) => (Array.isArray(value)
      ? value.slice(0, 30).map((one) => Object.fromEntries(['file', 'alt', 'caption', 'credit'].map((key) => [key, String(one?.[key] ?? '')])))
      : String(value ?? ''));
    return Object.fromEntries(Object.entries(said).map(([key, value]) => [key, plain(value)]));
  } catch {
    return false;
  }
}

const align = {
  default: null,
  getFromDOM: (dom) => ({ right: 'right', center: 'center' })[dom.getAttribute('align')] ?? null,
  setDOMAttr: (value, attrs) => { if (value) attrs['data-align'] = value; },
};
const tables = tableNodes({ tableGroup: 'block inside', cellContent: 'cell_text', cellAttributes: { align } });
/** Cells of Markdown's tables are one wide and one high. */
const cell = (spec, tag) => ({
  ...spec,
  attrs: { ...spec.attrs },
  parseDOM: [{ tag, getAttrs: (dom) => ({ align: align.getFromDOM(dom) }) }],
});

export const schema = new Schema({
  nodes: {
    doc: { content: 'block+' },
    paragraph: {
      group: 'block flow inside',
      content: 'inline*',
      attrs: at,
      parseDOM: [{ tag: 'p' }],
      toDOM: () => ['p', 0],
    },
    heading: {
      group: 'block inside',
      content: 'text*',
      defining: true,
      attrs: { ...at, level: { default: 2 } },
      parseDOM: [
        { tag: 'h1', attrs: { level: 2 } },
        { tag: 'h2', attrs: { level: 2 } },
        { tag: 'h3', attrs: { level: 3 } },
        { tag: 'h4', attrs: { level: 3 } },
        { tag: 'h5', attrs: { level: 3 } },
        { tag: 'h6', attrs: { level: 3 } },
      ],
      toDOM: (node) => [`h${node.attrs.level}`, 0],
    },
    blockquote: {
      group: 'block flow inside',
      content: 'flow+',
      defining: true,
      attrs: at,
      parseDOM: [{ tag: 'blockquote' }],
      toDOM: () => ['blockquote', 0],
    },
    bullet_list: {
      group: 'block flow inside',
      content: 'list_item+',
      attrs: { ...at, tight: { default: true }, marker: { default: '-' } },
      parseDOM: [{ tag: 'ul' }],
      toDOM: () => ['ul', 0],
    },
    ordered_list: {
      group: 'block flow inside',
      content: 'list_item+',
      attrs: { ...at, tight: { default: true }, marker: { default: '.' }, start: { default: 1 } },
      parseDOM: [{ tag: 'ol', getAttrs: (dom) => ({ start: Number(dom.getAttribute('start') || 1) || 1 }) }],
      toDOM: (node) => ['ol', node.attrs.start === 1 ? {} : { start: node.attrs.start }, 0],
    },
    list_item: {
      content: 'paragraph flow*',
      defining: true,
      parseDOM: [{ tag: 'li' }],
      toDOM: () => ['li', 0],
    },
    ...tables,
    table: { ...tables.table, attrs: at },
    table_cell: cell(tables.table_cell, 'td'),
    table_header: cell(tables.table_header, 'th'),
    cell_text: { content: 'text*', toDOM: () => ['div', 0] },
    horizontal_rule: {
      group: 'block inside',
      attrs: at,
      parseDOM: [{ tag: 'hr' }],
      toDOM: () => ['hr'],
    },
    raw: {
      group: 'block',
      content: 'text*',
      marks: '',
      code: true,
      defining: true,
      attrs: at,
      parseDOM: [{ tag: 'pre', preserveWhitespace: 'full' }],
      toDOM: () => ['pre', ['code', 0]],
    },
    paywall: {
      group: 'block',
      atom: true,
      draggable: true,
      selectable: true,
      attrs: at,
      parseDOM: [{ tag: 'div[data-kind=paywall]' }],
      toDOM: () => ['div', { 'data-kind': 'paywall' }],
    },
    picture: box('picture', { ...text('file'), ...text('alt'), ...text('caption'), ...text('credit') }),
    gallery: box('gallery', { ...text('named'), pictures: { default: [] } }),
    embed: box('embed', { ...text('address'), ...text('named'), ...text('caption') }),
    pull: {
      group: 'block',
      content: 'inline*',
      defining: true,
      isolating: true,
      attrs: { ...at, ...text('who') },
      parseDOM: [{ tag: 'div[data-kind=pull]', getAttrs: (dom) => told(dom) }],
      toDOM: (node) => ['div', { 'data-kind': 'pull', 'data-box': JSON.stringify({ who: node.attrs.who }) }, 0],
    },
    fact: {
      group: 'block',
      content: 'fact_row* paragraph*',
      defining: true,
      isolating: true,
      attrs: { ...at, ...text('named') },
      parseDOM: [{ tag: 'div[data-kind=fact]', getAttrs: (dom) => told(dom) }],
      toDOM: (node) => ['div', { 'data-kind': 'fact', 'data-box': JSON.stringify({ named: node.attrs.named }) }, 0],
    },
    fact_row: {
      content: 'fact_label fact_value',
      parseDOM: [{ tag: 'div[data-kind=row]' }],
      toDOM: () => ['div', { 'data-kind': 'row' }, 0],
    },
    fact_label: { content: 'text*', parseDOM: [{ tag: 'span[data-kind=label]' }], toDOM: () => ['span', { 'data-kind': 'label' }, 0] },
    fact_value: { content: 'text*', parseDOM: [{ tag: 'span[data-kind=value]' }], toDOM: () => ['span', { 'data-kind': 'value' }, 0] },
    entry: {
      group: 'block',
      content: 'inside+',
      defining: true,
      isolating: true,
      attrs: { ...at, ...text('time'), ...text('headline'), ...text('amended') },
      parseDOM: [{ tag: 'div[data-kind=entry]', getAttrs: (dom) => told(dom) }],
      toDOM: (node) => ['div', { 'data-kind': 'entry', 'data-box': JSON.stringify({ ...node.attrs, at: undefined }) }, 0],
    },
    text: { group: 'inline' },
    hard_break: {
      group: 'inline',
      inline: true,
      selectable: false,
      parseDOM: [{ tag: 'br' }],
      toDOM: () => ['br'],
      leafText: () => '\n',
    },
    // The end of a line of the Markdown inside of a paragraph: a blank to everybody but those who compare lines.
    soft_break: {
      group: 'inline',
      inline: true,
      selectable: false,
      toDOM: () => ['span', { 'data-kind': 'soft' }, ' '],
      parseDOM: [{ tag: 'span[data-kind=soft]' }],
      leafText: () => ' ',
    },
  },
  marks: {
    link: {
      attrs: { href: {} },
      inclusive: false,
      parseDOM: [{ tag: 'a[href]', getAttrs: (dom) => isAddress(dom.getAttribute('href')) && { href: dom.getAttribute('href') } }],
      toDOM: (mark) => ['a', { href: isAddress(mark.attrs.href) ? mark.attrs.href : '#', title: mark.attrs.href }, 0],
    },
    em: {
      parseDOM: [{ tag: 'i' }, { tag: 'em' }],
      toDOM: () => ['em', 0],
    },
    strong: {
      parseDOM: [{ tag: 'b' }, { tag: 'strong' }],
      toDOM: () => ['strong', 0],
    },
    code: {
      code: true,
      inclusive: false,
      parseDOM: [{ tag: 'code' }],
      toDOM: () => ['code', 0],
    },
  },
});
