// Makes plain markup of what is pasted from Word, from Google Docs and from web pages: structure stays, looks go, and nothing that could run
// or be fetched is left. The schema takes what remains, and drops whatever it does not know.

import { isAddress } from './schema.js';

/** Elements that go with all that is in them. */
const GONE = 'script,base,style,link,meta,title,head,xml,template,iframe,frame,frameset,object,embed,applet,form,input,button,select,textarea,svg,math,canvas,audio,video,source,noscript,map,dialog,nav';
/** What attributes `style` are called while they are read: under their own name a browser would hold each against the page's policy. */
const STYLE = 'data-told-style';
/** Elements whose words end a line of their own. */
const BLOCKS = new Set(['p', 'div', 'section', 'article', 'aside', 'header', 'footer', 'main', 'address', 'figure', 'figcaption', 'center', 'dl', 'dt', 'dd', 'fieldset',
  'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'ul', 'ol', 'li', 'blockquote', 'pre', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th', 'hr', 'body']);
const nameOf = (element) => element.nodeName.toLowerCase();
const isElement = (node) => node?.nodeType === 1;
const styleOf = (element) => (element.getAttribute?.(STYLE) ?? '').toLowerCase();
const all = (root, selector) => [...root.querySelectorAll(selector)];

function unwrap(element) {
  while (element.firstChild) element.parentNode.insertBefore(element.firstChild, element);
  element.remove();
}

function renamed(element, name) {
  const other = element.ownerDocument.createElement(name);
  while (element.firstChild) other.append(element.firstChild);
  element.replaceWith(other);
  return other;
}

/** Comments, processing instructions, `o:p` and the like. */
function dropForeign(root) {
  const doomed = [];
  const visit = (node) => {
    for (const child of [...node.childNodes]) {
      if (child.nodeType !== 1 && child.nodeType !== 3) doomed.push(child);
      else if (isElement(child)) visit(child);
    }
  };
  visit(root);
  doomed.forEach((node) => node.remove());
  all(root, GONE).forEach((element) => element.remove());
  for (const element of all(root, '*')) {
    const style = styleOf(element);
    const isHidden = /display\s*:\s*none|mso-hide\s*:\s*all|visibility\s*:\s*hidden/.test(style) || element.hasAttribute('hidden');
    if (isHidden) element.remove();
    else if (nameOf(element).includes(':')) unwrap(element);
  }
}

/** Where a Word paragraph stands in a list: its level from 1, and whether it has numbers. */
function wordList(paragraph) {
  const style = styleOf(paragraph);
  const level = /mso-list\s*:[^;]*\blevel(\d+)/.exec(style);
  const isNamed = /mso-?list\s*paragraph/i.test(paragraph.getAttribute('class') ?? '');
  if (!level && !isNamed) return null;
  const signs = all(paragraph, 'span').filter((span) => /mso-list\s*:\s*ignore/.test(styleOf(span)));
  let sign = signs.map((span) => span.textContent).join('').trim();
  signs.forEach((span) => span.remove());
  if (sign === '') {
    const found = /^\s*([·•o§▪–-]|\(?(?:\d{1,3}|[a-z]{1,4})[.)])[\s\u00a0]+/i.exec(paragraph.textContent);
    if (!found) return level ? { level: Number(level[1]), isNumbered: false } : null;
    sign = found[1];
    trimStart(paragraph, found[0].length);
  }
  return { level: Number(level?.[1] ?? 1), isNumbered: /^\(?(\d+|[a-z]{1,4})[.)]$/i.test(sign) };
}

/** Takes so many characters off the beginning of an element's text. */
function trimStart(element, count) {
  for (const child of [...element.childNodes]) {
    if (count <= 0) return;
    const length = child.textContent.length;
    if (child.nodeType === 3) child.nodeValue = child.nodeValue.slice(count);
    else if (isElement(child)) trimStart(child, count);
    count -= length;
  }
}

/** Paragraphs that Word calls members of a list become one. */
function makeLists(root) {
  let open = []; // the lists around this place, the outermost first
  let last = null;
  for (const paragraph of all(root, 'p')) {
    const place = wordList(paragraph);
    const follows = place && last && (paragraph.previousElementSibling === last || paragraph.previousElementSibling === open[0]);
    if (!place) { [open, last] = [[], null]; continue; }
    if (!follows) open = [];
    const level = Math.min(place.level, open.length + 1, 8);
    open = open.slice(0, level);
    const tag = place.isNumbered ? 'ol' : 'ul';
    if (open.length === level && nameOf(open[level - 1]) !== tag && level === 1) open = [];
    while (open.length < level) {
      const list = root.ownerDocument.createElement(tag);
      const parent = open.at(-1)?.lastElementChild;
      if (parent) parent.append(list);
      else paragraph.before(list);
      open.push(list);
    }
    const item = root.ownerDocument.createElement('li');
    const inner = root.ownerDocument.createElement('p');
    while (paragraph.firstChild) inner.append(paragraph.firstChild);
    item.append(inner);
    open.at(-1).append(item);
    last = open[0];
    paragraph.remove();
  }
}

/** Bold and italic letters that are a style become elements, and elements that are none by their style go. */
function settleMarks(root, isOwn) {
  for (const element of all(root, 'b,strong,i,em,span,font')) {
    if (isOwn && element.hasAttribute('data-kind')) continue;
    const style = styleOf(element);
    const weight = /(?:^|[;\s])font-weight\s*:\s*(\w+)/.exec(style)?.[1];
    const isBold = weight === 'bold' || weight === 'bolder' || Number(weight) >= 600;
    const isPlain = weight === 'normal' || weight === 'lighter' || Number(weight) < 600;
    const slant = /(?:^|[;\s])font-style\s*:\s*(\w+)/.exec(style)?.[1];
    const name = nameOf(element);
    const wrap = (tag) => {
      const mark = element.ownerDocument.createElement(tag);
      while (element.firstChild) mark.append(element.firstChild);
      element.append(mark);
    };
    if (['b', 'strong'].includes(name) && isPlain) {
      unwrap(element);
      continue;
    }
    if (['i', 'em'].includes(name) && slant === 'normal') {
      unwrap(element);
      continue;
    }
    if (!['b', 'strong'].includes(name) && isBold) wrap('strong');
    if (!['i', 'em'].includes(name) && (slant === 'italic' || slant === 'oblique')) wrap('em');
    if (name === 'span' || name === 'font') unwrap(element);
  }
}

/** Headings and heads of tables are bold by themselves. */
function settleHeads(root) {
  const heads = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'th'];
  for (const mark of all(root, heads.flatMap((tag) => [`${tag} b`, `${tag} strong`]).join())) unwrap(mark);
}

/** The end of a line beside a block, or at an end of one, is none. */
function dropBreaks(root) {
  const isBlank = (node) => node?.nodeType === 3 && node.nodeValue.trim() === '';
  const beside = (node, way) => {
    let other = node[way];
    while (isBlank(other)) other = other[way];
    return other;
  };
  for (const end of all(root, 'br')) {
    const isEdge = (other) => !other || (isElement(other) && BLOCKS.has(nameOf(other)));
    const isOnBlock = BLOCKS.has(nameOf(end.parentNode));
    if (isOnBlock && (isEdge(beside(end, 'previousSibling')) || isEdge(beside(end, 'nextSibling')))) end.remove();
  }
}

/** Where a pasted link leads; empty where it may not. */
export function leads(href) {
  let address = (href ?? '').trim();
  const through = /^https?:\/\/(?:www\.)?google\.[a-z.]+\/url\?(?:[^#]*&)?(?:q|url)=([^&#]+)/i.exec(address);
  if (through) {
    try {
      address = decodeURIComponent(through[1]);
    } catch {
      return '';
    }
  }
  address = address.replace(/[\s<>"\\]/g, (sign) => encodeURIComponent(sign));
  return /^(https?:\/\/[\p{L}\p{N}[]|mailto:[^@]+@)/iu.test(address) ? address : '';
}

function settleLinks(root, isOwn) {
  for (const link of all(root, 'a')) {
    const href = link.getAttribute('href') ?? '';
    const address = isOwn && isAddress(href) ? href : leads(href);
    if (address === '' || link.textContent.trim() === '') unwrap(link);
    else link.setAttribute('href', address);
  }
}

/** Cells hold a line of words each; tables that hold other things than words are none. */
function settleTables(root) {
  for (const table of all(root, 'table').reverse()) {
    const rows = all(table, 'tr').filter((row) => row.closest('table') === table);
    const widest = Math.max(0, ...rows.map((row) => row.children.length));
    const isLayout = rows.length === 0 || widest < 2 || table.querySelector('table') || (rows.length === 1 && table.querySelector('p + p, ul, ol, h1, h2, h3'));
    if (isLayout) {
      for (const part of all(table, 'thead,tbody,tfoot,tr,td,th,caption,colgroup').reverse()) {
        if (['td', 'th', 'caption'].includes(nameOf(part))) renamed(part, 'div');
        else unwrap(part);
      }
      unwrap(table);
      continue;
    }
    all(table, 'caption,colgroup,col').forEach((part) => part.remove());
    const other = table.ownerDocument.createElement('table');
    rows.forEach((row, number) => {
      const line = table.ownerDocument.createElement('tr');
      const cells = [...row.children].slice(0, 30);
      for (let at = 0; at < Math.min(widest, 30); at += 1) {
        const cell = table.ownerDocument.createElement(number === 0 ? 'th' : 'td');
        if (cells[at]) {
          const side = /text-align\s*:\s*(right|center|end)/.exec(styleOf(cells[at]))?.[1] ?? cells[at].getAttribute('align');
          if (side === 'right' || side === 'end') cell.setAttribute('align', 'right');
          flatten(cells[at], cell);
        }
        line.append(cell);
      }
      other.append(line);
    });
    table.replaceWith(other);
  }
}

/** Moves the words of an element into a line: blocks in it are told apart by a blank. */
function flatten(from, into) {
  for (const child of [...from.childNodes]) {
    const name = isElement(child) ? nameOf(child) : '';
    if (name === 'br' || name === 'hr') into.append(' ');
    else if (BLOCKS.has(name)) {
      if (into.textContent.trim() !== '') into.append(' ');
      flatten(child, into);
    } else into.append(child);
  }
}

/** Two line ends in a row are the end of a paragraph. */
function splitLines(root) {
  for (const paragraph of all(root, 'p,div')) {
    if ([...paragraph.children].some((child) => BLOCKS.has(nameOf(child)))) continue;
    let part = root.ownerDocument.createElement('p');
    const parts = [part];
    let breaks = 0;
    for (const child of [...paragraph.childNodes]) {
      const isBreak = isElement(child) && nameOf(child) === 'br';
      const isBlank = child.nodeType === 3 && child.nodeValue.trim() === '';
      if (isBreak) breaks += 1;
      if (isBreak && breaks === 2) {
        part.lastElementChild?.remove();
        part = root.ownerDocument.createElement('p');
        parts.push(part);
        child.remove();
      } else if (!(isBreak && breaks > 2)) {
        part.append(child);
      }
      if (!isBreak && !isBlank) breaks = 0;
    }
    if (parts.length > 1) paragraph.replaceWith(...parts);
    else while (part.firstChild) paragraph.append(part.firstChild);
  }
}

/** A blank that may not break stays where printers set one, and is a blank elsewhere. */
function settleBlanks(root) {
  const visit = (node) => {
    if (node.nodeType === 3) {
      node.nodeValue = node.nodeValue
        .replace(/\u00a0(?![;:!?»%€°])/g, (sign, at, text) => (text[at - 1] === '«' || /\d/.test(text[at - 1] ?? '') && /\d/.test(text[at + 1] ?? '') ? sign : ' '))
        .replace(/[\u200b\ufeff\u00ad\p{Co}]/gu, '');
    } else node.childNodes.forEach(visit);
  };
  visit(root);
}

function dropEmpty(root) {
  for (const element of all(root, 'p,div,h1,h2,h3,h4,h5,h6,li,ul,ol,blockquote,b,strong,i,em,a,code').reverse()) {
    if (element.textContent.trim() === '' && !element.querySelector('hr,table,[data-kind]') && !element.hasAttribute('data-kind')) {
      if (element.textContent === '') element.remove();
      else if (['b', 'strong', 'i', 'em', 'a', 'code'].includes(nameOf(element))) unwrap(element);
      else element.remove();
    }
  }
}

/** The markup without style sheets, and with its looks, and what would run, under names that mean nothing. */
function withoutStyles(markup) {
  return markup
    .replace(/<style\b[\s\S]*?(<\/style\s*>|$)/gi, '')
    .replace(/<[a-z][^>]*>/gi, (tag) => tag
      .replace(/([\s"'/])style(\s*=)/gi, `$1${STYLE}$2`)
      .replace(/([\s"'/])on\w+(\s*=)/gi, '$1data-gone$2'));
}

const KEPT = { a: ['href'], ol: ['start'], td: ['align'], th: ['align'] };

/**
 * Cleans markup: `{ html, leftOut }`, and how many pictures were left out. `parse` makes a document in which nothing runs. What our own editor
 * copied keeps its boxes.
 */
export function clean(markup, parse = (text) => new DOMParser().parseFromString(text, 'text/html')) {
  const page = parse(withoutStyles(markup));
  const root = page.body;
  const isOwn = root.querySelector('[data-pm-slice]') !== null;
  const leftOut = root.querySelectorAll('img,picture > source').length;
  dropForeign(root);
  all(root, 'img,picture').forEach((image) => image.remove());
  makeLists(root);
  for (const title of all(root, 'p')) {
    if (/\b(mso)?title\b/i.test(title.getAttribute('class') ?? '')) renamed(title, 'h2');
  }
  settleMarks(root, isOwn);
  settleLinks(root, isOwn);
  settleTables(root);
  settleHeads(root);
  if (!isOwn) {
    dropBreaks(root);
    splitLines(root);
    settleBlanks(root);
  }
  for (const element of all(root, '*')) {
    const kept = KEPT[nameOf(element)] ?? [];
    for (const { name } of [...element.attributes]) {
      const isOurs = isOwn && ['data-kind', 'data-box', 'data-pm-slice'].includes(name);
      if (!kept.includes(name) && !isOurs) element.removeAttribute(name);
    }
  }
  if (!isOwn) dropEmpty(root);
  return { html: root.innerHTML, leftOut };
}
