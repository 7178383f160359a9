// Cuts a text into pieces whose concatenation is the text, byte for byte: boxes, the paywall line, and Markdown in between. It reads lines
// as the server does (crates/newsroom/src/folder/blocks.rs) and knows nothing of Markdown.

const BLANK = /^[ \t]*$/;

/** Whether a line is the paywall line, or `near`: something that the server takes for a misspelt one. */
export function isLine(line) {
  if (!line.includes('<') && !line.includes('--')) return '';
  const folded = line.replace(/\s/g, '').toLowerCase();
  if (folded === '<!--paywall-->') return 'exact';
  const letters = folded.replace(/[^\p{L}\p{N}]/gu, '');
  return letters === 'paywall' || (line.includes('<!--') && letters.includes('paywall')) ? 'near' : '';
}

/** The lines of a text with their places: `{ text, start, end }`, `end` behind the line's own end. */
export function linesOf(text) {
  const lines = [];
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found + 1;
    lines.push({ text: text.slice(start, found < 0 ? end : found), start, end });
    start = end;
  }
  return lines;
}

/**
 * Chunks of the text in their order: `{ kind: 'text' | 'box' | 'line' | 'raw', start, end }`, the last line's end not among it. What is
 * between them is blank.
 */
export function chunksOf(text) {
  const chunks = [];
  const lines = linesOf(text);
  const push = (kind, first, last) => {
    while (first <= last && BLANK.test(lines[first].text)) first += 1;
    while (last >= first && BLANK.test(lines[last].text)) last -= 1;
    if (first > last) return;
    const start = lines[first].start;
    const end = lines[last].start + lines[last].text.length;
    chunks.push({ kind, start, end });
  };
  let begun = 0; // the first line of the Markdown being read
  let open = -1; // the line that opens a box
  lines.forEach(({ text: line }, number) => {
    const bare = line.trimEnd();
    const mark = isLine(bare);
    if (open >= 0) {
      if (mark === '' && bare === ':::') {
        push('box', open, number);
        [open, begun] = [-1, number + 1];
      }
    } else if (mark === 'exact') {
      push('text', begun, number - 1);
      push('line', number, number);
      begun = number + 1;
    } else if (bare.startsWith(':::') && bare.slice(3).trim() !== '') {
      push('text', begun, number - 1);
      open = number;
    }
  });
  // A box that does not end is shown as it was written.
  push(open >= 0 ? 'raw' : 'text', open >= 0 ? open : begun, lines.length - 1);
  return chunks;
}
