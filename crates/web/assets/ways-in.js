// Shows a password that is typed, where somebody wants to see it. Without this script there is no such button, and its place stays.
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
})();
