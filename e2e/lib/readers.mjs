// What somebody does to sign in, and what the demo's mailbox holds for it.

/** A day of the demo on which the offer of its tariff runs for ten days more. */
export const DAY = ['--at', '2026-09-20T14:30:00[America/Halifax]'];

/** The newest mail to an address, as the mailbox shows it in another tab: its subject, its code and its link. */
export async function newestMail(context, address, mail) {
  const page = await context.newPage();
  await page.goto(`${address}/demo/mailbox`);
  await page.locator('dl.dates > div', { hasText: mail }).first().locator('a').click();
  await page.waitForURL(/\/demo\/mailbox\/\d+$/);
  const subject = await page.locator('h1').innerText();
  const [link] = await page.locator('.mail-text a[href*="/sign-in/"]').evaluateAll((all) => all.map((one) => one.href));
  await page.close();
  return { subject, link, code: subject.replace(/\D/g, '') };
}

/** Asks for a code on the page for that. */
export async function askForCode(page, mail) {
  await page.locator('#mail').fill(mail);
  await page.locator('form[action="/sign-in"] .btn').click();
  await page.waitForURL(/\/sign-in\/code$/);
}

/** Types a code where it is asked for. */
export async function typeCode(page, code) {
  await page.locator('#code').fill(code);
  await page.locator('main form .btn').click();
}

/** The whole way, from a page that asks for an address; it ends where the house leads. */
export async function signIn(page, address, mail) {
  await askForCode(page, mail);
  const { code } = await newestMail(page.context(), address, mail);
  await typeCode(page, code);
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** What the browser has of ours: the names of its cookies. */
export async function cookieNames(context) {
  return (await context.cookies()).map((cookie) => cookie.name).sort();
}

/** Whether the place where the text broke off is on the screen, near its top. */
export function isAtTheRest(page, before) {
  return page.waitForFunction((before) => {
    // Once the rest is there, its first paragraph stands where its place was.
    const place = document.getElementById('rest') ?? document.querySelectorAll('[data-part=copy] > *')[before];
    const { top } = place.getBoundingClientRect();
    return top > -2 && top < innerHeight / 2;
  }, before, { timeout: 5_000 }).then(() => true, () => false);
}

/** Makes this page's browser a reader in a state, by the demo's own page. */
export async function becomeOne(page, address, who) {
  await page.goto(`${address}/demo`);
  await press(page, 'become', who);
}

/** Presses a button of a form that leads to a page at the same address or another. */
export async function press(page, name, value) {
  const button = page.locator(`button[name="${name}"][value="${value}"]`);
  await Promise.all([page.waitForEvent('load'), button.click()]);
}
