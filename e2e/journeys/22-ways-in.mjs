// The ways in beside the mail: a passkey that is made, brings a reader back to the paragraph and is removed; a password that is set,
// shown and used; one device too many. With Chromium's virtual authenticator, and a page without script that offers neither.

import { DESK, PHONE, allWords, readOn, state, waitForState, words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { METERED, lastWords } from '../lib/paper.mjs';
import { DAY, askForCode, isAtTheRest, newestMail, signIn, typeCode } from '../lib/readers.mjs';

const MAIL = 'ada@reader.example';
const PASSWORD = 'lighthouses hum quietly';
const DEVICE = {
  protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true,
  automaticPresenceSimulation: true,
};

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  // Browsers give passkeys to a name, not to a number.
  const address = paper.address.replace('127.0.0.1', 'localhost');
  const context = await scope.reader();
  const page = await context.newPage();
  const device = await withAuthenticator(context, page);
  await aPasskey(scope, address, page, device);
  await backByIt(scope, address, page, device);
  await besideTheField(scope, address, page, device);
  await aPassword(scope, address, page, device);
  await removed(scope, address, page, device);
  await withoutScript(scope, address);
  await atANumber(scope, paper.address);
  await oneDeviceTooMany(scope);
}

/** A device that holds passkeys, and whose owner is there and has proven it, or waits. */
async function withAuthenticator(context, page) {
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', { options: DEVICE });
  const waits = (is) => session.send('WebAuthn.setAutomaticPresenceSimulation', { authenticatorId, enabled: !is });
  const held = async () => (await session.send('WebAuthn.getCredentials', { authenticatorId })).credentials;
  return { waits, held };
}

async function aPasskey(scope, address, page, device) {
  const { checks } = scope;
  await page.goto(`${address}/sign-in?back=%2Faccount`);
  await device.waits(true);
  await signIn(page, address, MAIL);
  await look(scope, page, 'the account without a passkey');
  await device.waits(false);
  await page.locator('#passkeys button').click();
  await page.locator('#passkeys .sessions li').waitFor();
  checks.same('a passkey is listed', await page.locator('#passkeys .sessions li').count(), 1);
  const [held] = await device.held();
  checks.ok('the device keeps it to be found', held?.isResidentCredential, JSON.stringify(held));
  checks.same('for the paper’s own host', held?.rpId, 'localhost');
  await page.locator('#passkeys .rename input[name=name]').fill('My laptop');
  await page.locator('#passkeys .rename button').click();
  await page.waitForLoadState();
  checks.has('it has a name of its own', await words(page, '#passkeys .sessions li'), 'My laptop');
  await look(scope, page, 'the account with a passkey');
  await page.locator('#passkeys .waits button').click();
  await page.locator('#passkeys [role=alert]:not([hidden])').waitFor();
  checks.has('a second one on this device is none', await words(page, '#passkeys [role=alert]'), 'No passkey was added');
}

async function signOut(page, address) {
  await page.goto(`${address}/account`);
  await page.locator('#sessions .sessions li', { hasText: 'This one, now' }).locator('button').click();
  await page.waitForURL(`${address}/`);
}

async function backByIt(scope, address, page, device) {
  const { checks } = scope;
  await signOut(page, address);
  await device.waits(true);
  for (const path of METERED.slice(0, 5)) await readOn(page, address + path);
  await page.goto(address + METERED[5]);
  const before = await page.locator('[data-part=copy] > *').count();
  checks.same('the sixth is a wall', await state(page), 'wall');
  await page.locator('.wall .btn').click();
  await page.waitForURL(/\/sign-in\?from=wall$/);
  const offered = page.locator('section.waits button');
  await offered.waitFor();
  checks.same('the field offers it, too', await page.locator('#mail').getAttribute('autocomplete'), 'username webauthn');
  await look(scope, page, 'sign-in with a passkey');
  await device.waits(false);
  await offered.click();
  await page.waitForURL(`${address}${METERED[5]}#rest`);
  await waitForState(page, 'open');
  checks.ok('back where the text broke off', await isAtTheRest(page, before), await page.evaluate(() => scrollY));
  checks.has('the article is whole', await allWords(page), lastWords(METERED[5]));
  const [held] = await device.held();
  checks.ok('it counts its uses', held.signCount > 1, held.signCount);
}

/** Where the browser offers it beside the field, and somebody takes it there, nothing is pressed on the page. */
async function besideTheField(scope, address, page, device) {
  const { checks } = scope;
  await signOut(page, address);
  await device.waits(false);
  await page.goto(`${address}/sign-in?back=%2Faccount`);
  await page.waitForURL(`${address}/account`);
  checks.has('taken beside the field it signs in', await words(page, 'main'), MAIL);
  await device.waits(true);
}

async function aPassword(scope, address, page, device) {
  const { checks } = scope;
  await page.goto(`${address}/account#password`);
  const field = page.locator('#new-password');
  const eye = page.locator('#password button.eye');
  const box = async () => JSON.stringify(await field.boundingBox());
  const place = await box();
  await field.fill('passwordpassword');
  checks.same('it is not shown', await field.getAttribute('type'), 'password');
  await eye.click();
  checks.same('the eye shows it', await field.getAttribute('type'), 'text');
  checks.same('and says so', await eye.getAttribute('aria-pressed'), 'true');
  checks.same('and moves nothing', await box(), place);
  await look(scope, page, 'a password that is shown');
  await eye.click();
  checks.same('and hides it again', await field.getAttribute('type'), 'password');
  await page.locator('#password form button[type=submit]').first().click();
  await page.locator('#password [role=alert]').waitFor();
  checks.has('a common one is refused', await words(page, '#password [role=alert]'), 'This is guessed first');
  await look(scope, page, 'a password, refused');
  await page.locator('#new-password').fill(PASSWORD);
  await page.locator('#password form button[type=submit]').first().click();
  await page.locator('#password button', { hasText: 'Remove' }).waitFor();
  checks.has('a good one is kept', await words(page, '#password'), 'You have had a password since');
  await signOut(page, address);
  await device.waits(true);
  await page.goto(`${address}/sign-in?back=%2Faccount`);
  await page.locator('details.more summary').click();
  await page.locator('#password-mail').fill(MAIL);
  await page.locator('#sign-in-password').fill('quai des brumes et marées');
  await page.locator('details.more form .btn').click();
  await page.locator('details.more [role=alert]').waitFor();
  checks.has('a wrong one is told', await words(page, 'details.more [role=alert]'), 'do not fit together');
  await look(scope, page, 'sign-in with a password, refused');
  await page.locator('#sign-in-password').fill(PASSWORD);
  await page.locator('details.more form .btn').click();
  await page.waitForURL(`${address}/account`);
  checks.ok('the right one signs in', true);
}

async function removed(scope, address, page, device) {
  const { checks } = scope;
  await page.goto(`${address}/account`);
  await page.locator('#passkeys .sessions button', { hasText: 'Remove' }).click();
  await page.waitForLoadState();
  checks.same('it is gone from the list', await page.locator('#passkeys .sessions li').count(), 0);
  checks.same('the device still has it', (await device.held()).length, 1);
  await device.waits(true);
  await signOut(page, address);
  await page.goto(`${address}/sign-in?back=%2Faccount`);
  const offered = page.locator('section.waits button');
  await offered.waitFor();
  await device.waits(false);
  await offered.click();
  await page.locator('section.waits [role=alert]:not([hidden])').waitFor();
  checks.has('and is told that it opens nothing', await words(page, 'section.waits [role=alert]'), 'does not open an account here');
  checks.has('nobody is signed in', page.url(), '/sign-in');
  await look(scope, page, 'a passkey that was removed');
  await device.waits(true);
  await signIn(page, address, MAIL);
  checks.ok('the way by mail is there', true);
}

/** Neither way that needs a script has a button then; the others are there. */
async function withoutScript(scope, address) {
  const { checks } = scope;
  const context = await scope.reader({ ...PHONE, javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(`${address}/sign-in?back=%2Faccount`);
  checks.same('without script there is no passkey’s button', await page.locator('.waits button:visible').count(), 0);
  await page.locator('details.more summary').click();
  checks.same('and no eye', await page.locator('.eye:visible').count(), 0);
  await page.locator('#password-mail').fill(MAIL);
  await page.locator('#sign-in-password').fill(PASSWORD);
  await page.locator('details.more form .btn').click();
  await page.waitForURL(`${address}/account`);
  checks.ok('a password signs in without script', true);
}

/** At an address that is a number the account says why there are none, and the sign-in page offers none. */
async function atANumber(scope, address) {
  const { checks } = scope;
  const context = await scope.reader(DESK);
  const page = await context.newPage();
  await page.goto(`${address}/sign-in?back=%2Faccount`);
  checks.same('at a number none are offered', await page.locator('.waits').count(), 0);
  await signIn(page, address, 'bob@reader.example');
  checks.has('and the account says why', await words(page, '#passkeys'), 'browsers give no passkeys');
}

/** The third of two devices: nothing can be chosen that is in use; a day later one is, and is signed out. */
async function oneDeviceTooMany(scope) {
  const { checks } = scope;
  const { address } = await scope.paper({ flags: DAY, settings: { registration: 'on', devices_max: 2 } });
  const [desk, phone, tablet] = [await scope.reader(DESK), await scope.reader(PHONE), await scope.reader(PHONE)];
  const pages = [];
  for (const context of [desk, phone]) {
    const page = await context.newPage();
    await page.goto(`${address}/sign-in?back=%2Faccount`);
    await signIn(page, address, MAIL);
    pages.push(page);
  }
  const third = await tablet.newPage();
  const comes = async () => {
    await third.goto(`${address}/sign-in?back=%2Faccount`);
    await askForCode(third, MAIL);
    await typeCode(third, (await newestMail(tablet, address, MAIL)).code);
    await third.waitForURL(`${address}/sign-in/devices`);
  };
  await comes();
  checks.same('the third is shown the two', await third.locator('input[name=session]').count(), 2);
  checks.same('none in use can be chosen', await third.locator('input[name=session]:enabled').count(), 0);
  checks.same('and nothing can be pressed', await third.locator('form[action="/sign-in/devices"] button').count(), 0);
  await look(scope, third, 'one device too many, all in use');
  const clock = await tablet.newPage();
  await clock.goto(`${address}/demo`);
  await clock.locator('button[name=forward][value=day]').click();
  await clock.waitForLoadState();
  await comes();
  await look(scope, third, 'one device too many');
  await third.locator('input[name=session]').last().check();
  await third.locator('form[action="/sign-in/devices"] button').click();
  await third.waitForURL(`${address}/account`);
  checks.ok('with a choice the third is signed in', true);
  const urls = [];
  for (const page of pages) {
    await page.goto(`${address}/account`);
    urls.push(new URL(page.url()).pathname);
  }
  checks.same('and one of the others is not', urls.sort(), ['/account', '/sign-in']);
}
