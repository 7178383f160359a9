// How boxes look in the editor, and their fields: pictures, galleries, embeds, pull quotes, fact boxes, entries, the paywall line, and what is
// shown as it was written.

import { NodeSelection, TextSelection } from 'prosemirror-state';

import { providerOf } from './embeds.js';
import { schema } from './schema.js';
import { thumbOf } from './shelf.js';
import { field, make, say } from './words.js';

const { nodes } = schema;

/** The place of the top-level block at or around a position: `{ index, node, from, to }`. */
export function blockAt(doc, position) {
  let from = 0;
  for (let index = 0; index < doc.childCount; index += 1) {
    const node = doc.child(index);
    if (position < from + node.nodeSize || index === doc.childCount - 1) return { index, node, from, to: from + node.nodeSize };
    from += node.nodeSize;
  }
  return null;
}

/** Moves the top-level block at a position by one place; its new position, or `null` where it stands at the end. */
export function move(view, position, by) {
  const { doc, selection } = view.state;
  const block = blockAt(doc, position);
  const other = block && doc.maybeChild(block.index + by);
  if (!other) return null;
  const to = by < 0 ? block.from - other.nodeSize : block.from + other.nodeSize;
  const tr = view.state.tr.delete(block.from, block.to).insert(to, block.node);
  const isInside = selection.from >= block.from && selection.to <= block.to;
  if (isInside && selection instanceof TextSelection) {
    const shift = to - block.from;
    tr.setSelection(TextSelection.create(tr.doc, selection.anchor + shift, selection.head + shift));
  } else if (block.node.isAtom) {
    tr.setSelection(NodeSelection.create(tr.doc, to));
  }
  view.dispatch(tr.scrollIntoView());
  return to;
}

/** Takes a block out. */
export function remove(view, position) {
  const block = blockAt(view.state.doc, position);
  const tr = view.state.tr;
  if (view.state.doc.childCount === 1) tr.replaceWith(block.from, block.to, nodes.paragraph.create());
  else tr.delete(block.from, block.to);
  view.dispatch(tr.scrollIntoView());
  view.focus();
}

const button = (name, act, run) => make('button', { type: 'button', 'data-act': act, onclick: run, text: say(name) });

/** What all boxes have: a head with its kind and the ways to move it. */
class Box {
  constructor(node, view, getPos, kind, says) {
    Object.assign(this, { node, view, getPos, fields: {} });
    this.acts = make('span', { class: 'ed-acts' },
      button('up', 'up', () => this.go(-1)),
      button('down', 'down', () => this.go(1)),
      button('remove', 'remove', () => remove(view, getPos())));
    this.head = make('div', { class: 'ed-head', contenteditable: 'false' }, make('b', { text: says }), this.acts);
    this.dom = make('div', { class: `ed-box ed-${kind}`, role: 'group', 'aria-label': says }, this.head);
    this.dom.addEventListener('keydown', (event) => {
      if (event.key !== 'Escape' || this.contentDOM?.contains(event.target)) return;
      if (node.isAtom) view.dispatch(view.state.tr.setSelection(NodeSelection.create(view.state.doc, getPos())));
      view.focus();
    });
  }

  go(by) {
    const to = move(this.view, this.getPos(), by);
    const moved = to === null ? null : this.view.nodeDOM(to);
    moved?.querySelector?.(`[data-act=${by < 0 ? 'up' : 'down'}]`)?.focus();
  }

  set(name, value) {
    this.view.dispatch(this.view.state.tr.setNodeAttribute(this.getPos(), name, value));
  }

  /** A field for one of the node's attributes. */
  field(name, label, tag) {
    const { row, input } = field(label, { value: this.node.attrs[name], oninput: () => this.set(name, input.value) }, tag);
    this.fields[name] = input;
    return row;
  }

  update(node) {
    if (node.type !== this.node.type) return false;
    this.node = node;
    for (const [name, input] of Object.entries(this.fields)) {
      if (input.value !== node.attrs[name]) input.value = node.attrs[name];
    }
    this.changed?.();
    return true;
  }

  selectNode() {
    this.dom.classList.add('ProseMirror-selectednode');
  }

  deselectNode() {
    this.dom.classList.remove('ProseMirror-selectednode');
  }

  stopEvent(event) {
    if (this.contentDOM?.contains(event.target)) return false;
    const isControl = event.target.closest?.('input,textarea,button,select,summary,details');
    return !!isControl || event.type.startsWith('key');
  }

  ignoreMutation(change) {
    return !this.contentDOM?.contains(change.target) || (change.type !== 'selection' && change.target === this.dom);
  }
}

/** The thumbnail of a picture, and a word where nobody has said what it shows. */
function thumb(file) {
  const image = make('img', { alt: '', draggable: 'false' });
  const frame = make('span', { class: 'ed-thumb', title: file }, image);
  image.hidden = true;
  thumbOf(file).then((address) => {
    if (address === '') return;
    image.src = address;
    image.hidden = false;
  });
  return frame;
}

class Picture extends Box {
  constructor(node, view, getPos) {
    super(node, view, getPos, 'picture', say('picture'));
    this.dom.setAttribute('contenteditable', 'false');
    this.wanted = make('p', { class: 'ed-wanted', text: say('alt_wanted') });
    const fields = make('div', { class: 'ed-fields' }, this.field('alt', say('alt')), this.wanted, this.field('caption', say('caption')), this.field('credit', say('credit')));
    this.name = make('p', { class: 'ed-file', text: node.attrs.file });
    this.dom.append(make('div', { class: 'ed-shown' }, make('div', {}, thumb(node.attrs.file), this.name), fields));
    this.changed();
  }

  changed() {
    this.wanted.hidden = this.node.attrs.alt.trim() !== '';
    this.name.textContent = this.node.attrs.file;
  }
}

class Gallery extends Box {
  constructor(node, view, getPos, tools) {
    super(node, view, getPos, 'gallery', say('gallery'));
    this.dom.setAttribute('contenteditable', 'false');
    this.list = make('ol', { class: 'ed-row' });
    const add = make('button', { type: 'button', class: 'btn line', text: say('picture_add'), onclick: () => tools.choosePictures((found) => this.set('pictures', [...this.node.attrs.pictures, ...found].slice(0, 30))) });
    this.dom.append(this.field('named', say('named')), this.list, make('p', {}, add));
    this.changed();
  }

  put(at, change) {
    const pictures = this.node.attrs.pictures.map((one, number) => (number === at ? { ...one, ...change } : one));
    this.set('pictures', pictures);
  }

  shift(at, by) {
    const pictures = [...this.node.attrs.pictures];
    const [one] = pictures.splice(at, 1);
    if (by !== 0 && at + by >= 0 && at + by <= pictures.length) pictures.splice(at + by, 0, one);
    else if (by !== 0) return;
    this.set('pictures', pictures);
    this.list.children[Math.min(at + by, this.list.children.length - 1)]?.querySelector('button')?.focus();
  }

  changed() {
    const { pictures } = this.node.attrs;
    const files = pictures.map((one) => one.file).join('\n');
    if (this.files !== files) {
      this.files = files;
      this.rows = pictures.map((one, at) => {
        const inputs = {};
        const rows = ['alt', 'caption', 'credit'].map((name) => {
          const { row, input } = field(say(name), { value: one[name], oninput: () => this.put(at, { [name]: input.value }) });
          inputs[name] = input;
          return row;
        });
        const acts = make('span', { class: 'ed-acts' },
          button('up', 'before', () => this.shift(at, -1)), button('down', 'behind', () => this.shift(at, 1)), button('remove', 'drop', () => this.shift(at, 0)));
        const item = make('li', { class: 'ed-shown' }, make('div', {}, thumb(one.file), make('p', { class: 'ed-file', text: one.file }), acts), make('div', { class: 'ed-fields' }, ...rows));
        return { item, inputs };
      });
      this.list.replaceChildren(...this.rows.map(({ item }) => item));
    }
    this.rows.forEach(({ inputs }, at) => {
      for (const [name, input] of Object.entries(inputs)) if (input.value !== pictures[at][name]) input.value = pictures[at][name];
    });
  }
}

class Embed extends Box {
  constructor(node, view, getPos) {
    super(node, view, getPos, 'embed', say('embed'));
    this.dom.setAttribute('contenteditable', 'false');
    this.wrong = make('p', { class: 'ed-wanted', text: say('embed_wrong') });
    this.dom.append(this.field('address', say('address')), this.wrong, this.field('named', say('named')), this.field('caption', say('caption')));
    this.changed();
  }

  changed() {
    const provider = providerOf(this.node.attrs.address);
    this.head.firstChild.textContent = provider === '' ? say('embed') : `${say('embed')}: ${provider}`;
    this.wrong.hidden = provider !== '' || this.node.attrs.address.trim() === '';
  }
}

class Pull extends Box {
  constructor(node, view, getPos) {
    super(node, view, getPos, 'pull', say('pull'));
    this.contentDOM = make('blockquote', {});
    const who = make('div', { contenteditable: 'false' }, this.field('who', say('who')));
    this.dom.append(this.contentDOM, who);
  }
}

class Fact extends Box {
  constructor(node, view, getPos, tools) {
    super(node, view, getPos, 'fact', say('fact'));
    this.contentDOM = make('div', { class: 'ed-inside' });
    const add = make('button', { type: 'button', class: 'btn line', text: say('row_add'), onclick: () => tools.addRow(view, getPos()) });
    this.dom.append(make('div', { contenteditable: 'false' }, this.field('named', say('named'))), this.contentDOM, make('p', { contenteditable: 'false' }, add));
  }
}

class Entry extends Box {
  constructor(node, view, getPos) {
    super(node, view, getPos, 'entry', say('entry'));
    this.contentDOM = make('div', { class: 'ed-inside' });
    const top = make('div', { class: 'ed-pair', contenteditable: 'false' }, this.field('time', say('time')), this.field('headline', say('headline')));
    const amended = make('details', { contenteditable: 'false' }, make('summary', { text: say('amended') }), this.field('amended', say('amended'), 'textarea'));
    amended.open = node.attrs.amended !== '';
    this.dom.append(top, this.contentDOM, amended);
  }
}

class Raw extends Box {
  constructor(node, view, getPos) {
    super(node, view, getPos, 'raw', say('raw'));
    this.contentDOM = make('code', {});
    this.dom.append(make('pre', {}, this.contentDOM));
  }
}

class Line extends Box {
  constructor(node, view, getPos) {
    super(node, view, getPos, 'line', say('line'));
    this.dom.setAttribute('contenteditable', 'false');
    this.head.firstChild.textContent = say('line_says');
  }

  go(by) {
    super.go(by);
    const at = [];
    this.view.state.doc.forEach((node, _, index) => { if (node.type === nodes.paywall) at.push(index); });
    this.view.dom.dispatchEvent(new CustomEvent('editor-said', { bubbles: true, detail: say('line_moved', at[0]) }));
  }
}

/** The views of all boxes. `tools`: what they ask of the editor around them. */
export function boxViews(tools) {
  const of = (View) => (node, view, getPos) => new View(node, view, getPos, tools);
  return { picture: of(Picture), gallery: of(Gallery), embed: of(Embed), pull: of(Pull), fact: of(Fact), entry: of(Entry), raw: of(Raw), paywall: of(Line) };
}
