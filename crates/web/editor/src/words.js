// The desk's words, as the page hands them over: `say('bold')`. What the page lacks is its own name, so that a test sees it.

const told = (typeof document === 'undefined' ? null : document.getElementById('editor-words'))?.dataset ?? {};

export function say(name, number) {
  const key = name.replace(/_(\w)/g, (_, letter) => letter.toUpperCase());
  return (told[key] ?? name).replace('{number}', number ?? '');
}

/** Makes an element. Attributes that begin with `on` are listeners; `text` is its text; no markup is ever read. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'text') element.textContent = value;
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

let count = 0;

/** A field with its label. Enter in it sends nothing. */
export function field(label, attributes, tag = 'input') {
  count += 1;
  const id = `editor-field-${count}`;
  const input = make(tag, { id, autocomplete: 'off', ...(tag === 'input' ? { type: 'text' } : { rows: 2 }), ...attributes });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && tag === 'input') event.preventDefault();
  });
  return { row: make('p', {}, make('label', { for: id, text: label }), input), input };
}
