// In a demo whose theme is being made: asks once in a while which theme is in force, and reloads the page when it is
// another than the page was made with. What is wrong with the theme's files is told in the console.
(() => {
  'use strict';

  const EVERY_MS = 700;
  const made = document.currentScript.dataset.theme;
  let told = '';

  async function look() {
    try {
      const answer = await fetch('/demo/theme', { cache: 'no-store' });
      const { version, faults } = await answer.json();
      if (version !== made) {
        location.reload();
        return;
      }
      const text = faults.join('\n');
      if (text && text !== told) console.warn(`The theme has faults; the last good one stays:\n${text}`);
      told = text;
    } catch {
      // The server is starting anew, or gone.
    }
    setTimeout(look, EVERY_MS);
  }

  setTimeout(look, EVERY_MS);
})();
