// What can be done to a text: kinds of blocks, marks, boxes, the one paywall line, tables, rows of fact boxes. Keys and rules of typing.

import { baseKeymap, chainCommands, createParagraphNear, exitCode, newlineInCode, setBlockType, splitBlock, toggleMark, wrapIn } from 'prosemirror-commands';
import { redo, undo } from 'prosemirror-history';
import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from 'prosemirror-inputrules';
import { Fragment } from 'prosemirror-model';
import { liftListItem, sinkListItem, splitListItem, wrapInList } from 'prosemirror-schema-list';
import { NodeSelection, Plugin, Selection, TextSelection } from 'prosemirror-state';
import { addColumnAfter, addRowAfter, deleteColumn, deleteRow, goToNextCell, isInTable } from 'prosemirror-tables';

import { blockAt, move } from './boxes.js';
import { schema } from './schema.js';

const { nodes, marks } = schema;

/** The kinds between which a paragraph can be changed, as the list of them has them. */
export const KINDS = ['paragraph', 'heading', 'subheading', 'quote', 'list', 'numbers'];

/** Which of them the cursor is in; empty in a box. */
export function kindOf(state) {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    const { type, attrs } = $from.node(depth);
    if (type === nodes.heading) return attrs.level === 2 ? 'heading' : 'subheading';
    if (type === nodes.bullet_list) return 'list';
    if (type === nodes.ordered_list) return 'numbers';
    if (type === nodes.blockquote) return 'quote';
    if (type === nodes.cell_text || type === nodes.raw || type === nodes.fact || type === nodes.pull) return '';
  }
  return $from.depth > 0 && $from.parent.type === nodes.paragraph ? 'paragraph' : '';
}

/** Runs a command, and says whether it could. */
const run = (view, command) => command(view.state, view.dispatch, view);

/** Makes what the cursor is in one of the kinds. */
export function setKind(view, kind) {
  // Out of whatever it is in first; a list or a quote is no place for another.
  for (let tries = 0; tries < 20 && ['list', 'numbers'].includes(kindOf(view.state)); tries += 1) {
    if (!run(view, liftListItem(nodes.list_item))) break;
  }
  for (let tries = 0; tries < 20 && kindOf(view.state) === 'quote'; tries += 1) {
    const { $from, $to } = view.state.selection;
    const range = $from.blockRange($to, (node) => node.type === nodes.blockquote);
    if (!range) break;
    view.dispatch(view.state.tr.lift(range, range.depth - 1));
  }
  if (['heading', 'subheading'].includes(kindOf(view.state))) run(view, setBlockType(nodes.paragraph));
  if (kind === 'heading' || kind === 'subheading') run(view, setBlockType(nodes.heading, { level: kind === 'heading' ? 2 : 3 }));
  if (kind === 'quote') run(view, wrapIn(nodes.blockquote));
  if (kind === 'list') run(view, wrapInList(nodes.bullet_list));
  if (kind === 'numbers') run(view, wrapInList(nodes.ordered_list));
  view.focus();
}

/** Whether a mark is on where the cursor is. */
export function isMarked(state, type) {
  const { from, to, empty, $from } = state.selection;
  return empty ? !!type.isInSet(state.storedMarks || $from.marks()) : state.doc.rangeHasMark(from, to, type);
}

const empty = (content = null) => nodes.paragraph.create(null, content);

function newTable() {
  const cell = (type) => type.create(null, nodes.cell_text.create());
  const row = (type) => nodes.table_row.create(null, [cell(type), cell(type), cell(type)]);
  return nodes.table.create(null, [row(nodes.table_header), row(nodes.table_cell), row(nodes.table_cell)]);
}

const newRow = () => nodes.fact_row.create(null, [nodes.fact_label.create(), nodes.fact_value.create()]);

/** Now, as an instant with the offset of this machine. */
function now() {
  const time = new Date();
  const two = (number) => String(Math.floor(Math.abs(number))).padStart(2, '0');
  const offset = -time.getTimezoneOffset();
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day}T${two(time.getHours())}:${two(time.getMinutes())}:00${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`;
}

/** A new block of a kind that needs nothing to begin with. */
export function newBlock(kind) {
  switch (kind) {
    case 'rule': return nodes.horizontal_rule.create();
    case 'table': return newTable();
    case 'pull': return nodes.pull.create();
    case 'fact': return nodes.fact.create(null, [newRow()]);
    case 'entry': return nodes.entry.create({ time: now() }, empty());
    case 'embed': return nodes.embed.create();
    case 'line': return nodes.paywall.create();
    default: return null;
  }
}

/** Puts blocks behind the one that the cursor is in, or in its place where that is an empty paragraph; the cursor follows. */
export function insert(view, blocks, position = view.state.selection.from) {
  const { doc } = view.state;
  const around = blockAt(doc, position);
  const isFree = around.node.type === nodes.paragraph && around.node.content.size === 0;
  const from = isFree ? around.from : around.to;
  const tr = view.state.tr.replaceWith(from, around.to, Fragment.from(blocks));
  const [first] = blocks;
  // Words can go on behind a box.
  const end = from + blocks.reduce((sum, node) => sum + node.nodeSize, 0);
  if (end === tr.doc.content.size && !blocks.at(-1).isTextblock) tr.insert(end, empty());
  tr.setSelection(first.isAtom ? NodeSelection.create(tr.doc, from) : Selection.near(tr.doc.resolve(from + 1), 1));
  view.dispatch(tr.scrollIntoView());
  const input = view.nodeDOM(from)?.querySelector?.('.ed-fields input, input');
  if (first.type !== nodes.paywall && input) input.focus();
  else view.focus();
}

/** A paragraph behind everything, for whoever presses below the text; nothing where there is one. */
export function goOn(view) {
  const { doc, tr } = view.state;
  const { lastChild } = doc;
  if (lastChild.type === nodes.paragraph) return false;
  tr.insert(doc.content.size, empty());
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, tr.doc.content.size - 1)).scrollIntoView());
  view.focus();
  return true;
}

/** The one paywall line, behind the block that the cursor is in. */
export function setLine(view) {
  const { doc, selection } = view.state;
  const around = blockAt(doc, selection.from);
  const tr = view.state.tr;
  const to = around.node.type === nodes.paywall ? around.from : around.to;
  doc.forEach((node, from) => {
    if (node.type === nodes.paywall) tr.delete(tr.mapping.map(from), tr.mapping.map(from + node.nodeSize));
  });
  const place = tr.mapping.map(to);
  tr.insert(place, nodes.paywall.create());
  // Whoever sets it behind everything goes on below it.
  if (place + 1 === tr.doc.content.size) {
    tr.insert(place + 1, empty());
    tr.setSelection(TextSelection.create(tr.doc, place + 2));
  }
  view.dispatch(tr.scrollIntoView());
  view.focus();
}

/** A second line, however it came, takes the place of the first. Lines that were written twice stay, and are a fault. */
const oneLine = new Plugin({
  appendTransaction(transactions, before, after) {
    if (!transactions.some((one) => one.docChanged && !one.getMeta('loaded'))) return null;
    const lines = (doc) => {
      const found = [];
      doc.forEach((node, from) => { if (node.type === nodes.paywall) found.push(from); });
      return found;
    };
    const [old, all] = [lines(before.doc), lines(after.doc)];
    if (all.length < 2 || all.length <= old.length) return null;
    const kept = new Set(old.map((from) => transactions.reduce((at, one) => one.mapping.map(at, 1), from)));
    const doomed = all.filter((from) => kept.has(from));
    const tr = after.tr;
    for (const from of (doomed.length > 0 ? doomed : all.slice(1)).reverse()) tr.delete(from, from + 1);
    return tr;
  },
});

/** Adds a row to the fact box at a position. */
export function addRow(view, position) {
  const fact = view.state.doc.nodeAt(position);
  let end = position + 1;
  fact.forEach((child, offset) => { if (child.type === nodes.fact_row) end = position + 1 + offset + child.nodeSize; });
  const tr = view.state.tr.insert(end, newRow());
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, end + 2)).scrollIntoView());
  view.focus();
}

/** Enter and Tab in a row of a fact box: from what it says to the number, and on to the next row. */
function nextInRow(makesOne) {
  return (state, dispatch, view) => {
    const { $from } = state.selection;
    const { type } = $from.parent;
    if (type !== nodes.fact_label && type !== nodes.fact_value) return false;
    if (type === nodes.fact_label) {
      dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, $from.after() + 1)).scrollIntoView());
      return true;
    }
    const behind = $from.after(-1);
    const next = state.doc.resolve(behind).nodeAfter;
    if (next?.type === nodes.fact_row) dispatch?.(state.tr.setSelection(TextSelection.create(state.doc, behind + 2)).scrollIntoView());
    else if (makesOne) addRow(view, $from.before(-2));
    else return false;
    return true;
  };
}

/** Backspace at the beginning of an empty row takes it out. */
function dropRow(state, dispatch) {
  const { $from, empty: isEmpty } = state.selection;
  const isRow = $from.parent.type === nodes.fact_label && $from.parentOffset === 0 && $from.node(-1).textContent === '';
  if (!isEmpty || !isRow) return false;
  if (dispatch) {
    const tr = state.tr.delete($from.before(-1), $from.after(-1));
    dispatch(tr.setSelection(Selection.near(tr.doc.resolve($from.before(-1)), -1)).scrollIntoView());
  }
  return true;
}

/** Enter at the end of a pull quote, and in an empty paragraph at the end of a box, leads out of it. */
function leaveBox(state, dispatch) {
  const { $from, empty: isEmpty } = state.selection;
  if (!isEmpty) return false;
  const isPull = $from.parent.type === nodes.pull;
  const box = $from.depth > 1 ? $from.node(1) : $from.parent;
  const isLast = [nodes.fact, nodes.entry].includes(box.type) && $from.parent.type === nodes.paragraph && $from.depth === 2
    && $from.parent.content.size === 0 && $from.index(1) === box.childCount - 1 && box.childCount > 1;
  if (!isPull && !isLast) return false;
  if (dispatch) {
    const tr = state.tr;
    if (isLast) tr.delete($from.before(), $from.after());
    const behind = tr.mapping.map($from.after(1));
    tr.insert(behind, empty());
    dispatch(tr.setSelection(TextSelection.create(tr.doc, behind + 1)).scrollIntoView());
  }
  return true;
}

function breakLine(state, dispatch) {
  const { parent } = state.selection.$from;
  if (parent.type !== nodes.paragraph && parent.type !== nodes.pull) return false;
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
}

function moveBy(by) {
  return (state, dispatch, view) => {
    if (dispatch) move(view, state.selection.from, by);
    return true;
  };
}

export const tables = {
  row_add: addRowAfter, row_drop: deleteRow, column_add: addColumnAfter, column_drop: deleteColumn,
  /** The column of the cursor to the right, and back. */
  align: (state, dispatch) => {
    if (!isInTable(state)) return false;
    const { $from } = state.selection;
    let depth = $from.depth;
    while ($from.node(depth).type !== nodes.table) depth -= 1;
    const column = $from.index(depth + 1);
    const is = $from.node(depth + 2).attrs.align === 'right';
    const tr = state.tr;
    let at = $from.start(depth);
    $from.node(depth).forEach((row) => {
      let cell = at + 1;
      row.forEach((one, _, number) => {
        if (number === column) tr.setNodeAttribute(cell, 'align', is ? null : 'right');
        cell += one.nodeSize;
      });
      at += row.nodeSize;
    });
    dispatch?.(tr);
    return true;
  },
};
export { isInTable, redo, undo };

/** Keys of the text. Those of the editor around it are with its buttons. */
export function keys(ask) {
  const kind = (name) => (state, dispatch, view) => {
    if (kindOf(state) === '') return false;
    if (dispatch) setKind(view, name);
    return true;
  };
  return {
    ...baseKeymap,
    'Mod-z': undo,
    'Shift-Mod-z': redo,
    'Mod-y': redo,
    'Mod-b': toggleMark(marks.strong),
    'Mod-i': toggleMark(marks.em),
    'Mod-k': (state, dispatch, view) => { if (dispatch) ask.link(view); return true; },
    'Mod-Alt-0': kind('paragraph'),
    'Mod-Alt-2': kind('heading'),
    'Mod-Alt-3': kind('subheading'),
    'Mod-]': sinkListItem(nodes.list_item),
    'Mod-[': liftListItem(nodes.list_item),
    'Alt-Shift-ArrowUp': moveBy(-1),
    'Alt-Shift-ArrowDown': moveBy(1),
    'Alt-F10': () => { ask.tools(); return true; },
    'Shift-Enter': chainCommands(exitCode, breakLine),
    Backspace: chainCommands(dropRow, baseKeymap.Backspace),
    Tab: chainCommands(goToNextCell(1), nextInRow(false)),
    'Shift-Tab': goToNextCell(-1),
    Enter: chainCommands(newlineInCode, nextInRow(true), leaveBox, splitListItem(nodes.list_item), liftListItem(nodes.list_item), createParagraphNear, baseKeymap.Enter, splitBlock),
  };
}

/** What typing at the beginning of a line makes of it, and the plugin of the one line. */
export const rules = [
  inputRules({
    rules: [
      textblockTypeInputRule(/^##\s$/, nodes.heading, { level: 2 }),
      textblockTypeInputRule(/^###\s$/, nodes.heading, { level: 3 }),
      wrappingInputRule(/^>\s$/, nodes.blockquote),
      wrappingInputRule(/^[-*]\s$/, nodes.bullet_list),
      wrappingInputRule(/^(\d+)\.\s$/, nodes.ordered_list, (match) => ({ start: Number(match[1]) }), (match, node) => node.childCount + node.attrs.start === Number(match[1])),
      new InputRule(/^---$/, (state, _, from) => {
        const $from = state.doc.resolve(from);
        if ($from.depth !== 1) return null;
        return state.tr.replaceWith($from.before(), $from.after(), [nodes.horizontal_rule.create(), empty()]);
      }),
    ],
  }),
  oneLine,
];
