// The article's script: opens the rest of the article at the first sign of reading, and serves the bar and the share
// buttons. It decides nothing: the server says what is open. Whatever goes wrong here, the form in the page still works.
(() => {
  'use strict';

  const SCROLLED_PX = 24; // the first sign of reading
  const VISIBLE_MS = 3000; // looking at the page for so long is one, too
  const SILENT_MS = 400; // a quick answer needs no words
  const PATIENT_MS = 4000; // then the reader gets a button
  const LONGEST_MS = 30000;
  const MODIFIERS = ['Shift', 'Control', 'Alt', 'AltGraph', 'Meta', 'CapsLock', 'NumLock', 'ScrollLock', 'Fn', 'OS'];

  // As account.js does.
  const told = (cookie) => RegExp(`(^|; )(__Host-)?${cookie}(;|$)`).test(document.cookie);
  const dress = () => {
    for (const link of document.querySelectorAll('a.sub')) link.hidden = told('r=2');
  };
  if (told('here=1')) {
    for (const link of document.querySelectorAll('a.account[data-here]')) {
      link.textContent = link.dataset.here;
      link.setAttribute('href', '/account');
    }
    dress();
    if (!told('r=[12]')) fetch('/account/entitlement', { method: 'POST' }).then(dress, dress);
  }

  const article = document.querySelector('article[data-state]');
  if (!article) return;
  const part = (name) => document.querySelector(`[data-part=${name}]`);
  const slot = part('opening');
  const form = slot && slot.querySelector('form');
  const address = article.dataset.reading;
  const navigation = performance.getEntriesByType('navigation')[0];
  const cameBack = !!navigation && navigation.type === 'back_forward';

  // One key for this page, kept over retries: a retry can never make a second reading.
  const key = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
    .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');

  const isAsking = () => article.dataset.state === 'ask';

  /** HTML of our own server, parsed where nothing runs and nothing loads. */
  function parse(html) {
    const template = document.createElement('template');
    template.innerHTML = html || '';
    return template.content;
  }

  /** Says something politely to those who listen. */
  function say(text) {
    const region = part('said');
    if (region && text) region.textContent = text;
  }

  function isSlotOnScreen() {
    const box = slot.getBoundingClientRect();
    return box.top < innerHeight && box.bottom > 0;
  }

  // --- the slot: '' (the form comes by itself), 'wait', 'failed' (the form is there)

  function show(step, text) {
    slot.dataset.step = step;
    const status = part('status');
    if (status) status.textContent = text || '';
  }

  /** The button is there again, and has the focus where it had been pressed. */
  function fail(text, byButton) {
    show('failed', text || slot.dataset.failed);
    const button = form.querySelector('button');
    if (slot.dataset.again) button.textContent = slot.dataset.again;
    if (byButton) button.focus({ preventScroll: true });
  }

  // --- what the server answers

  function open(answer, byButton) {
    const fade = isSlotOnScreen();
    const rest = parse(answer.rest);
    const first = rest.firstElementChild;
    if (fade) for (const element of rest.children) element.classList.add('opened');
    const notice = part('notice');
    const line = parse(answer.notice).firstElementChild;
    // A reader without a count keeps the reserved line, empty: nothing may move.
    if (notice && line) notice.replaceWith(line);
    else if (notice) notice.textContent = '';
    const aside = part('aside');
    dressEmbeds(rest);
    if (aside) aside.insertBefore(parse(answer.aside), aside.querySelector('.series'));
    if (part('notes')) part('notes').append(parse(answer.notes));
    part('copy').append(rest);
    slot.remove();
    article.dataset.state = 'open';
    if (answer.bar && part('bar')) {
      part('bar').replaceChildren(parse(answer.bar));
      dressBar();
    }
    goBackTo();
    if (byButton && first) focus(first);
    say(answer.status);
  }

  function wall(answer, byButton) {
    const content = parse(answer.wall);
    const heading = content.querySelector('h2');
    slot.replaceWith(content);
    article.dataset.state = 'wall';
    if (byButton && heading) focus(heading);
    say(answer.status || (heading && heading.textContent));
  }

  /** Takes an answer; false where there is nothing to take. */
  function take(answer, byButton) {
    if (!isAsking()) return true;
    if (answer.state === 'open') open(answer, byButton);
    else if (answer.state === 'wall') wall(answer, byButton);
    else if (answer.state === 'cookies') {
      // The browser keeps no cookie of ours: the server explains, and its form works by itself.
      slot.replaceWith(parse(answer.html));
    } else return false;
    return true;
  }

  function focus(element) {
    element.tabIndex = -1;
    element.focus({ preventScroll: true });
  }

  // --- asking

  let pending = null;

  async function ask(method, signal) {
    const headers = { Accept: 'application/json' };
    if (method === 'POST') headers['Idempotency-Key'] = key;
    const response = await fetch(address, { method, headers, credentials: 'same-origin', redirect: 'follow', signal });
    if ((response.headers.get('Content-Type') || '').includes('json')) return response.json();
    // Not our words. A refusal made no reading; what broke on the way may have made one.
    return { state: 'unavailable', text: response.status < 500 ? slot.dataset.failed : slot.dataset.unsure };
  }

  /** Makes the reading. A new attempt takes the place of one that still waits. */
  async function read(byButton) {
    if (!isAsking()) return;
    stopWaiting();
    if (pending) pending.abort();
    const attempt = (pending = new AbortController());
    const timers = [
      setTimeout(() => show('wait', slot.dataset.wait), SILENT_MS),
      // A late answer still opens the article; until then nobody knows whether it was counted.
      setTimeout(() => fail(slot.dataset.unsure, byButton), PATIENT_MS),
      setTimeout(() => attempt.abort(), LONGEST_MS),
    ];
    show('wait');
    slot.setAttribute('aria-busy', 'true');
    try {
      const answer = await ask('POST', attempt.signal);
      timers.forEach(clearTimeout);
      if (!take(answer, byButton)) fail(answer.text, byButton);
    } catch (error) {
      timers.forEach(clearTimeout);
      if (pending === attempt) fail(slot.dataset.unsure, byButton);
    }
    if (pending === attempt) slot.removeAttribute('aria-busy');
  }

  // --- signs of reading

  const waiting = new AbortController();
  let visibleTimer = 0;

  function stopWaiting() {
    waiting.abort();
    clearTimeout(visibleTimer);
  }

  function signal() {
    if (waiting.signal.aborted || document.hidden || document.prerendering) return;
    read(false);
  }

  function watch() {
    const once = { signal: waiting.signal, passive: true };
    const from = scrollY;
    if (isSlotOnScreen() || location.hash || cameBack || from > 0) return signal();
    addEventListener('scroll', () => Math.abs(scrollY - from) >= SCROLLED_PX && signal(), once);
    addEventListener('resize', () => isSlotOnScreen() && signal(), once);
    addEventListener('keydown', (event) => {
      // A shortcut of the browser is no sign, but for find and print.
      const isShortcut = event.ctrlKey || event.metaKey || event.altKey;
      if (!MODIFIERS.includes(event.key) && (!isShortcut || /^[fp]$/i.test(event.key))) signal();
    }, once);
    // Who presses a link or a control is on the way elsewhere.
    addEventListener('pointerdown', (event) => {
      if (!event.target.closest || !event.target.closest('a,button,summary')) signal();
    }, once);
    document.addEventListener('selectionchange', () => {
      if (!getSelection().isCollapsed) signal();
    }, once);
    const look = () => {
      clearTimeout(visibleTimer);
      if (!document.hidden) visibleTimer = setTimeout(signal, VISIBLE_MS);
    };
    document.addEventListener('visibilitychange', look, once);
    look();
  }

  /** Waits until somebody can see the page. */
  function whenVisible(then) {
    const isReady = () => !document.hidden && !document.prerendering;
    if (isReady()) return then();
    const done = new AbortController();
    const check = () => {
      if (!isReady()) return;
      done.abort();
      then();
    };
    for (const name of ['prerenderingchange', 'visibilitychange']) {
      document.addEventListener(name, check, { signal: done.signal });
    }
  }

  async function begin() {
    if (article.dataset.opening === 'ask') return;
    // From here on the script is at work, and the form need not come by itself.
    show('wait');
    // Behind a cache that is blind to cookies, this page may be open to the reader already.
    if (article.hasAttribute('data-blind')) {
      try {
        const answer = await ask('GET');
        if (answer.state !== 'ask' && take(answer, false)) return;
      } catch (error) { /* the reading will tell */ }
    }
    if (isAsking()) watch();
  }

  // --- going back: a page from the browser's cache is shorter than it was when it was left

  function keepPlace() {
    if (!isAsking()) history.replaceState({ ...history.state, y: scrollY }, '');
  }

  function goBackTo() {
    const y = cameBack && history.state && history.state.y;
    if (y > 0) scrollTo({ top: y, behavior: 'instant' });
  }

  // --- the bar: dismissed until its number changes; the number is remembered for this tab alone

  function dressBar() {
    const bar = document.querySelector('.bar');
    if (!bar) return;
    const number = bar.dataset.left || bar.textContent.trim();
    const cross = bar.querySelector('[data-act=dismiss]');
    try {
      bar.hidden = sessionStorage.getItem('bar') === number;
    } catch (error) { /* no storage: the bar comes again */ }
    if (cross) cross.addEventListener('click', () => {
      bar.hidden = true;
      try {
        sessionStorage.setItem('bar', number);
      } catch (error) { /* as above */ }
    });
  }

  // --- embeds: a frame of somebody else's comes when a reader asks for it, and not before

  function dressEmbeds(root) {
    for (const card of root.querySelectorAll('[data-frame]')) {
      const button = document.createElement('button');
      button.className = 'btn line';
      button.textContent = card.dataset.load;
      button.addEventListener('click', () => {
        const frame = document.createElement('iframe');
        frame.setAttribute('sandbox', 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation');
        frame.setAttribute('allow', 'fullscreen; encrypted-media; picture-in-picture');
        frame.referrerPolicy = 'strict-origin';
        frame.title = card.querySelector('a').textContent;
        frame.src = card.dataset.frame;
        button.replaceWith(frame);
        frame.focus({ preventScroll: true });
      });
      card.querySelector('p').after(button);
    }
  }

  // --- sharing: only what this browser can do is offered

  function dressShare() {
    const canonical = document.querySelector('link[rel=canonical]');
    const url = canonical ? canonical.href : location.origin + location.pathname;
    const can = { copy: navigator.clipboard, print: window.print, share: navigator.share };
    const acts = {
      copy: (button) => navigator.clipboard.writeText(url).then(() => {
        const label = button.querySelector('span');
        const before = label.textContent;
        if (before === button.dataset.done) return;
        label.textContent = button.dataset.done;
        say(button.dataset.done);
        setTimeout(() => { label.textContent = before; }, 2000);
      }),
      print: () => print(),
      share: () => navigator.share({ title: document.title, url }),
    };
    for (const item of document.querySelectorAll('[data-needs]')) {
      if (can[item.dataset.needs]) item.hidden = false;
      else item.remove();
    }
    for (const button of document.querySelectorAll('.share [data-act]')) {
      button.addEventListener('click', async () => {
        try {
          await acts[button.dataset.act](button);
        } catch (error) { /* the reader changed their mind, or the browser did */ }
      });
    }
  }

  addEventListener('pagehide', keepPlace);
  try {
    dressBar();
    dressShare();
    dressEmbeds(article);
    // Without cookies no reading can be kept: the form leads to the page that says so.
    if (slot && form && isAsking()) {
      if (!navigator.cookieEnabled) show('failed');
      else {
        form.addEventListener('submit', (event) => {
          event.preventDefault();
          read(true);
        });
        whenVisible(() => begin().catch(() => fail()));
      }
    }
  } catch (error) {
    if (slot) show('failed');
  }
})();
