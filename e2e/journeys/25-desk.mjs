// The desk: an article from the first line into the paper, what keeps one from it, set right, taken back and put back; the front page;
// the staff and their roles; with script and without. Every page is looked at.

import { words } from '../lib/browser.mjs';
import { look } from '../lib/looks.mjs';
import { DAY, becomeOne } from '../lib/readers.mjs';

const TEXT = `The gauge at the bridge stood at 3.1 metres at noon.

It has stood higher twice since it was set.

<!-- paywall -->

The council meets on Thursday.
`;

export default async function walk(scope) {
  const paper = await scope.paper({ flags: DAY });
  await written(scope, paper);
  await byAnAuthor(scope, paper);
  await staffed(scope, paper);
}

async function written(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  const stranger = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'editor');
  await page.waitForURL(`${paper.address}/desk`);
  checks.has('the desk has what is out', await words(page, 'main'), 'Published');
  await look(scope, page, 'the desk');
  await page.locator('.desk-top .btn').click();
  await page.waitForURL(/\/desk\/articles$/);
  await look(scope, page, 'a new article');
  await page.locator('#headline').fill('Water at the bridge');
  await page.locator('#text').fill(TEXT);
  await page.locator('#authors').fill('Nobody We Know');
  await page.locator('button[value=publish]').click();
  await page.locator('.desk-faults').waitFor();
  checks.has('what keeps it from the paper is said', await words(page, '.desk-faults'), 'nobody-we-know');
  checks.same('and nothing is lost', await page.locator('#text').inputValue(), TEXT);
  await look(scope, page, 'an article with faults');
  await page.locator('#authors').fill('');
  await page.locator('#standfirst').fill('Three metres, and rising slowly.');
  await page.locator('button[value=look]').click();
  await page.waitForURL(/\/look$/);
  checks.has('it is seen as readers will see it', await words(page, 'main'), 'The council meets on Thursday.');
  await page.locator('a[href^="/desk/articles/"]').first().click();
  await page.locator('button[value=look-as-stranger]').click();
  await page.waitForURL(/as=stranger$/);
  checks.ok('a stranger sees its beginning alone', !(await words(page, 'main')).includes('The council meets'));
  await page.locator('a[href^="/desk/articles/"]').first().click();
  const at = page.url();
  await page.locator('button[value=publish]').click();
  await page.waitForURL(/said=published$/);
  checks.has('it is said that it is out', await words(page, '[role=status]'), 'It is in the paper');
  await look(scope, page, 'an article that is out');
  const address = await page.locator('.desk-top a').getAttribute('href');
  await stranger.goto(paper.address + address);
  checks.has('a stranger reads its beginning', await words(stranger, 'main'), 'The gauge at the bridge');
  await page.locator('#correction').fill('The gauge stood at 3.0 metres.');
  await page.locator('button[value=publish]').click();
  await page.waitForURL(/said=published$/);
  await stranger.reload();
  checks.has('a correction stands at its foot', await words(stranger, 'main'), 'The gauge stood at 3.0 metres.');

  await page.goto(`${paper.address}/desk/names`);
  await look(scope, page, 'authors and tags');
  await page.goto(`${paper.address}/desk/front`);
  await look(scope, page, 'the front page at the desk');
  const leads = async () => {
    await stranger.goto(paper.address);
    return words(stranger, 'main article >> nth=0');
  };
  const framed = page.frameLocator('.look-narrow iframe').locator('main article').first();
  const before = await leads();
  await page.locator('#lead').selectOption({ label: 'Water at the bridge' });
  await framed.filter({ hasText: 'Water at the bridge' }).waitFor();
  checks.has('what is chosen is shown as it would be', await words(page, '.desk-places [role=status]'), 'Not on the front page yet');
  checks.same('and nobody else sees it', await leads(), before);
  await look(scope, page, 'a front page that is looked at');
  await page.locator('.desk-places button[type=submit]').first().click();
  await page.waitForURL(/said=saved$/);
  checks.has('saved, it leads the front page', await leads(), 'Water at the bridge');
  await page.locator('button[form=undo]').click();
  await page.waitForURL(/said=saved$/);
  checks.same('one press takes it back', await leads(), before);
  await page.locator('.desk-past a').first().click();
  await framed.filter({ hasText: 'Water at the bridge' }).waitFor();
  await page.locator('.desk-places button[type=submit]').first().click();
  await page.waitForURL(/said=saved$/);
  checks.has('what stood there is put there again', await leads(), 'Water at the bridge');

  await page.goto(`${at}/withdrawal`);
  await look(scope, page, 'taking an article back');
  await page.locator('main .btn').click();
  await page.waitForURL(/said=back$/);
  const gone = await stranger.goto(paper.address + address);
  checks.same('taken back, it is gone', gone.status(), 410);
  await page.goto(`${at}/withdrawal`);
  await page.locator('main .btn').click();
  await page.waitForURL(/said=published$/);
  const back = await stranger.goto(paper.address + address);
  checks.same('put back, it is read again', back.status(), 200);
}

async function byAnAuthor(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader({ javaScriptEnabled: false })).newPage();
  await becomeOne(page, paper.address, 'author');
  await page.waitForURL(`${paper.address}/desk`);
  checks.has('an author begins with nothing', await words(page, 'main'), 'Nothing is being worked on.');
  await page.locator('.desk-top .btn').click();
  await page.locator('#headline').fill('A note from the quay');
  await page.locator('#text').fill(TEXT);
  await page.locator('button[value=save]').click();
  await page.waitForURL(/said=saved$/);
  checks.same('nobody publishes whose role does not say so', await page.locator('button[value=publish]').count(), 0);
  const at = page.url().split('?')[0];
  await page.locator('button[value=review]').click();
  await page.waitForURL(/said=sent$/);
  const refused = await page.goto(`${paper.address}/desk/front`);
  checks.same('the front page is not theirs', refused.status(), 403);
  const bare = await (await scope.reader({ javaScriptEnabled: false })).newPage();
  await becomeOne(bare, paper.address, 'editor');
  await bare.goto(`${paper.address}/desk/front`);
  await bare.locator('#lead').selectOption('');
  await bare.locator('button[name=look]').click();
  await bare.waitForURL(/look=yes/);
  checks.same('without script a front page is looked at by a button', await bare.locator('#lead').inputValue(), '');
  checks.has('and it is said that it is nowhere yet', await words(bare, '.desk-places [role=status]'), 'Not on the front page yet');
  const editor = await (await scope.reader()).newPage();
  await becomeOne(editor, paper.address, 'editor');
  checks.has('an editor is asked to look at it', await words(editor, '#review ~ ul'), 'A note from the quay');
  await editor.goto(at);
  await editor.locator('button[value=publish]').click();
  await editor.waitForURL(/said=published$/);
  await page.goto(at);
  checks.has('what is out is not the author’s any more', await words(page, 'main'), 'does not allow this');
}

async function staffed(scope, paper) {
  const { checks } = scope;
  const page = await (await scope.reader()).newPage();
  await becomeOne(page, paper.address, 'owner');
  await page.goto(`${paper.address}/desk/staff`);
  await page.locator('#mail').fill('nell@courant.example');
  await page.locator('#name').fill('Nell Dune');
  await page.locator('#role').selectOption('publisher');
  await page.locator('.desk-add .btn').click();
  await page.waitForLoadState();
  checks.has('somebody is let in', await words(page, '.desk-people'), 'Nell Dune');
  await look(scope, page, 'the staff');
  await page.goto(`${paper.address}/desk/record`);
  checks.has('the record says who did what', await words(page, '.desk-record'), 'published');
  await look(scope, page, 'the record');
  const reader = await (await scope.reader()).newPage();
  await becomeOne(reader, paper.address, 'subscriber');
  const refused = await reader.goto(`${paper.address}/desk`);
  checks.same('a reader has no place there', refused.status(), 403);
  await look(scope, reader, 'the desk, closed');
}
