// Builds the editor: `node build.mjs` writes crates/web/assets/editor.js, `--check` builds it and says whether that is what is there. The same
// sources and versions make the same bytes on every machine.

import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

import { build } from 'esbuild';

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, '..', 'assets', 'editor.js');

const { outputFiles: [made], metafile } = await build({
  entryPoints: [join(here, 'src', 'main.js')],
  absWorkingDir: here,
  bundle: true,
  write: false,
  metafile: true,
  minify: true,
  format: 'iife',
  target: 'es2022',
  charset: 'ascii',
  legalComments: 'none',
  alias: { 'linkify-it': './src/without.js', 'punycode.js': './src/without.js' },
  // No text goes over several lines: whoever sends the script may leave out lines that are comments.
  supported: { 'template-literal': false },
});

/** The packages that are part of it, from the paths of their files. */
const packages = [...new Set(Object.keys(metafile.inputs).map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]).filter(Boolean))].sort();
const licences = new Map();
for (const name of packages) {
  const folder = join(here, 'node_modules', name);
  const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  if (license !== 'MIT' && license !== 'BSD-2-Clause') throw new Error(`${name}: the licence ${license} has to be looked at`);
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = readFileSync(join(folder, file), 'utf8').replace(/\r/g, '').trim().replaceAll('*/', '* /').replaceAll('`', "'");
  licences.set(text, [...(licences.get(text) ?? []), `${name} ${version}`]);
}
const notices = [...licences].map(([text, names]) => `${names.join(', ')}\n\n${text}`).join('\n\n----\n\n');
// A backtick in a text or in a pattern may be written as its number.
const code = made.text.trimEnd().replaceAll('`', '\\x60');
const text = `// Built from crates/web/editor by build.mjs; change it there.\n/*!\n${notices}\n*/\n'use strict';\n${code}\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('crates/web/assets/editor.js is not what its sources make: run `npm ci && npm run build` in crates/web/editor');
    process.exit(1);
  }
  console.log('crates/web/assets/editor.js is what its sources make');
} else {
  writeFileSync(target, text);
  console.log(`${text.length} bytes, ${gzipSync(text, { level: 9 }).length} compressed`);
}
