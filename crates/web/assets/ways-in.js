// What the ways in need a script for: showing a password that is typed, and passkeys. Without it neither has a button that does
// nothing, and the way by mail is there.
(() => {
  'use strict';

  for (const eye of document.querySelectorAll('button.eye')) {
    const field = document.getElementById(eye.getAttribute('aria-controls'));
    eye.hidden = false;
    eye.addEventListener('click', () => {
      const shows = field.type === 'password';
      field.type = shows ? 'text' : 'password';
      eye.setAttribute('aria-pressed', String(shows));
    });
    // What is sent, and kept by the browser, is a password again.
    field.form.addEventListener('submit', () => {
      field.type = 'password';
      eye.setAttribute('aria-pressed', 'false');
    });
  }

  const part = document.querySelector('[data-passkeys]');
  if (!part || !window.PublicKeyCredential) return;
  const [alert, button] = [part.querySelector('[role=alert]'), part.querySelector('button')];
  const { passkeys: path, back, failed } = part.dataset;

  // Bytes are written as base64 without the three letters that addresses use otherwise.
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (one) => one.charCodeAt(0));
  const text = (buffer) => {
    const letters = Array.from(new Uint8Array(buffer), (one) => String.fromCharCode(one)).join('');
    return btoa(letters).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
  };

  const say = (message) => {
    alert.textContent = message;
    alert.hidden = false;
  };

  /** One question to the house; a refusal is said as the house words it. */
  const send = async (fields) => {
    const answer = await fetch(path, { method: 'POST', body: new URLSearchParams(fields) });
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) return told;
    const refused = new Error(told.message || failed);
    refused.isTold = true;
    throw refused;
  };

  const plain = (credential, names) => JSON.stringify({
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    extensions: {},
    response: Object.fromEntries(names.map((name) => [name, credential.response[name] && text(credential.response[name])])),
  });

  /** A new passkey for whoever is signed in. */
  const make = async () => {
    const asked = await send({ act: 'ask' });
    asked.challenge = bytes(asked.challenge);
    asked.user.id = bytes(asked.user.id);
    for (const one of asked.excludeCredentials ?? []) one.id = bytes(one.id);
    const made = await navigator.credentials.create({ publicKey: asked });
    return send({ act: 'add', credential: plain(made, ['attestationObject', 'clientDataJSON']) });
  };

  let waiting;
  /** Any passkey of this address; where a browser offers it beside the field, it waits until somebody takes one there. */
  const show = async (mediation) => {
    waiting?.abort();
    const own = (waiting = new AbortController());
    const asked = await send({ act: 'ask' });
    if (own.signal.aborted) return undefined;
    asked.challenge = bytes(asked.challenge);
    const shown = await navigator.credentials.get({ publicKey: asked, mediation, signal: own.signal });
    const credential = plain(shown, ['authenticatorData', 'clientDataJSON', 'signature', 'userHandle']);
    return send({ act: 'show', back, credential });
  };

  const follow = (to) => {
    const [page, place] = to.split('#');
    if (page !== location.pathname) return location.assign(to);
    // The address of this very page, with another place in it, would load nothing.
    location.hash = place;
    return location.reload();
  };

  const press = async (act, isQuiet) => {
    alert.hidden = true;
    if (!isQuiet) button.disabled = true;
    try {
      const told = await act();
      if (told) follow(told.to);
    } catch (error) {
      const message = error.isTold ? error.message : failed;
      const isNews = isQuiet ? error.isTold && message !== failed : error.name !== 'AbortError';
      if (isNews) say(message);
    } finally {
      if (!isQuiet) button.disabled = false;
    }
  };

  const makes = back === undefined;
  part.classList.add('is-here');
  button.addEventListener('click', () => press(makes ? make : () => show('optional'), false));
  if (makes) return;
  const mayWait = PublicKeyCredential.isConditionalMediationAvailable?.() ?? Promise.resolve(false);
  mayWait.then((may) => may && press(() => show('conditional'), true));
})();
