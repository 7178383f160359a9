// Saves an article by itself while somebody writes, says whose hand it is in, and keeps in this browser what could not be saved. It never
// writes over what a colleague saved: every save names the version that it was made from. Without this script a form is saved by its buttons.
(() => {
  'use strict';
  // A page that shows an article everywhere follows what is saved of it in another window.
  const SAVED = 'masthead-saved';
  const looks = document.querySelector('.desk-looks');
  if (looks) {
    addEventListener('storage', ({ key, newValue }) => {
      if (key === SAVED && newValue && newValue.split(' ')[0] === looks.dataset.address) location.reload();
    });
  }
  // The front page is shown as it would be while somebody arranges it.
  const places = document.querySelector('form.desk-places');
  if (places) {
    const unsaved = places.querySelector('[data-unsaved]');
    const look = () => {
      const asked = new URLSearchParams(new FormData(places));
      asked.delete('before');
      for (const frame of looks.querySelectorAll('iframe')) frame.contentWindow.location.replace(`/desk/front/look?${asked}`);
      unsaved.textContent = unsaved.dataset.unsaved;
    };
    places.addEventListener('change', look);
  }
  const form = document.querySelector('form.desk-form');
  const bar = document.querySelector('.desk-keeping');
  if (!form || !bar) return;
  const PAUSE = 1500;
  const AT_MOST = 10000;
  const HELD = 30000;
  const IDLE = 600000;
  const RETRY = 5000;
  const COPY_LASTS = 14 * 24 * 3600 * 1000;
  const COPIES = 'masthead-desk:';
  const FOUND = '#found';
  const ANSWERS_IN = 30000;
  const OWN = ['article', 'made_from', 'published_version', 'tab', 'page', 'act', 'take_over', 'image_pick'];
  const [line] = bar.getElementsByTagName('p');
  const button = (name) => bar.querySelector(`button[name="${name}"]`);
  const said = form.querySelector('.desk-kept');
  let hand = bar.dataset.hand;
  let timer = 0;
  let since = 0;
  let running = null;
  let leaving = false;
  let takes = false;
  let refused = false;

  // The window's own name: the same when the page is made anew, another one in another window.
  const drawn = () => Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  let name = '';
  try {
    name = sessionStorage.getItem('masthead-tab') || drawn();
    sessionStorage.setItem('masthead-tab', name);
  } catch {
    name = drawn();
  }
  const own = (field, value) => {
    const input = document.createElement('input');
    Object.assign(input, { type: 'hidden', name: field, value });
    form.append(input);
    return input;
  };
  own('tab', name);
  // And this page's own, with the number of its save: where it was not told of a save, it goes on from that one. Of a window that is
  // duplicated there are two.
  const page = own('page', drawn());
  const drew = page.value;
  let saves = 0;
  const numbered = () => {
    saves += 1;
    page.value = `${drew}:${saves}`;
    return page.value;
  };

  const fields = () => Array.from(new FormData(form)).filter(([field, value]) => typeof value === 'string' && !OWN.includes(field));
  const typed = () => JSON.stringify(fields());
  // What a page shows that was refused is saved nowhere.
  let kept = 'unkept' in bar.dataset ? '' : typed();

  // What this browser keeps: under the article's address.
  const place = () => COPIES + form.getAttribute('action');
  const copy = {
    read() {
      try {
        const found = JSON.parse(localStorage.getItem(place() + FOUND) || localStorage.getItem(place()));
        const is = found && Date.now() - found.at < COPY_LASTS && Array.isArray(found.fields);
        return is && !(found.sent && Number(form.elements.made_from.value) > found.version) ? found : null;
      } catch {
        return null;
      }
    },
    write(sent = false) {
      try {
        const version = Number(form.elements.made_from.value);
        localStorage.setItem(place(), JSON.stringify({ at: Date.now(), version, sent, fields: fields() }));
      } catch {
        // A full or forbidden store: the server has what it last saved.
      }
    },
    forget() {
      try {
        localStorage.removeItem(place());
      } catch {
        // There is nothing to forget.
      }
    },
  };

  const show = (text, ...buttons) => {
    line.textContent = text;
    bar.hidden = !text;
    line.setAttribute('role', text ? 'alert' : 'presentation');
    for (const one of bar.querySelectorAll('button')) one.hidden = !buttons.includes(one.name);
  };
  const send = (address, body, keepalive = false) => {
    const headers = { accept: 'application/json' };
    return fetch(address, { method: 'POST', body, keepalive, redirect: 'manual', headers, signal: AbortSignal.timeout(ANSWERS_IN) });
  };
  const read = async (answer) => (/json/.test(answer.headers.get('content-type') || '') ? answer.json() : null);

  const wait = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(keep, pause);
  };
  const later = (pause) => {
    since ||= Date.now();
    wait(Math.max(0, Math.min(pause, since + AT_MOST - Date.now())));
  };
  const keep = async (keepalive = false) => {
    clearTimeout(timer);
    timer = 0;
    if (running || refused || leaving) return running;
    // Half an instant is none, and would be taken for that nobody wants one.
    if (form.elements.publish_at && form.elements.publish_at.validity.badInput) return wait(RETRY);
    const now = typed();
    if (now === kept) return null;
    since = 0;
    running = (async () => {
      const named = ['article', 'made_from', 'published_version'].filter((field) => form.elements[field]);
      const asked = [...fields(), ...named.map((field) => [field, form.elements[field].value])];
      try {
        const body = new FormData();
        for (const [field, value] of [...asked, ['act', 'keep'], ['tab', name], ['page', numbered()]]) body.append(field, value);
        const answer = await send(form.action, body, keepalive === true);
        const told = await read(answer);
        if (told && answer.ok) return saved(told, now);
        if (told && answer.status !== 503) return refusal(told);
        if (answer.status === 413) show(bar.dataset.long);
        else if (answer.status < 500 && answer.status !== 429) show(bar.dataset.signedOut);
        else show(bar.dataset.offline);
      } catch {
        show(bar.dataset.offline);
      }
      wait(RETRY);
    })();
    await running;
    running = null;
    if (!refused && typed() !== kept && !timer) later(PAUSE);
    return null;
  };
  const saved = (told, now) => {
    kept = now;
    if (form.getAttribute('action') !== told.address) {
      copy.forget();
      form.setAttribute('action', told.address);
      history.replaceState(null, '', told.address);
      hand = `${told.address}/hand`;
    }
    form.elements.made_from.value = told.version;
    said.textContent = told.text;
    said.hidden = false;
    if (!bar.hidden && button('copy').hidden) offer();
    // A correction is the paper's word once somebody saves it; until then it is here.
    if (typed() === kept && !(form.elements.correction && form.elements.correction.value)) copy.forget();
    try {
      localStorage.setItem(SAVED, `${told.address} ${told.version}`);
    } catch {
      // Whoever looks at it elsewhere makes the page anew.
    }
    document.dispatchEvent(new CustomEvent('desk-saved', { detail: told }));
  };
  const refusal = (told) => {
    refused = true;
    copy.write();
    if (told.state === 'in hand') return taken(told);
    show(told.text);
    return null;
  };
  const taken = (told) => {
    form.inert = true;
    show(told.text, 'take-over');
  };

  // Whose hand it is in.
  const hold = async (act) => {
    if (!hand || leaving) return;
    try {
      const over = act === 'take' ? { take_over: 'yes' } : {};
      const body = new URLSearchParams({ tab: name, act, ...over });
      const answer = act === 'ask' ? await fetch(`${hand}?${body}`, { redirect: 'manual' }) : await send(hand, body);
      const told = await read(answer);
      if (!told) return;
      // What is saved by now is what is written on.
      if (answer.ok && (act === 'take' || form.inert)) {
        leaving = true;
        takes = act === 'take';
        location.replace(form.getAttribute('action'));
      } else if (!answer.ok && told.state === 'in hand' && !form.inert) {
        refused = true;
        if (typed() !== kept) copy.write();
        taken(told);
      }
    } catch {
      // Whose it is does not matter while nothing can be saved.
    }
  };
  button('take-over').addEventListener('click', () => hold('take'));
  hold('ask');
  // It is in hand from the first letter, until nothing was typed for a while.
  let inHand = 0;
  setInterval(() => {
    if (form.inert) hold('ask');
    else if (Date.now() - inHand < IDLE) hold('hold');
  }, HELD);

  // What was typed here and never saved.
  let found = copy.read();
  const foundAt = place() + FOUND;
  // Until it is put back or forgotten it stays, whatever is typed and saved beside it.
  const decide = () => {
    found = null;
    try {
      localStorage.removeItem(foundAt);
    } catch {
      // There is nothing to forget.
    }
    show('');
  };
  function offer() {
    if (!found) return show('');
    const at = new Date(found.at).toLocaleString(document.documentElement.lang, { dateStyle: 'medium', timeStyle: 'short' });
    show(`${bar.dataset.copy} ${at}.`, 'copy', 'forget');
  }
  if (found && JSON.stringify(found.fields) !== typed() && !/[?&]said=/.test(location.search)) {
    try {
      localStorage.setItem(foundAt, JSON.stringify(found));
    } catch {
      // It is offered on this page alone.
    }
    offer();
  } else {
    if (typed() === kept) copy.forget();
    if (found) decide();
  }
  button('copy').addEventListener('click', () => {
    const texts = new Map(found.fields);
    for (const element of form.elements) {
      if (!element.name || OWN.includes(element.name) || element.type === 'file' || element.type === 'submit') continue;
      if (element.type === 'checkbox' || element.type === 'radio') element.checked = texts.get(element.name) === element.value;
      else if (texts.has(element.name)) element.value = texts.get(element.name);
      else continue;
      for (const kind of ['input', 'change']) element.dispatchEvent(new Event(kind, { bubbles: true }));
    }
    decide();
    later(0);
  });
  button('forget').addEventListener('click', () => {
    if (typed() === kept) copy.forget();
    decide();
  });

  let writes = 0;
  let waited = false;
  form.addEventListener('input', (event) => {
    if (event.target.type === 'file' || leaving) return;
    if (Date.now() - inHand > IDLE) hold('hold');
    inHand = Date.now();
    clearTimeout(writes);
    writes = setTimeout(() => copy.write(), 250);
    later(PAUSE);
  });
  form.addEventListener('submit', (event) => {
    clearTimeout(writes);
    numbered();
    // The save on its way comes first, so that the version is known; what was never saved gets its address.
    const isNew = !hand && !waited && !refused && typed() !== kept;
    if (!running && !isNew) {
      copy.write(true);
      leaving = true;
      clearTimeout(timer);
      return;
    }
    event.preventDefault();
    waited = true;
    const { submitter } = event;
    (running || keep()).finally(() => setTimeout(() => form.requestSubmit(submitter)));
  });
  addEventListener('online', () => keep());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState !== 'hidden' || leaving) return;
    clearTimeout(writes);
    if (typed() !== kept) copy.write();
    keep(true);
  });
  addEventListener('pagehide', () => {
    // What is saved from here on is in nobody's hand.
    const tab = name;
    name = '';
    if (takes || !hand || form.inert) return;
    navigator.sendBeacon(hand, new URLSearchParams({ tab, act: 'let-go' }));
  });
  addEventListener('pageshow', (event) => {
    if (event.persisted) location.reload();
  });
  // Whoever signs out takes what this browser keeps with them.
  for (const out of document.querySelectorAll('form[action="/sign-out"]')) {
    out.addEventListener('submit', () => {
      try {
        for (const key of Object.keys(localStorage)) if (key.startsWith(COPIES)) localStorage.removeItem(key);
      } catch {
        // Nothing is kept.
      }
    });
  }
})();
