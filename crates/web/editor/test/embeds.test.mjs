// The links that the editor offers to embed are those that the server takes.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { providerOf } from '../src/embeds.js';
import { embeds } from './texts.mjs';

test('what the server takes is offered, and nothing else', () => {
  const rows = embeds();
  assert.ok(rows.length > 30);
  for (const [link, frame] of rows) {
    // How far a map can be seen, and how long a number is, the server alone knows.
    assert.equal(providerOf(link) !== '', frame !== '-', link);
  }
});
