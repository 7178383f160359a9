// What is pasted comes in as plain blocks: no looks, nothing that runs, nothing that is fetched.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { parseHTML } from 'linkedom';
import { DOMParser } from 'prosemirror-model';

import { clean } from '../src/paste.js';
import { schema } from '../src/schema.js';
import { Source } from '../src/source.js';

const pasted = (name) => readFileSync(join(dirname(fileURLToPath(import.meta.url)), 'pasted', name), 'utf8');

const parse = (markup) => {
  const inside = markup.replace(/<\/?(html|body)\b[^>]*>/gi, '').replace(/<head\b[\s\S]*?<\/head>/gi, '');
  return parseHTML(`<!doctype html><html><head></head><body>${inside}</body></html>`).document;
};

/** What a text area has after it was pasted into an empty text. */
function markdown(markup) {
  const { html, leftOut } = clean(markup, parse);
  const doc = DOMParser.fromSchema(schema).parse(parse(html).body);
  doc.check();
  return { html, leftOut, text: new Source('').print(doc) };
}

test('a document from Word', () => {
  const { html, text, leftOut } = markdown(pasted('word.txt'));
  assert.equal(text, `## The harbour ledger

## What changed

The **commission** met on *Tuesday*,[1] and [published](https://commission.example/minutes) its minutes.

- Forty-one calls
  - of which twelve by night
- Two refusals

1. First
2. Second

| Year | Calls |
| --- | ---: |
| 2025 | 52 about |

Last line.

---

[1] Minutes, page 4.
`.replace('| --- | ---: |', '| --- | --- |'));
  assert.doesNotMatch(html, /mso|class=|style=|o:p|<!--|<img/i);
  assert.ok(leftOut > 0);
});

test('a document from Google Docs', () => {
  const { html, text, leftOut } = markdown(pasted('google.txt'));
  assert.equal(text, `## The crossing

The boat was **late** and *nobody* asked. [The plan](https://ferry.example/plan?a=1)

- one
  - inner
- two

After the picture.
`);
  assert.doesNotMatch(html, /docs-internal|style=|dir=|aria-|<img/i);
  assert.equal(leftOut, 1);
});

test('a page of somebody else', () => {
  const { html, text } = markdown(pasted('page.txt'));
  assert.equal(text, `## A page elsewhere

First part of it.

Second part, pressed, relative and [good](https://good.example/a?b=1&c=2).

One

two\\
still two

A caption of theirs

Layout cell

### Small heading

> Quoted words

3. three
4. four
   - deep

\`\`\`code  kept\`\`\`
`.replace('```code  kept```', 'code  kept'));
  assert.doesNotMatch(html, /script|javascript:|on\w+=|tracker|secret|iframe|svg|<form/i);
});

const XSS = [
  '<img src=x onerror=alert(1)>', '<svg/onload=alert(1)>', '<a href="javascript:alert(1)">a</a>', '<a href=" java\nscript:alert(1)">a</a>', '<a href="&#106;avascript:alert(1)">a</a>',
  '<a href="data:text/html,<script>alert(1)</script>">a</a>', '<a href="vbscript:x">a</a>', '<a href="blob:https://x/y">a</a>', '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>', '<object data=x></object>', '<embed src=x>', '<base href="https://evil.example/">', '<meta http-equiv=refresh content="0;url=javascript:alert(1)">',
  '<p style="background:url(javascript:alert(1))">x</p>', '<div data-kind="picture" data-box=\'{"file":"pictures/a.webp","alt":"x"}\'>x</div>', '<p data-kind="raw">x</p>', '<b onclick=alert(1)>x</b>',
  '<template><script>alert(1)</script></template>', '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>', '<form action="javascript:alert(1)"><button>x</button></form>', '<video><source onerror=alert(1)></video>',
  '<details ontoggle=alert(1) open>x</details>', '<a href="https://ok.example/" onclick="x" style="position:fixed;inset:0">ok</a>', '<link rel=stylesheet href=//evil.example/x.css>', '<x:y onclick=alert(1)>z</x:y>', '<p>`<!-- paywall -->`</p>',
];

test('nothing that runs comes in', () => {
  for (const attack of [...XSS, XSS.join('')]) {
    const { html, text } = markdown(`<p>before</p>${attack}<p>after</p>`);
    assert.doesNotMatch(html, /<(script|img|svg|iframe|object|embed|base|meta|link|form|style|template|math)\b/i, attack);
    assert.doesNotMatch(html, /\son\w+\s*=|style\s*=|(java|vb)script:|data-kind|blob:|href="data:/i, attack);
    assert.doesNotMatch(text, /\]\((javascript|vbscript|data|blob)|:::/i, attack);
    const { doc } = new Source(text);
    doc.descendants((node) => node.marks.forEach((mark) => mark.attrs.href && assert.match(mark.attrs.href, /^(https?|mailto):/)));
  }
});
