// The most important rule: what nobody touched is printed byte for byte as it was written.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { chunksOf } from '../src/pieces.js';
import { print } from '../src/printer.js';
import { isLike, isSame, read, readOne } from '../src/reader.js';
import { schema } from '../src/schema.js';
import { Source } from '../src/source.js';
import { NASTY, texts } from './texts.mjs';

const { nodes, marks } = schema;
const RUNS = { numRuns: Number(process.env.RUNS || 400) };

const PIECES = [
  '\n', '\n\n', ' ', 'word', '- ', '> ', '## ', '### ', '# ', '1. ', '|', '|---|', '*', '**', '_', '`', '```', '[', '](', ')', '[a](https://a.example)',
  '[b]: https://b.example', '<b>', '<script>', '<!--', '-->', '&amp;', '\\', '---', '===', '    ', '\t', '::: ', ':::\n', '\n:::\n', 'fact "F"\n', 'pull "W"\n', 'a | b\n', 'alt: x\n',
  'file: pictures/x.webp\n', 'title: x\n', 'gallery "G"\n', 'embed "https://youtu.be/x"\n', 'picture "pictures/known.webp"\n', 'entry 2026-09-16T14:05:00-03:00 "H"\n',
  'corrected: 2026-09-16T15:00:00-03:00 x\n', '<!-- paywall -->\n', '\n<!-- paywall -->\n', '<https://c.example>', 'é', '漁', '"', '“', '。', '👍', '  \n', '\\\n', '1) ', '+ ', '~~~', '&#42;',
];
const soup = fc.array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...PIECES) }, { weight: 1, arbitrary: fc.string({ maxLength: 6 }) }), { maxLength: 40 })
  .map((pieces) => pieces.join('').replace(/[\r\0]/g, ''));

/** Nothing of a text is lost, and nothing is changed that nobody touched. */
function holds(text) {
  const source = new Source(text);
  const whole = source.lead + source.pieces.map(({ source, gap }) => source + gap).join('');
  assert.equal(whole, text, 'the pieces are the text');
  assert.equal(source.print(source.doc), text, 'untouched');
  const gaps = [source.lead, ...source.pieces.map(({ gap }) => gap)];
  assert.ok(gaps.every((gap) => gap.trim() === ''), 'between the pieces are blanks alone');
  source.doc.check();
  const blocks = source.doc.children;
  if (source.pieces.length === 0) return;
  const starts = [];
  let at = source.lead.length;
  for (const piece of source.pieces) {
    starts.push([at, at + piece.source.length]);
    at += piece.source.length + piece.gap.length;
  }
  blocks.slice(0, 12).forEach((block, number) => {
    const replace = (by) => schema.node('doc', null, [...blocks.slice(0, number), ...by, ...blocks.slice(number + 1)]);
    const added = nodes.paragraph.create(null, schema.text('A new one.'));
    const before = text.slice(0, number === 0 ? source.lead.length : starts[number - 1][1]);
    const behind = text.slice(starts[number + 1]?.[0] ?? text.length);
    for (const by of [[added], [added, block], [block, added], [block.type.create({ ...block.attrs, at: null }, block.content)]]) {
      const out = source.print(replace(by));
      assert.ok(out.startsWith(before), 'what stands before is as it was');
      assert.ok(out.endsWith(behind), 'what stands behind is as it was');
    }
    const out = source.print(replace([added, block, added]));
    assert.ok(out.includes(`A new one.\n\n${source.pieces[number].source}\n\nA new one.`), 'and so is what stands between');
  });
}

test('texts of the house are printed as they were written', () => {
  const all = texts();
  assert.ok(all.length > 60);
  let [blocks, raw] = [0, 0];
  for (const [name, text] of all) {
    try {
      holds(text);
    } catch (error) {
      error.message = `${name}: ${error.message}`;
      throw error;
    }
    if (!name.startsWith('sample/articles/')) continue;
    new Source(text).doc.forEach((node) => {
      blocks += 1;
      if (node.type === nodes.raw) raw += 1;
    });
  }
  assert.ok(blocks > 900 && raw === 0, `${raw} of ${blocks} blocks of the sample paper are not understood`);
});

test('what goes wrong elsewhere is printed as it was written', () => {
  for (const text of NASTY) {
    try {
      holds(text);
      holds(`First.\n\n${text}\n\nLast.\n`);
    } catch (error) {
      error.message = `${JSON.stringify(text)}: ${error.message}`;
      throw error;
    }
  }
});

test('whatever is written is printed as it was written', () => {
  fc.assert(fc.property(soup, (text) => holds(text)), RUNS);
});

test('a block that is printed anew reads as it was', () => {
  const check = (text) => {
    for (const { node } of read(text)) {
      if (node.type === nodes.raw) continue;
      const out = print(node, (one) => isSame(node, readOne(one, node.type)));
      assert.ok(isSame(node, readOne(out, node.type)), `${JSON.stringify(text)} became ${JSON.stringify(out)}`);
    }
  };
  for (const text of NASTY) check(text);
  for (const [, text] of texts()) check(text);
  fc.assert(fc.property(soup, check), RUNS);
});

// --- blocks as somebody types them

const letters = fc.array(fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'word', ' ', 'ö', '漁', '。', '“', '”', '👍', 'é', '1') },
  { weight: 3, arbitrary: fc.constantFrom(...'*_`[]()<>&|#-+.!:~\\"\'=') },
  { weight: 1, arbitrary: fc.constantFrom('&amp;', '](', '<b>', ':::', '---', '<!-- paywall -->', '1. ', 'https://x.example', '&#42;', '``', '-- paywall --') },
), { minLength: 1, maxLength: 8 }).map((all) => all.join(''));
const someMarks = fc.subarray(['em', 'strong', 'code', 'link']).map((names) => names.map((name) => marks[name].create(name === 'link' ? { href: 'https://x.example/a_(b)?c=d&e' } : null)));
const words = fc.array(fc.tuple(letters, someMarks), { minLength: 1, maxLength: 6 })
  // Nothing is escaped in code: neither the end of a link's words nor what is almost a paywall line.
  .map((all) => all.map(([text, own]) => [text, /\]|paywall/.test(text) ? own.filter((mark) => mark.type !== marks.code) : own]))
  .map((all) => all.map(([text, own]) => schema.text(text, own.reduce((set, mark) => mark.addToSet(set), []))));
const paragraph = words.map((all) => nodes.paragraph.create(null, all));

test('what is typed is what is read, whatever signs are in it', () => {
  const print_ = (node) => print(node, (one) => isLike(node, readOne(one, node.type)));
  fc.assert(fc.property(paragraph, (node) => {
    const joined = nodes.paragraph.create(null, node.content);
    const out = print_(joined);
    if (joined.textContent.trim() === '') return;
    assert.ok(isLike(joined, readOne(out, nodes.paragraph)), `${joined} became ${JSON.stringify(out)}`);
    // Nothing that is typed is a sign for the server's reader of lines.
    assert.deepEqual(chunksOf(out).map(({ kind }) => kind), ['text']);
  }), RUNS);
  fc.assert(fc.property(words, (all) => {
    const heading = nodes.heading.create({ level: 3 }, all);
    if (heading.textContent.trim() === '') return;
    assert.ok(isLike(heading, readOne(print_(heading), nodes.heading)), `${heading} became ${JSON.stringify(print_(heading))}`);
    const cell = (content) => nodes.table_cell.create(null, nodes.cell_text.create(null, content));
    const table = nodes.table.create(null, [nodes.table_row.create(null, [cell(all), cell([])]), nodes.table_row.create(null, [cell([]), cell(all)])]);
    assert.ok(isLike(table, readOne(print_(table), nodes.table)), `${table} became ${JSON.stringify(print_(table))}`);
    if (all.some((one) => one.text.includes('|') && marks.code.isInSet(one.marks))) return;
    const row = nodes.fact_row.create(null, [nodes.fact_label.create(null, all), nodes.fact_value.create(null, all)]);
    const fact = nodes.fact.create({ named: 'F' }, [row, nodes.paragraph.create(null, all)]);
    assert.ok(isLike(fact, readOne(print_(fact), nodes.fact)), `${fact} became ${JSON.stringify(print_(fact))}`);
    const list = nodes.bullet_list.create(null, [nodes.list_item.create(null, [nodes.paragraph.create(null, all), nodes.ordered_list.create(null, [nodes.list_item.create(null, nodes.paragraph.create(null, all))])])]);
    assert.ok(isLike(list, readOne(print_(list), nodes.bullet_list)), `${list} became ${JSON.stringify(print_(list))}`);
  }), RUNS);
});

test('blanks at the ends of words do not make signs of what is around them', () => {
  const text = (words, ...own) => schema.text(words, own.map((name) => marks[name].create()));
  const source = new Source('');
  const printed = (...parts) => source.print(schema.node('doc', null, nodes.paragraph.create(null, parts)));
  assert.equal(printed(text('It was '), text('bold ', 'strong'), text('and, (all) of it! ')), 'It was **bold** and, (all) of it!\n');
  assert.equal(printed(text('a '), nodes.hard_break.create(), text(' b. '), nodes.hard_break.create()), 'a\\\nb.\n');
  assert.equal(printed(text('2*3 = 6 * 1; a_b, [sic] & <5')), '2\\*3 = 6 * 1; a_b, [sic] & <5\n');
});

test('two lists that are typed one below the other stay two', () => {
  const list = (word) => nodes.bullet_list.create(null, nodes.list_item.create(null, nodes.paragraph.create(null, schema.text(word))));
  const source = new Source('');
  const out = source.print(schema.node('doc', null, [list('a'), list('b')]));
  assert.equal(out, '- a\n\n* b\n');
  assert.equal(new Source(out).doc.childCount, 2);
});
