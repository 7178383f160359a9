// Dresses the form of an article: its text area becomes an editor of blocks, unless this browser's owner prefers Markdown. Whatever goes wrong
// here, the text area works as it does without.

import { Editor } from './editor.js';
import { dressPoint } from './point.js';
import { make, say } from './words.js';

const KEPT = 'desk-editor';

/** What this browser's owner chose last; nothing where it keeps nothing. */
function chosen() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

function keep(mode) {
  try {
    localStorage.setItem(KEPT, mode);
  } catch { /* it is asked again the next time */ }
}

function dress(area) {
  const paragraph = area.closest('p');
  const help = document.getElementById('text-help');
  const modes = ['blocks', 'markdown'].map((mode) => make('button', { type: 'button', 'data-mode': mode, text: say(mode), onclick: () => show(mode, true) }));
  const toggle = make('div', { class: 'ed-modes', role: 'group', 'aria-label': say('mode') }, ...modes);
  let editor = null;

  const show = (mode, byHand = false) => {
    if (mode === 'blocks') {
      if (editor) editor.follow();
      else {
        editor = new Editor(area);
        paragraph.after(editor.dom);
      }
    }
    const isBlocks = mode === 'blocks';
    area.hidden = isBlocks;
    if (help) help.hidden = isBlocks;
    editor?.dom.toggleAttribute('hidden', !isBlocks);
    modes.forEach((one) => one.setAttribute('aria-pressed', String(one.dataset.mode === mode)));
    if (!byHand) return;
    keep(mode);
    if (isBlocks) editor.focus();
    else area.focus();
  };
  const isShown = () => editor && !editor.dom.hidden;

  paragraph.before(toggle);
  area.addEventListener('input', () => { if (isShown()) editor.follow(); });
  // What leads to the text area leads to the editor in its place.
  document.addEventListener('click', (event) => {
    const way = event.target.closest?.(`a[href="#${area.id}"],label[for="${area.id}"]`);
    if (!way || !isShown()) return;
    event.preventDefault();
    const { block } = way.closest('li')?.dataset ?? {};
    if (block !== undefined) {
      editor.goTo(Number(block));
      return;
    }
    editor.dom.scrollIntoView({ block: 'start' });
    editor.focus();
  });
  // A browser fills in what was typed before, after the page is there.
  addEventListener('pageshow', () => { if (isShown()) editor.follow(); });
  try {
    show(chosen() === 'markdown' ? 'markdown' : 'blocks');
  } catch (error) {
    console.error(error);
    editor?.dom.remove();
    toggle.remove();
    area.hidden = false;
    if (help) help.hidden = false;
  }
}

const area = document.querySelector('.desk-form textarea#text');
if (area) dress(area);
const picture = document.querySelector('.desk-lead img');
const input = document.getElementById('image_focus');
if (picture && input) dressPoint(picture, input);
