// Machines at the desk: an owner makes a token, sees it once, a program works with it, and it is ended; a webhook is added, tried, and heard
// by a program that checks the signature; its log says what came of it. Every page is looked at.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

import { words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { DAY, becomeOne } from '../lib/readers.mjs';

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY, environment: { MASTHEAD_WEBHOOK_NETWORKS: '127.0.0.0/8' } });
  const page = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'owner');
  await page.waitForURL(`${paper.address}/desk`);
  await token(scope, paper, page);
  await webhook(scope, paper, page);
}

async function token(scope, paper, page) {
  const { checks } = scope;
  await page.locator('.desk-ways a[href="/desk/tokens"]').click();
  await page.waitForURL(/\/desk\/tokens$/);
  await look(scope, page, 'tokens, none yet');
  await page.locator('#name').fill('Archive <b>of</b> the port');
  await page.locator('#scope-articles-read').check();
  await page.locator('#scope-articles-write').check();
  await page.locator('main .btn').last().click();
  await page.locator('#made').waitFor();
  const secret = await page.locator('#made').innerText();
  checks.ok('the token is shown', /^mst_[0-9a-f]{40}$/.test(secret));
  await look(scope, page, 'a token that was made');
  const ask = (path, how = {}) => fetch(`${paper.address}${path}`, { ...how, headers: { authorization: `Bearer ${secret}`, ...how.headers } });
  const made = await ask('/api/articles', {
    method: 'POST', headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ headline: 'Written by a <script>alert(1)</script> machine', section: 'harbour' }),
  });
  checks.same('a program begins an article', made.status, 201);
  checks.same('and may do nothing else', (await ask('/api/settings')).status, 403);
  await page.goto(`${paper.address}/desk`);
  checks.has('the newsroom sees it as text', await words(page, 'main'), 'Written by a <script>');
  await page.goto(`${paper.address}/desk/record`);
  checks.has('the record names the token', await words(page, 'main'), 'Archive <b>of</b> the port · ');
  await page.goto(`${paper.address}/desk/tokens`);
  checks.same('it is shown no second time', await page.locator('#made').count(), 0);
  await page.locator('.desk-machines button').click();
  await page.waitForURL(/\/desk\/tokens$/);
  checks.has('it is revoked', await words(page, '.desk-machines'), 'revoked');
  checks.same('and good for nothing', (await ask('/api/articles')).status, 401);
  await look(scope, page, 'tokens, one revoked');
}

async function webhook(scope, paper, page) {
  const { checks } = scope;
  const heard = [];
  const receiver = createServer((request, answer) => {
    let text = '';
    request.on('data', (piece) => { text += piece; });
    request.on('end', () => {
      heard.push({ headers: request.headers, text });
      answer.writeHead(heard.length === 1 ? 500 : 204).end('not <i>yet</i>');
    });
  });
  await new Promise((ready) => receiver.listen(0, '127.0.0.1', ready));
  try {
    await page.locator('.desk-ways a[href="/desk/tokens"]').click();
    await page.waitForURL(/\/desk\/tokens/);
    await page.locator('.desk-top a[href="/desk/webhooks"]').click();
    await page.waitForURL(/\/desk\/webhooks$/);
    await look(scope, page, 'webhooks, none yet');
    await page.locator('#name').fill('Archive');
    await page.locator('#url').fill('http://hooks.example/hear');
    await page.locator('#event-article-withdrawn').check();
    await page.locator('main .btn').last().click();
    await page.locator('[role=alert]').waitFor();
    await look(scope, page, 'a webhook that is refused');
    await page.locator('#url').fill(`http://127.0.0.1:${receiver.address().port}/hear`);
    await page.locator('main .btn').last().click();
    await page.locator('#made').waitFor();
    const secret = await page.locator('#made').innerText();
    await look(scope, page, 'a webhook that was made');
    await page.locator('button[value=test]').click();
    await page.waitForURL(/said=test/);
    await until(() => heard.length >= 2);
    const { headers, text } = heard[1];
    checks.same('the same message comes again', headers['webhook-id'], heard[0].headers['webhook-id']);
    checks.same('it is a test', JSON.parse(text).type, 'webhook.test');
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    const right = createHmac('sha256', key).update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${text}`).digest();
    const signed = Buffer.from(headers['webhook-signature'].slice('v1,'.length), 'base64');
    checks.ok('it is signed', signed.length === right.length && timingSafeEqual(signed, right));
    await untilShown(page, '.desk-sent', 'delivered');
    checks.has('the log has both tries', await words(page, '.desk-sent'), '500');
    checks.has('and what was answered, as text', await words(page, '.desk-sent'), 'not <i>yet</i>');
    await look(scope, page, 'a webhook and its log');
    await page.locator('button[value=off]').click();
    await page.waitForURL(/said=done/);
    checks.has('it is off', await words(page, 'main'), 'off since');
    await page.locator('button[value=end]').click();
    await page.waitForURL(/\/desk\/webhooks$/);
    checks.has('it is gone', await words(page, 'main'), 'Nobody is told yet');
  } finally {
    receiver.close();
  }
}

async function until(ready) {
  for (let turn = 0; turn < 600; turn += 1) {
    if (ready()) return;
    await new Promise((go) => setTimeout(go, 50));
  }
  throw new Error('waited in vain');
}

async function untilShown(page, where, what) {
  for (let turn = 0; turn < 100; turn += 1) {
    await page.reload();
    if ((await words(page, where)).includes(what)) return;
  }
  throw new Error(`${where} does not say ${what}`);
}
