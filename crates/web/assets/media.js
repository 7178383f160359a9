// Brings files one after another and shows how far each one is. Without this script the form brings all of them at once, and says nothing
// until they are here.
(() => {
  'use strict';
  const form = document.querySelector('.desk-bring form');
  if (!form) return;
  const field = form.elements.files;
  const said = form.dataset;
  const [send, stop] = [form.querySelector('button[type="submit"]'), form.querySelector('button[name="stop"]')];
  const list = form.querySelector('.desk-coming');
  let running = null;
  let stopped = false;

  const row = (file) => {
    const [line, name, bar, state] = ['li', 'span', 'progress', 'span'].map((tag) => document.createElement(tag));
    name.className = 'coming-name';
    name.textContent = file.name;
    bar.setAttribute('aria-label', file.name);
    Object.assign(bar, { max: 1, value: 0 });
    state.textContent = said.waiting;
    line.append(name, bar, state);
    list.append(line);
    return { line, name, bar, state, file };
  };
  const says = (one, text, kind = '') => {
    one.line.className = kind;
    one.state.textContent = text;
    if (kind) one.bar.remove();
    if (kind === 'wrong') one.state.setAttribute('role', 'alert');
  };
  const bring = (one) =>
    new Promise((resolve) => {
      const request = new XMLHttpRequest();
      running = request;
      one.state.textContent = '0 %';
      request.open('POST', form.action);
      request.setRequestHeader('accept', 'application/json');
      request.responseType = 'json';
      request.upload.addEventListener('progress', ({ lengthComputable, loaded, total }) => {
        if (!lengthComputable) return;
        one.bar.value = loaded / total;
        one.state.textContent = `${Math.floor((loaded / total) * 100)} %`;
      });
      request.upload.addEventListener('load', () => {
        one.bar.removeAttribute('value');
        one.state.textContent = said.looked;
      });
      request.addEventListener('loadend', () => {
        running = null;
        resolve(request);
      });
      const body = new FormData();
      body.append('files', one.file, one.file.name);
      request.send(body);
    });
  const become = (one, request) => {
    const told = request.response;
    if (request.status === 200 && told && told.address) {
      const link = document.createElement('a');
      link.href = told.address;
      link.textContent = one.name.textContent;
      one.name.replaceChildren(link);
      says(one, said.here, 'here');
      return told.address;
    }
    // A page instead of a word: somebody has to sign in first.
    const unknown = request.status === 0 || request.status >= 500 ? said.offline : said.signedOut;
    says(one, told && told.refused ? told.refused.join(' ') : unknown, 'wrong');
    return null;
  };
  // What is here by now, beside what was not taken.
  const anew = async () => {
    const answer = await fetch('/desk/media').catch(() => null);
    if (!answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const [now, then] = [page, document].map((one) => one.querySelector('.desk-shelf, .desk-none'));
    if (now && then) then.replaceWith(now);
  };
  const all = async (files) => {
    stopped = false;
    list.replaceChildren();
    [list.hidden, stop.hidden, send.disabled, field.disabled] = [false, false, true, true];
    const rows = files.map(row);
    const here = [];
    for (const one of rows) {
      if (stopped) {
        says(one, said.stopped, 'wrong');
        continue;
      }
      const request = await bring(one);
      if (stopped && request.status === 0) says(one, said.stopped, 'wrong');
      else here.push(become(one, request));
    }
    [stop.hidden, send.disabled, field.disabled] = [true, false, false];
    form.reset();
    const kept = here.filter(Boolean);
    if (kept.length < rows.length) {
      if (kept.length > 0) anew();
      return;
    }
    location.assign(kept.length === 1 ? `${kept[0]}?said=brought` : '/desk/media?said=brought');
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (field.files.length > 0 && !send.disabled) all(Array.from(field.files));
  });
  stop.addEventListener('click', () => {
    stopped = true;
    if (running) running.abort();
  });
  for (const kind of ['dragenter', 'dragover', 'dragleave', 'drop']) {
    form.addEventListener(kind, (event) => {
      const files = event.dataTransfer ? event.dataTransfer.files : [];
      event.preventDefault();
      form.classList.toggle('is-over', kind === 'dragenter' || kind === 'dragover');
      if (kind === 'drop' && files.length > 0 && !send.disabled) all(Array.from(files));
    });
  }
  addEventListener('beforeunload', (event) => {
    if (running) event.preventDefault();
  });
})();
