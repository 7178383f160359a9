// Says to those who are signed in where their account is. The page is the same for everybody; the cookie that this looks at says
// that somebody is signed in, and nothing about whom.
(() => {
  'use strict';
  if (!/(^|; )(__Host-)?here=1(;|$)/.test(document.cookie)) return;
  for (const link of document.querySelectorAll('a.account[data-here]')) {
    link.textContent = link.dataset.here;
    link.setAttribute('href', '/account');
  }
})();
