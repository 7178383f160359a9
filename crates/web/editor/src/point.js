// The point of the lead picture that stays in sight: pressed in the picture, or moved by arrow keys. The field keeps it, and works without.

import { make, say } from './words.js';

const STEP = 5;
const clamp = (number) => Math.round(Math.min(100, Math.max(0, number)));

/** Dresses the lead picture of the form. */
export function dressPoint(picture, input) {
  const dot = make('span', { class: 'ed-dot', 'aria-hidden': 'true' });
  const press = make('button', { type: 'button', class: 'ed-point', 'aria-label': say('point'), title: say('point') }, dot);
  const value = make('span', { class: 'vh', role: 'status' });
  picture.parentElement.classList.add('ed-pointed');
  picture.after(press, value);

  const read = () => {
    const found = /^(\d{1,3})(?:\.\d+)?%\s+(\d{1,3})(?:\.\d+)?%$/.exec(input.value.trim());
    return found ? { x: clamp(Number(found[1])), y: clamp(Number(found[2])) } : { x: 50, y: 50 };
  };
  /** Where the picture itself is drawn in its box, which it does not fill. */
  const drawn = () => {
    const box = press.getBoundingClientRect();
    const ratio = (picture.naturalWidth || 3) / (picture.naturalHeight || 2);
    const width = Math.min(box.width, box.height * ratio);
    const height = width / ratio;
    return { left: (box.width - width) / 2, top: (box.height - height) / 2, width, height, box };
  };
  const show = () => {
    const { left, top, width, height } = drawn();
    const { x, y } = read();
    dot.style.left = `${left + (width * x) / 100}px`;
    dot.style.top = `${top + (height * y) / 100}px`;
  };
  const set = (x, y) => {
    input.value = `${clamp(x)}% ${clamp(y)}%`;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    value.textContent = input.value;
    show();
  };
  press.addEventListener('click', (event) => {
    if (event.detail === 0) return; // pressed by a key: arrow keys move it
    const { left, top, width, height, box } = drawn();
    set(((event.clientX - box.left - left) / width) * 100, ((event.clientY - box.top - top) / height) * 100);
  });
  press.addEventListener('keydown', (event) => {
    const [dx, dy] = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key] ?? [];
    if (dx === undefined) return;
    event.preventDefault();
    const { x, y } = read();
    set(x + dx, y + dy);
  });
  input.addEventListener('input', show);
  if (picture.complete) show();
  picture.addEventListener('load', show);
  new ResizeObserver(show).observe(press);
}
