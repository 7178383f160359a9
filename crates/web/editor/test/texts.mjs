// Texts that tests read: those of the sample paper, of the importers' tests, and a corpus of what goes wrong.

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..', '..');
const FOLDERS = ['sample', 'e2e/varnish', 'crates/newsroom/tests', 'crates/masthead/tests', 'docs'];

function walk(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : walk(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Every Markdown file of the house, without its front matter: `[name, text]`. MASTHEAD_TEXTS names a further folder. */
export function texts() {
  const folders = FOLDERS.map((folder) => join(ROOT, folder));
  if (process.env.MASTHEAD_TEXTS) folders.push(process.env.MASTHEAD_TEXTS);
  return folders.flatMap(walk).map((path) => {
    const text = readFileSync(path, 'utf8').replace(/\r\n?/g, '\n');
    const head = /^\+\+\+\n[\s\S]*?\n\+\+\+\n/.exec(text);
    return [path.slice(ROOT.length + 1), text.slice(head ? head[0].length : 0)];
  });
}

export const embeds = () => readFileSync(join(ROOT, 'crates/newsroom/tests/embeds.tsv'), 'utf8')
  .split('\n').filter((row) => row !== '' && !row.startsWith('#')).map((row) => row.split('\t'));

/** What goes wrong: unclosed things, things in one another, odd blanks, other scripts, what is nearly a sign. */
export const NASTY = [
  '', '\n', '\n\n\n', '   ', 'one', 'one\n', '\n\none\n\n\n\ntwo\n\n\n', 'a\nb\nc', 'a  \nb\\\nc',
  '# One\n\ntext', '#### Four', 'Setext\n---\n\nOther\n===\n', '## A ##\n\n### B #\n', '##\n', 'text\n## right below\ntext',
  '* a\n* b\n\n+ c\n+ d\n', '- a\n\n- b\n\n\n- c', '1) a\n2) b', '3. c\n3. d', '-\n- a\n-', '- a\n  - b\n    - c\n\n      d\n', '- [ ] task',
  '- a\n\n\n  b\n', '-   wide\n\n    indented code?\n', '- a\n> quote right below\n', '> a\n> b\n>\n> c\n> - d\n', '> a\nlazy\n', '>a\n>\n\n> b',
  '    code\n\n    more\n', '```\nfence\n```', '```js\nopen\n\ntext', '~~~\na\n~~~\nb', '<div>\n\n*a*\n\n</div>', 'a <b onclick="x">b</b> <!-- c -->',
  '<script>\nalert(1)\n</script>', '<!-- open\n\ntext', '![image](x.png)', '[a](b "hover")', '[a][b]\n\n[b]: https://x.example/ "t"\n', '[b]: https://x.example\n',
  '[a]: <x>\n[c]: y\n\n[a] [c] [d]', '<https://a.example/?b=c&d=e> <f@g.example>', '[a b](<https://x.example/a b>)', '[x](javascript:alert(1))', '[](https://x.example)',
  '[a*b*](https://x.example/(y))', '***both*** **a*b*c** *a **b** c*', '**"a"**b', '**「強調」**です。', 'a*b*c _d_ e_f_g __h__', '`` a ` b ``', '` `` `', '**a** **b**',
  '&amp; &lt; &#42; &nbsp; &copy', '\\* \\_ \\\\ \\a \\', 'a | b\n--|--\nc | d', '| a | b |\n|:--|--:|\n| c |\n| d | e | f |', '| a |\n|---|\n| x\\|y `a\\|b` |\n',
  '|a|\n|:-:|\n|**b** [c](https://d.example)|', 'text\n| a |\n|---|\n', '---\n***\n_ _ _\n', 'a\n---', '- - -', '+++\n', 'a\tb\n\tc',
  '<!-- paywall -->', '<!-- paywall -->\n<!-- paywall -->', 'a\n<!--paywall-->\nb', '  <!-- Paywall  -->  \nb', '```\n<!-- paywall -->\n```', '- a\n<!-- paywall -->\n  b',
  '<!-- pay-wall -->', '> <!-- paywall -->', '-- paywall --', '::: fact "F"\na | b\n:::', '::: fact "F"\na | b\n\nc | d\ntext\n\nmore *text*\n:::\n', '::: fact\n:::', '::: fact F\na | b\n:::',
  '::: fact "F "G""\n| b\na |\na \\| b | c\n:::', '::: pull "W"\na\nb\n:::', '::: pull\na\n\nb\n:::', '::: pull "W"\n:::', '::: pull "W"\n- a\n:::', '::: picture "pictures/a.webp"\nalt: x\n:::',
  '::: picture "pictures/a.webp"\ncaption: c: d\ncredit:  e \nalt: x\n:::', '::: picture "pictures/a.webp"\nalt: x\nalt: y\n:::', '::: picture\nalt: x\n:::', '::: picture "a"\nnonsense\n:::',
  '::: gallery "G"\nfile: pictures/a.webp\nalt: a\n\nfile: pictures/b.webp\nalt: b\ncredit: c\n:::', '::: gallery\nalt: a\n:::', '::: gallery\n:::',
  '::: embed "https://youtu.be/abc"\ntitle: A\ncaption: B\n:::', '::: embed "https://evil.example"\ntitle: A\n:::', '::: embed\n:::',
  '::: entry 2026-09-16T14:05:00-03:00 "H"\na\n\n### b\n\n- c\ncorrected: 2026-09-16T15:00:00-03:00 d\n\nmore\n:::', '::: entry 2026-09-16T14:05:00-03:00 "H"\nwithdrawn: 2026-09-16T15:00:00-03:00 e\n:::',
  '::: entry\n:::', '::: entry soon H\nx\n:::', '::: entry 2026-09-16T14:05:00-03:00 "H"\n## two\n:::', '::: other "x"\ny\n:::', '::: fact "F"\n<!-- paywall -->\n:::', '::: fact "F"\n::: pull\n:::\n',
  'text\n::: fact "F"\na | b\n:::\ntext', ' ::: fact "F"\n', ':::', 'a\n:::\nb', '::: fact "open"\na | b\n', '::::\n', ':::fact "F"\na | b\n:::', '```\n::: fact "F"\na | b\n:::\n```\n',
  'مرحبا *بالعالم* [رابط](https://x.example)', '漁港の*話*。\n次の行', 'a\u00a0b\u2028c', '👩‍👩‍👧 **👍**x', 'e\u0301 *o\u0308*', '“a” – ‘b’ …',
  'x\n\n[shared]: https://x.example\n\n::: pull\n[shared]\n:::\n', `${'> '.repeat(20)}deep`, `${'- '.repeat(20)}deep`, '*a*'.repeat(50), '['.repeat(60), '**'.repeat(60),
];
