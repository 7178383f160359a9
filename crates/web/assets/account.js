// Says to those who are signed in where their account is, and offers no subscription to whoever has full access. The page is the same for
// everybody; the two cookies that this looks at say that somebody is signed in and whether they hold something, and nothing about whom.
(() => {
  'use strict';
  const told = (cookie) => RegExp(`(^|; )(__Host-)?${cookie}(;|$)`).test(document.cookie);
  if (!told('here=1')) return;
  for (const link of document.querySelectorAll('a.account[data-here]')) {
    link.textContent = link.dataset.here;
    link.setAttribute('href', '/account');
  }
  const dress = () => {
    for (const link of document.querySelectorAll('a.sub')) link.hidden = told('r=2');
  };
  dress();
  // What the browser keeps for an outage is renewed now and then; on the way to a payment what is open is about to change.
  const pays = /^\/(subscribe|checkout|demo\/cashier)\//.test(location.pathname);
  if (!pays && !told('r=[12]')) fetch('/account/entitlement', { method: 'POST' }).then(dress, dress);
})();
