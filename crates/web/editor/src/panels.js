// What opens over the editor: the list of blocks, the panel of a link, the panel that chooses pictures. Each is left by Escape, and the cursor
// is where it was.

import { isAddress } from './schema.js';
import { articles, bring, pictures } from './shelf.js';
import { field, make, say } from './words.js';

const WAIT_MS = 250;

/** A panel: it has the keyboard until it is closed. */
function panel(name, ...children) {
  const dialog = make('dialog', { class: 'ed-panel', 'aria-label': say(name) }, make('h2', { text: say(name) }), ...children);
  // Outside of the form of the article: nothing of it is sent.
  document.body.append(dialog);
  dialog.addEventListener('close', () => dialog.remove());
  dialog.addEventListener('click', (event) => {
    if (event.target === dialog) dialog.close();
  });
  return dialog;
}

/** Waits until somebody has stopped typing; a newer question takes the place of an older one. */
function later(ask) {
  let timer = 0;
  let number = 0;
  return (value) => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      number += 1;
      const own = number;
      await ask(value, () => own === number);
    }, WAIT_MS);
  };
}

/** Asks where a link leads: an address, or an article of the paper. `done` gets the address, or nothing where the link goes, and an article's headline. */
export function askLink(href, done) {
  const wrong = make('p', { class: 'ed-wanted', role: 'alert' });
  const found = make('ul', { class: 'ed-found' });
  const none = make('p', { class: 'help', role: 'status' });
  const to = field(say('address'), { value: href, inputmode: 'url' });
  const sought = field(say('find'), { type: 'search' });
  const close = (value, words) => {
    dialog.close();
    done(value, words);
  };
  const set = () => {
    let address = to.input.value.trim();
    if (/^[\w.-]+\.[a-z]{2,}(\/\S*)?$/i.test(address)) address = `https://${address}`;
    else if (/^[^\s@:/]+@[^\s@]+\.[a-z]+$/i.test(address)) address = `mailto:${address}`;
    address = address.replace(/\s/g, '%20');
    if (isAddress(address)) close(address);
    else wrong.textContent = say('link_wrong');
  };
  const dialog = panel('link', to.row, wrong, sought.row, found, none, make('p', { class: 'ed-ends' },
    make('button', { type: 'button', class: 'btn', text: say('link_set'), onclick: set }),
    href === '' ? null : make('button', { type: 'button', class: 'btn line', text: say('link_drop'), onclick: () => close('') }),
    make('button', { type: 'button', class: 'btn line', text: say('cancel'), onclick: () => dialog.close() })));
  to.input.addEventListener('keydown', (event) => { if (event.key === 'Enter') set(); });
  const look = later(async (words, isNewest) => {
    const rows = words.trim() === '' ? [] : await articles(words).catch(() => []);
    if (!isNewest()) return;
    found.replaceChildren(...rows.map(({ id, headline, beside }) => make('li', {},
      make('button', { type: 'button', onclick: () => close(`article:${id}`, headline) }, make('b', { text: headline }), make('span', { text: beside })))));
    none.textContent = rows.length === 0 && words.trim() !== '' ? say('find_none') : '';
  });
  sought.input.addEventListener('input', () => look(sought.input.value));
  dialog.showModal();
  to.input.focus();
  to.input.select();
}

/** Lets somebody choose pictures on the shelf, or bring them: `done` gets them. */
export function choosePictures(done) {
  const shelf = make('ul', { class: 'ed-shelf' });
  const told = make('p', { class: 'help', role: 'status' });
  const sought = field(say('shelf'), { type: 'search' });
  const own = field(say('bring'), { type: 'file', accept: 'image/*', multiple: true });
  const dialog = panel('choose', own.row, sought.row, shelf, told, make('p', { class: 'ed-ends' },
    make('button', { type: 'button', class: 'btn line', text: say('cancel'), onclick: () => dialog.close() })));
  const look = later(async (words, isNewest) => {
    const rows = await pictures(words).catch(() => []);
    if (!isNewest()) return;
    shelf.replaceChildren(...rows.map(({ thumb, ...picture }) => make('li', {},
      make('button', { type: 'button', onclick: () => { dialog.close(); done([picture]); } },
        make('img', { src: thumb, alt: '', loading: 'lazy' }), make('span', { text: picture.file.replace(/^pictures\//, '') })))));
    told.textContent = rows.length === 0 ? say('shelf_none') : '';
  });
  sought.input.addEventListener('input', () => look(sought.input.value));
  own.input.addEventListener('change', async () => {
    told.textContent = say('file_waits');
    const { brought, wrong } = await bringAll([...own.input.files]);
    if (wrong.length > 0) told.textContent = wrong.join(' ');
    if (brought.length > 0) {
      if (wrong.length === 0) dialog.close();
      done(brought);
    }
  });
  look('');
  dialog.showModal();
}

/** Brings files one after another. */
export async function bringAll(files) {
  const [brought, wrong] = [[], []];
  for (const file of files) {
    const one = await bring(file);
    if (one.wrong) wrong.push(one.wrong);
    else brought.push(one);
  }
  return { brought, wrong };
}

/** A list from which one thing is chosen: by its own keys, or by those that somebody else hands on. */
export class Choice {
  constructor(container) {
    this.container = container;
    this.list = make('ul', { class: 'ed-choice', role: 'listbox', id: 'editor-choice', tabindex: '0', 'aria-label': say('add'), onkeydown: (event) => this.onKey(event) });
    this.list.hidden = true;
    this.list.addEventListener('focusout', (event) => {
      if (!this.list.contains(event.relatedTarget) && this.hasFocus) this.close();
    });
    container.append(this.list);
    new ResizeObserver(() => {
      const over = this.list.offsetLeft + this.list.offsetWidth - container.clientWidth;
      if (this.isOpen && over > 0) this.list.style.left = `${Math.max(0, this.list.offsetLeft - over)}px`;
    }).observe(container);
  }

  get isOpen() {
    return !this.list.hidden;
  }

  /** Shows `items`: `{ name, text }`, at a place of the window. */
  open(items, { left, bottom }, pick, hasFocus) {
    this.items = items;
    this.pick = pick;
    this.hasFocus = hasFocus;
    this.list.replaceChildren(...items.map(({ text, keys }, at) => make('li', {
      role: 'option', id: `editor-choice-${at}`, onmousedown: (event) => { event.preventDefault(); this.take(at); },
    }, make('span', { text }), keys ? make('kbd', { text: keys }) : null)));
    this.list.hidden = items.length === 0;
    const frame = this.container.getBoundingClientRect();
    const width = Math.min(260, frame.width);
    this.list.style.left = `${Math.max(0, Math.min(left - frame.left, frame.width - width))}px`;
    this.list.style.top = `${bottom - frame.top + 4}px`;
    this.mark(0);
    if (hasFocus) this.list.focus({ preventScroll: true });
    this.list.scrollIntoView({ block: 'nearest' });
  }

  close() {
    if (!this.isOpen) return;
    this.list.hidden = true;
    this.closed?.();
  }

  mark(at) {
    this.at = at;
    [...this.list.children].forEach((item, number) => item.setAttribute('aria-selected', String(number === at)));
    this.list.setAttribute('aria-activedescendant', `editor-choice-${at}`);
    this.list.children[at]?.scrollIntoView({ block: 'nearest' });
    this.marked?.(`editor-choice-${at}`);
  }

  take(at) {
    const item = this.items[at];
    this.close();
    if (item) this.pick(item.name);
  }

  /** Whether a key was for the list. */
  onKey(event) {
    const count = this.items?.length ?? 0;
    if (!this.isOpen || count === 0) return false;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by) this.mark((this.at + by + count) % count);
    else if (event.key === 'Home') this.mark(0);
    else if (event.key === 'End') this.mark(count - 1);
    else if (event.key === 'Enter' || event.key === 'Tab') this.take(this.at);
    else if (event.key === 'Escape') {
      this.close();
      this.left?.();
    } else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  }
}
