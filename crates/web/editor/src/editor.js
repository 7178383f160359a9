// The editor of one text area: buttons, the text in blocks, and the Markdown that is written into the text area with every change. It keeps
// nothing, and sends nothing but files that somebody brings.

import { dropCursor } from 'prosemirror-dropcursor';
import { gapCursor } from 'prosemirror-gapcursor';
import { history } from 'prosemirror-history';
import { toggleMark } from 'prosemirror-commands';
import { keymap } from 'prosemirror-keymap';
import { Slice } from 'prosemirror-model';
import { EditorState, Plugin, Selection, TextSelection } from 'prosemirror-state';
import { tableEditing } from 'prosemirror-tables';
import { Decoration, DecorationSet, EditorView } from 'prosemirror-view';

import { blockAt, boxViews, move, remove } from './boxes.js';
import { KINDS, addRow, goOn, insert, isInTable, isMarked, keys, kindOf, newBlock, redo, rules, setKind, setLine, tables, undo } from './deeds.js';
import { providerOf } from './embeds.js';
import { Choice, askLink, bringAll, choosePictures } from './panels.js';
import { clean } from './paste.js';
import { read } from './reader.js';
import { schema } from './schema.js';
import { Source } from './source.js';
import { make, say } from './words.js';

const { nodes, marks } = schema;

/** The blocks that the list offers, in its order. */
const BLOCKS = ['paragraph', 'heading', 'subheading', 'quote', 'list', 'numbers', 'picture', 'gallery', 'embed', 'pull', 'fact', 'table', 'entry', 'rule', 'line'];
/** A text that was copied from a file of ours, by its signs. */
const MARKDOWN = /^(:::\s*\w|#{2,3} \S|[-*] \S|\d+\. \S|> \S|<!--\s*paywall\s*-->|\|.*\|\s*$)|\]\((https?:|article:|mailto:)|\*\*\S/m;

export class Editor {
  constructor(area) {
    this.area = area;
    this.label = document.querySelector(`label[for=${area.id}]`);
    this.label.id ||= `${area.id}-label`;
    this.said = make('p', { class: 'ed-said', role: 'status' });
    this.tools = this.#tools();
    this.frame = make('div', { class: 'ed-frame' });
    this.dom = make('div', { class: 'ed' }, this.tools, this.frame, this.said, make('p', { class: 'help', text: say('help') }));
    this.dom.addEventListener('editor-said', (event) => this.say(event.detail));
    this.choice = new Choice(this.frame);
    this.choice.left = () => this.view.focus();
    this.choice.marked = (id) => this.#pointTo(id);
    this.choice.closed = () => this.#pointTo(null);
    this.plus = make('button', { type: 'button', class: 'ed-plus', tabindex: '-1', 'aria-label': say('add'), title: say('add'), text: '+', onclick: () => this.offerBlocks(this.plus, Number(this.plus.dataset.at)) });
    this.plus.hidden = true;
    this.load();
    this.frame.append(this.plus);
    this.frame.addEventListener('mousemove', (event) => this.#placePlus(event));
    this.frame.addEventListener('mouseleave', () => { this.plus.hidden = true; });
  }

  say(words) {
    this.said.textContent = '';
    this.said.textContent = words;
  }

  /** Reads the text area anew. */
  load() {
    this.source = new Source(this.area.value);
    this.written = this.area.value;
    const state = EditorState.create({ doc: this.source.doc, plugins: this.#plugins() });
    if (this.view) this.view.updateState(state);
    else this.view = this.#view(state);
    this.#refresh();
  }

  /** Reads it anew where somebody else has written into it. */
  follow() {
    if (this.area.value !== this.written) this.load();
  }

  focus() {
    this.view.focus();
  }

  #view(state) {
    const tools = { choosePictures, addRow };
    return new EditorView({ mount: this.frame.appendChild(make('div', { class: 'ed-text' })) }, {
      state,
      attributes: {
        role: 'textbox', 'aria-multiline': 'true', 'aria-labelledby': this.label.id, spellcheck: 'true',
        'aria-describedby': this.area.getAttribute('aria-describedby') ?? '',
        ...(this.area.getAttribute('aria-invalid') ? { 'aria-invalid': 'true' } : {}),
      },
      nodeViews: boxViews(tools),
      dispatchTransaction: (tr) => {
        this.view.updateState(this.view.state.apply(tr));
        if (tr.docChanged) this.#write();
        this.#refresh();
      },
      transformPastedHTML: (html) => {
        const { html: cleaned, leftOut } = clean(html);
        if (leftOut > 0) this.say(say('left_out'));
        return cleaned;
      },
      clipboardTextParser: (text, $context, plain) => {
        if (plain || $context.parent.type.spec.code || !MARKDOWN.test(text)) return null;
        const found = read(text.replace(/\r\n?/g, '\n')).map(({ node }) => node);
        return found.length > 0 ? Slice.maxOpen(schema.node('doc', null, found).content) : null;
      },
      clipboardTextSerializer: (slice) => {
        const found = [];
        slice.content.forEach((node) => found.push(node));
        const isBlocks = found.every((node) => node.type.spec.group?.includes('block'));
        return isBlocks && found.length > 0 ? new Source('').print(schema.node('doc', null, found)).trim() : slice.content.textBetween(0, slice.content.size, '\n\n');
      },
      handlePaste: (view, event, slice) => this.#pastes(event, slice),
      handleDrop: (view, event) => this.#drops(event),
      handleClick: (view, position, event) => {
        // A link is followed from the look at the page, not from here.
        if (event.target.closest?.('a')) event.preventDefault();
        return false;
      },
      handleDOMEvents: {
        mousedown: (view, event) => {
          const last = view.dom.lastElementChild?.getBoundingClientRect();
          if (event.target !== view.dom || !last || event.clientY < last.bottom || !goOn(view)) return false;
          event.preventDefault();
          return true;
        },
      },
      // The buttons stay above the text as it is scrolled, and hide nothing of where the cursor is.
      scrollThreshold: { top: 110, bottom: 24, left: 0, right: 0 },
      scrollMargin: { top: 120, bottom: 48, left: 0, right: 0 },
      handleKeyDown: (view, event) => !this.choice.hasFocus && this.choice.onKey(event),
    });
  }

  #plugins() {
    return [
      ...rules,
      keymap(keys({ link: () => this.link(), tools: () => this.#controls().find((one) => one.tabIndex === 0)?.focus() })),
      history(),
      dropCursor({ color: false, class: 'ed-drop', width: 3 }),
      gapCursor(),
      tableEditing(),
      this.#offers(),
      this.#hints(),
      this.#faults(),
    ];
  }

  #write() {
    this.written = this.source.print(this.view.state.doc);
    this.area.value = this.written;
    this.area.dispatchEvent(new Event('input', { bubbles: true }));
  }

  // --- the row of buttons

  #tools() {
    const press = (name, run, mark) => make('button', {
      type: 'button', 'data-tool': name, text: say(name), 'aria-pressed': mark ? 'false' : undefined, onmousedown: (event) => event.preventDefault(), onclick: () => run(),
    });
    const command = (deed) => () => {
      deed(this.view.state, this.view.dispatch, this.view);
      this.view.focus();
    };
    this.kind = make('select', { 'aria-label': say('blocks'), 'data-tool': 'kind', onchange: () => setKind(this.view, this.kind.value) },
      make('option', { value: '', text: '–', hidden: true }), ...KINDS.map((kind) => make('option', { value: kind, text: say(kind) })));
    const tables_ = make('span', { class: 'ed-group', 'data-group': 'table' }, ...Object.keys(tables).map((name) => press(name, command(tables[name]))));
    tables_.hidden = true;
    this.tableTools = tables_;
    const group = (...buttons) => make('span', { class: 'ed-group' }, ...buttons);
    const tools = make('div', { class: 'ed-tools', role: 'toolbar', 'aria-label': say('tools') },
      group(this.kind,
        press('bold', command(toggleMark(marks.strong)), true),
        press('italic', command(toggleMark(marks.em)), true),
        press('link', () => this.link(), true)),
      group(this.addButton = press('add', () => this.offerBlocks(this.addButton, this.view.state.selection.from)),
        press('line', () => { setLine(this.view); })),
      group(press('up', () => move(this.view, this.view.state.selection.from, -1)),
        press('down', () => move(this.view, this.view.state.selection.from, 1)),
        press('remove', () => remove(this.view, this.view.state.selection.from))),
      group(press('undo', command(undo)), press('redo', command(redo))),
      tables_);
    this.addButton.setAttribute('aria-haspopup', 'listbox');
    tools.addEventListener('keydown', (event) => this.#rove(event));
    tools.addEventListener('focusin', (event) => this.#roveTo(event.target));
    return tools;
  }

  #controls() {
    return [...this.tools.querySelectorAll('button,select')].filter((one) => !one.closest('[hidden]'));
  }

  #roveTo(target) {
    for (const one of this.tools.querySelectorAll('button,select')) one.tabIndex = one === target ? 0 : -1;
  }

  #rove(event) {
    const all = this.#controls();
    const at = all.indexOf(document.activeElement);
    const isRtl = getComputedStyle(this.tools).direction === 'rtl';
    const by = { ArrowRight: isRtl ? -1 : 1, ArrowLeft: isRtl ? 1 : -1 }[event.key];
    const to = by ? (at + by + all.length) % all.length : { Home: 0, End: all.length - 1 }[event.key];
    if (event.key === 'Escape') this.view.focus();
    else if (to === undefined) return;
    else all[to].focus();
    event.preventDefault();
  }

  #refresh() {
    const { state } = this.view;
    const kind = kindOf(state);
    this.kind.value = kind;
    this.kind.disabled = kind === '';
    for (const [name, type] of [['bold', marks.strong], ['italic', marks.em], ['link', marks.link]]) {
      this.tools.querySelector(`[data-tool=${name}]`).setAttribute('aria-pressed', String(isMarked(state, type)));
    }
    this.tools.querySelector('[data-tool=undo]').disabled = !undo(state);
    this.tools.querySelector('[data-tool=redo]').disabled = !redo(state);
    this.tableTools.hidden = !isInTable(state);
    const all = this.#controls().filter((one) => !one.disabled);
    if (!all.some((one) => one.tabIndex === 0)) this.#roveTo(all[0]);
    this.#slash();
  }

  // --- links

  link() {
    const { view } = this;
    const { $from, from, to, empty } = view.state.selection;
    const mark = marks.link.isInSet($from.marks()) || marks.link.isInSet($from.nodeAfter?.marks ?? []);
    let [start, end] = [from, to];
    if (mark) {
      // The whole link, also where the cursor stands in its middle.
      const has = (at) => at >= 0 && at < $from.parent.childCount && mark.isInSet($from.parent.child(at).marks);
      const index = $from.index();
      let first = has(index) ? index : index - 1;
      let last = first;
      while (has(first - 1)) first -= 1;
      while (has(last + 1)) last += 1;
      start = $from.start() + offsetOf($from.parent, first);
      end = $from.start() + offsetOf($from.parent, last + 1);
    }
    askLink(mark ? mark.attrs.href : '', (href, words) => {
      const tr = view.state.tr;
      if (href === '') tr.removeMark(start, end, marks.link);
      else if (start === end && empty) tr.insert(from, schema.text(words || href.replace(/^(https?:\/\/|mailto:|article:)/, ''), [marks.link.create({ href })]));
      else tr.removeMark(start, end, marks.link).addMark(start, end, marks.link.create({ href }));
      view.dispatch(tr.scrollIntoView());
      view.focus();
    });
  }

  // --- the list of blocks

  #items(sought = '') {
    const fits = (name) => say(name).toLocaleLowerCase().includes(sought.toLocaleLowerCase());
    return BLOCKS.filter(fits).map((name) => ({ name, text: say(name), keys: { heading: '##', subheading: '###', quote: '>', list: '-', numbers: '1.', rule: '---' }[name] }));
  }

  offerBlocks(from, position) {
    const box = from.getBoundingClientRect();
    this.choice.open(this.#items(), { left: box.left, bottom: box.bottom }, (name) => this.add(name, position), true);
  }

  /** Adds a block behind the one at a position. */
  add(name, position) {
    const { view } = this;
    if (KINDS.includes(name)) {
      const around = blockAt(view.state.doc, position);
      const isFree = around.node.type === nodes.paragraph && around.node.content.size === 0;
      const at = isFree ? around.from : around.to;
      const tr = view.state.tr;
      if (!isFree) tr.insert(at, nodes.paragraph.create());
      view.dispatch(tr.setSelection(TextSelection.create(tr.doc, at + 1)).scrollIntoView());
      setKind(view, name);
    } else if (name === 'picture' || name === 'gallery') {
      choosePictures((found) => this.#putPictures(found, position, name === 'gallery'));
    } else if (name === 'line') {
      view.dispatch(view.state.tr.setSelection(TextSelection.near(view.state.doc.resolve(Math.min(position, view.state.doc.content.size)))));
      setLine(view);
    } else {
      insert(view, [newBlock(name)], position);
    }
  }

  #putPictures(found, position, isGallery = false) {
    const plain = found.map(({ file, alt, caption, credit }) => ({ file, alt, caption, credit }));
    const place = Math.min(position, this.view.state.doc.content.size);
    if (isGallery) insert(this.view, [nodes.gallery.create({ pictures: plain })], place);
    else insert(this.view, plain.map((one) => nodes.picture.create(one)), place);
  }

  /** A stroke at the beginning of an empty line opens the list; what follows it finds in the list. */
  #slash() {
    const { state } = this.view;
    const { $from, empty } = state.selection;
    const typed = empty && $from.depth === 1 && $from.parent.type === nodes.paragraph && $from.parentOffset === $from.parent.content.size
      ? /^\/([^/\s]*)$/.exec($from.parent.textContent) : null;
    if (!typed) {
      if (!this.choice.hasFocus) this.choice.close();
      this.dismissed = false;
      return;
    }
    if (this.dismissed || !this.view.hasFocus()) return;
    const place = this.view.coordsAtPos(state.selection.from);
    this.choice.open(this.#items(typed[1]), { left: place.left, bottom: place.bottom }, (name) => {
      this.view.dispatch(this.view.state.tr.delete($from.start(), this.view.state.selection.from));
      this.add(name, this.view.state.selection.from);
    }, false);
    this.choice.left = () => {
      this.dismissed = true;
      this.view.focus();
    };
  }

  /** Which item of the list those hear who cannot see it. */
  #pointTo(id) {
    const { dom } = this.view;
    if (id === null || this.choice.hasFocus) {
      dom.removeAttribute('aria-activedescendant');
      dom.removeAttribute('aria-controls');
    } else {
      dom.setAttribute('aria-controls', 'editor-choice');
      dom.setAttribute('aria-activedescendant', id);
    }
  }

  /** The plus stands between the block under the mouse and the next. */
  #placePlus(event) {
    const block = event.target.closest?.('.ed-text > *');
    if (!block) return;
    const index = [...this.view.dom.children].filter((one) => one.pmViewDesc?.node).indexOf(block);
    if (index < 0) return;
    const position = this.view.posAtDOM(block, 0);
    const frame = this.frame.getBoundingClientRect();
    const box = block.getBoundingClientRect();
    this.plus.dataset.at = String(Math.max(0, position));
    this.plus.style.top = `${box.bottom - frame.top - 6}px`;
    this.plus.hidden = false;
  }

  // --- what comes in

  #pastes(event, slice) {
    const files = [...(event.clipboardData?.files ?? [])].filter((file) => file.type.startsWith('image/'));
    if (files.length > 0 && slice.content.textBetween(0, slice.content.size).trim() === '') {
      this.#bring(files, this.view.state.selection.from);
      return true;
    }
    const text = event.clipboardData?.getData('text/plain').trim() ?? '';
    const { selection } = this.view.state;
    const isAddress = /^https?:\/\/\S+$/.test(text);
    if (!isAddress || this.view.state.selection.$from.parent.type.spec.code) return false;
    const mark = marks.link.create({ href: text.replace(/[<>"\\]/g, encodeURIComponent) });
    if (selection.empty) {
      if (selection.$from.parent.content.size > 0 || selection.$from.parent.type !== nodes.paragraph) return false;
      this.view.dispatch(this.view.state.tr.insert(selection.from, schema.text(text, [mark])).scrollIntoView());
    } else {
      if (!(selection instanceof TextSelection)) return false;
      this.view.dispatch(this.view.state.tr.addMark(selection.from, selection.to, mark));
    }
    return true;
  }

  #drops(event) {
    const files = [...(event.dataTransfer?.files ?? [])].filter((file) => file.type.startsWith('image/'));
    if (files.length === 0) return false;
    event.preventDefault();
    const place = this.view.posAtCoords({ left: event.clientX, top: event.clientY });
    this.#bring(files, place?.pos ?? this.view.state.selection.from);
    return true;
  }

  async #bring(files, position) {
    this.say(say('file_waits'));
    const { brought, wrong } = await bringAll(files);
    this.say(wrong.join(' '));
    if (brought.length > 0) this.#putPictures(brought, position, brought.length > 1);
  }

  /** Beside a line that is nothing but a link which can be an embed: the button that makes it one. */
  #offers() {
    return new Plugin({
      props: {
        decorations: (state) => {
          const found = [];
          state.doc.forEach((node, from) => {
            if (node.type !== nodes.paragraph || node.childCount !== 1) return;
            const address = marks.link.isInSet(node.firstChild.marks)?.attrs.href ?? node.textContent.trim();
            const provider = address.startsWith('https://') ? providerOf(address) : '';
            if (provider === '') return;
            const label = node.textContent.trim() === address ? '' : node.textContent.trim();
            found.push(Decoration.widget(from + node.nodeSize, (view, getPos) => make('p', { class: 'ed-offer', contenteditable: 'false' },
              make('button', { type: 'button', class: 'btn line', text: `${say('offer')} (${provider})`, onclick: () => {
                const end = getPos();
                const block = blockAt(view.state.doc, end - 1);
                const tr = view.state.tr.replaceWith(block.from, block.to, nodes.embed.create({ address, named: label }));
                if (block.index === view.state.doc.childCount - 1) tr.insert(tr.doc.content.size, nodes.paragraph.create());
                view.dispatch(tr);
                view.nodeDOM(block.from)?.querySelectorAll?.('input')[1]?.focus();
              } })), { side: 1, key: `offer ${address} ${label}`, stopEvent: () => true, ignoreSelection: true }));
          });
          return DecorationSet.create(state.doc, found);
        },
      },
    });
  }

  /** Blocks with faults that the desk found are marked until somebody changes them. */
  #faults() {
    const isAsSent = this.area.value === this.area.defaultValue.replace(/^\n/, '') || this.area.value === this.area.defaultValue;
    const rows = isAsSent ? [...document.querySelectorAll('.desk-faults li[data-line]')] : [];
    const marked = rows.map((row) => {
      const number = this.source.blockOfLine(Number(row.dataset.line));
      const from = offsetOf(this.source.doc, number);
      row.dataset.block = String(number);
      return Decoration.node(from, from + this.source.doc.child(number).nodeSize, { class: 'ed-fault', title: row.textContent.trim() });
    });
    return new Plugin({
      state: {
        init: (_, { doc }) => DecorationSet.create(doc, marked),
        apply: (tr, set) => set.map(tr.mapping, tr.doc),
      },
      props: { decorations(state) { return this.getState(state); } },
    });
  }

  /** Leads to the block with that number. */
  goTo(number) {
    const { doc, tr } = this.view.state;
    const from = offsetOf(doc, Math.min(number, doc.childCount - 1));
    this.view.dispatch(tr.setSelection(Selection.near(doc.resolve(from), 1)));
    const block = this.view.nodeDOM(from);
    this.view.focus();
    (block ?? this.dom).scrollIntoView({ block: 'center' });
  }

  /** A text of several blocks that has no line says where it is cut by itself; heads of tables that are empty are numbered. */
  #hints() {
    return new Plugin({
      props: {
        decorations: (state) => {
          let [hasLine, paragraphs, end] = [false, 0, 0];
          const heads = [];
          state.doc.forEach((node, from) => {
            if (node.type === nodes.paywall) hasLine = true;
            if (node.type !== nodes.paragraph || node.content.size === 0) return;
            paragraphs += 1;
            if (paragraphs === 2) end = from + node.nodeSize;
          });
          // A column has a name for those who listen before anybody has written one.
          state.doc.descendants((node, from, row, number) => {
            if (node.type === nodes.table_header && node.textContent === '') heads.push(Decoration.node(from, from + node.nodeSize, { role: 'cell', 'aria-label': String(number + 1) }));
            return !node.isTextblock;
          });
          if (hasLine || paragraphs < 4) return DecorationSet.create(state.doc, heads);
          const hint = () => make('p', { class: 'ed-hint', contenteditable: 'false', text: say('line_none') });
          return DecorationSet.create(state.doc, [...heads, Decoration.widget(end, hint, { side: -1, key: 'hint', ignoreSelection: true })]);
        },
      },
    });
  }
}

function offsetOf(parent, index) {
  let offset = 0;
  for (let at = 0; at < index; at += 1) offset += parent.child(at).nodeSize;
  return offset;
}
