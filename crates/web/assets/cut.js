// Draws the part of a picture that is to be cut out, over the picture itself: it is pulled with a pointer, and follows the numbers.
(() => {
  'use strict';
  const details = document.querySelector('.desk-cut');
  const image = document.querySelector('.desk-whole img');
  if (!details || !image) return;
  const form = details.querySelector('form');
  const side = (name) => form.elements[name];
  const link = image.parentElement;
  const frame = document.createElement('span');
  frame.className = 'desk-part';
  frame.hidden = true;
  link.append(frame);
  const box = () => {
    const [outer, inner] = [link.getBoundingClientRect(), image.getBoundingClientRect()];
    return { x: inner.left - outer.left, y: inner.top - outer.top, wide: inner.width, high: inner.height };
  };
  const draw = () => {
    const { x, y, wide, high } = box();
    const part = (name) => Math.min(100, Math.max(0, Number(side(name).value) || 0)) / 100;
    frame.hidden = !details.open;
    frame.style.left = `${x + part('left') * wide}px`;
    frame.style.top = `${y + part('top') * high}px`;
    frame.style.width = `${Math.min(part('width'), 1 - part('left')) * wide}px`;
    frame.style.height = `${Math.min(part('height'), 1 - part('top')) * high}px`;
  };
  let from = null;
  const at = (event) => {
    const inner = image.getBoundingClientRect();
    const percent = (place, start, length) => Math.min(100, Math.max(0, ((place - start) / length) * 100));
    return [percent(event.clientX, inner.left, inner.width), percent(event.clientY, inner.top, inner.height)];
  };
  const set = (name, value) => {
    side(name).value = (Math.floor(value * 10) / 10).toFixed(1);
  };
  link.addEventListener('pointerdown', (event) => {
    if (!details.open || event.button !== 0) return;
    event.preventDefault();
    from = at(event);
    link.setPointerCapture(event.pointerId);
  });
  link.addEventListener('pointermove', (event) => {
    if (!from) return;
    const to = at(event);
    set('left', Math.min(from[0], to[0]));
    set('top', Math.min(from[1], to[1]));
    set('width', Math.max(1, Math.abs(from[0] - to[0])));
    set('height', Math.max(1, Math.abs(from[1] - to[1])));
    draw();
  });
  for (const ends of ['pointerup', 'pointercancel']) {
    link.addEventListener(ends, () => {
      from = null;
    });
  }
  // While a part is drawn the picture is no way elsewhere.
  link.addEventListener('click', (event) => {
    if (details.open) event.preventDefault();
  });
  link.addEventListener('dragstart', (event) => event.preventDefault());
  form.addEventListener('input', draw);
  details.addEventListener('toggle', () => {
    link.classList.toggle('is-cut', details.open);
    draw();
  });
  addEventListener('resize', draw);
})();
