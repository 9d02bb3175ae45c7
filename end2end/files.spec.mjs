// Files on a lead: chosen or dropped, seen in every tab, opened, removed and put back; lost connections, and no script.
import { addLead, card, connected, expect, signIn, test } from './journey.mjs';

const files = (page) => page.getByRole('region', { name: 'Files' });
const kept = (page) => files(page).getByRole('list', { name: 'Files of this lead' }).getByRole('listitem');
const coming = (page) => files(page).getByRole('list', { name: 'Files on their way' }).getByRole('listitem');
const chooser = (page) => files(page).getByLabel(/Add files/);
const text = (name, body = 'words') => ({ name, mimeType: 'text/plain', buffer: Buffer.from(body) });
const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/eL9GtQAAAABJRU5ErkJggg==', 'base64');

async function lead(page) {
  await connected(page);
  await addLead(page, 'Kit Elder');
  await page.goto(await card(page, 'Kit Elder').getByRole('link').first().getAttribute('href'));
  await connected(page);
  return page.url();
}

test('files are added, followed elsewhere, opened, removed by keyboard and put back', async ({ found, complaints }) => {
  // Of the browser's own favicon beside a picture, and of scripts where none may run.
  complaints.expected(/NotSameOrigin|status of 404|is sandboxed/);
  const page = await found();
  const address = await lead(page);
  const other = await page.context().newPage();
  await other.goto(address);
  await connected(other);

  await chooser(page).setInputFiles([{ name: 'roof.png', mimeType: 'image/png', buffer: PICTURE }, text('terms.html', '<script>alert(1)</script>')]);
  await expect(kept(page)).toHaveText([/^terms\.html/, /^roof\.png/]);
  await expect(kept(other)).toHaveText([/^terms\.html/, /^roof\.png/]);
  await expect(coming(page)).toHaveCount(0);
  await expect(other.getByRole('list').filter({ hasText: 'added a file' })).toContainText('terms.html');

  // A picture is shown, beside the lead; what could run is downloaded.
  const shown = kept(page).filter({ hasText: 'roof.png' }).locator('img');
  await expect.poll(() => shown.evaluate((img) => img.naturalWidth)).toBe(1);
  const [picture] = await Promise.all([page.context().waitForEvent('page'), page.getByRole('link', { name: 'roof.png' }).click()]);
  await picture.waitForLoadState();
  expect(await picture.evaluate(() => [document.contentType, self.origin])).toEqual(['image/png', 'null']);
  await picture.close();
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'terms.html' }).click()]);
  expect(download.suggestedFilename()).toBe('terms.html');

  // Dropped anywhere on the section.
  const data = await page.evaluateHandle(() => {
    const data = new DataTransfer();
    data.items.add(new File(['dropped'], 'dropped.txt'));
    return data;
  });
  await files(page).dispatchEvent('dragover', { dataTransfer: data });
  await expect(files(page)).toContainText('Let go to add them');
  await files(page).dispatchEvent('drop', { dataTransfer: data });
  await expect(kept(page)).toHaveCount(3);
  await expect(kept(other)).toHaveCount(3);

  // By keyboard alone: removed, and put back.
  await files(page).getByRole('button', { name: 'Remove dropped.txt' }).focus();
  await page.keyboard.press('Enter');
  await expect(kept(other)).toHaveCount(2);
  await expect(kept(page)).toHaveCount(2);
  await expect(chooser(page)).toBeFocused();
  await page.getByRole('status').getByRole('button', { name: /^Undo/ }).press('Enter');
  await expect(kept(page)).toHaveText([/^dropped\.txt/, /^terms\.html/, /^roof\.png/]);
  await expect(kept(other)).toHaveText([/^dropped\.txt/, /^terms\.html/, /^roof\.png/]);
});

test('a file that does not arrive says so, is sent again, or goes on while one is elsewhere', async ({ found, complaints }) => {
  complaints.expected(/Failed to load resource/);
  const page = await found();
  const address = await lead(page);
  const other = await page.context().newPage();
  await other.goto(address);
  await connected(other);
  let act = (route) => route.abort();
  await page.route('**/leads/*', (route) => (route.request().method() === 'POST' ? act(route) : route.fallback()));

  await chooser(page).setInputFiles([text('offer.txt'), { name: 'film.mov', mimeType: 'video/quicktime', buffer: Buffer.alloc((25 << 20) + 1) }]);
  await expect(coming(page)).toHaveText([/offer\.txt.*cannot be reached/, /film\.mov.*larger than 25 MB/]);
  await expect(files(page).getByRole('button', { name: 'Try again' })).toHaveCount(1);
  act = (route) => route.fallback();
  await files(page).getByRole('button', { name: 'Try again' }).click();
  await expect(kept(page)).toHaveText([/^offer\.txt/]);
  await files(page).getByRole('button', { name: 'Dismiss film.mov' }).click();
  await expect(coming(page)).toHaveCount(0);

  // Not sent after all: the next one goes.
  let held = [];
  act = (route) => held.push(route);
  await chooser(page).setInputFiles([text('first.txt'), text('second.txt')]);
  await expect.poll(() => held.length).toBe(1);
  await expect(coming(page)).toHaveCount(2);
  // Whoever closes the tab now is asked whether they mean it.
  const asked = page.waitForEvent('dialog');
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  act = (route) => route.fallback();
  await files(page).getByRole('button', { name: 'Do not send first.txt' }).click();
  await expect(kept(page)).toHaveText([/^second\.txt/, /^offer\.txt/]);

  // On another page of ours it still arrives; one that does not says so there.
  held = [];
  act = (route) => held.push(route);
  await chooser(page).setInputFiles([text('third.txt'), text('fourth.txt')]);
  await expect.poll(() => held.length).toBe(1);
  await page.getByRole('link', { name: 'Lead board' }).first().click();
  await expect(card(page, 'Kit Elder')).toBeVisible();
  act = (route) => route.abort();
  await held[0].fallback();
  await expect(kept(other)).toHaveText([/^third\.txt/, /^second\.txt/, /^offer\.txt/]);
  await expect(page.getByRole('alert')).toContainText('fourth.txt was not added.');
});

test('without script a file is added by a form and removed by a button', async ({ browser, baseURL, found }) => {
  const founder = await found();
  const address = await lead(founder);
  const context = await browser.newContext({ baseURL, javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, founder.email, 'a lamp in the window');
  await page.goto(address);
  await page.getByRole('button', { name: 'Add file', exact: true }).click();
  await expect(files(page).getByRole('alert')).toHaveText('Choose a file.');
  await chooser(page).setInputFiles(text('terms.txt'));
  await page.getByRole('button', { name: 'Add file', exact: true }).click();
  await expect(kept(page)).toHaveText([/^terms\.txt/]);
  await kept(page).getByRole('button', { name: 'Remove terms.txt' }).click();
  await expect(page).toHaveURL(/\/leads\//);
  await expect(files(page).getByRole('button', { name: 'Add file', exact: true })).toBeVisible();
  await expect(kept(page)).toHaveCount(0);
  await context.close();
});
