// From page to page without a new document: links, Back and Forward, the keyboard's place, and no network.
import { addLead, card, connected, expect, test, visit } from './journey.mjs';

const main = (page) => page.locator('#main');
const link = (page, path) => page.locator(`aside a[href="${path}"]`).first();
const heading = (page, name) => page.getByRole('heading', { name, level: 1 });

/** Marks the document; whatever comes later without the mark is another one. */
const mark = (page) => page.evaluate(() => { window.marked = true; });
const isMarked = (page) => page.evaluate(() => window.marked === true);

test('links, Back and Forward change the page, its title and the keyboard’s place, in one document', async ({ found }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'Abe Linden');
  await mark(page);

  await link(page, '/inbox').click();
  await expect(heading(page, 'Inbox')).toBeVisible();
  await expect(page).toHaveURL(/\/inbox$/);
  await expect(page).toHaveTitle('Inbox · Spotlight OS');
  await expect(link(page, '/inbox')).toHaveAttribute('aria-current', 'page');
  await expect(main(page)).toBeFocused();
  // Where one is already, a link adds nothing to go back through.
  await link(page, '/inbox').click();

  await page.goBack();
  await expect(heading(page, 'Lead board')).toBeVisible();
  await expect(card(page, 'Abe Linden')).toBeVisible();
  await expect(page).toHaveTitle('Lead board · Spotlight OS');
  await page.goForward();
  await expect(heading(page, 'Inbox')).toBeVisible();
  await expect(main(page)).toBeFocused();
  await page.goBack();

  // A lead beside the board names the window for as long as it is there.
  await card(page, 'Abe Linden').getByRole('link', { name: 'Abe Linden', exact: true }).click();
  await expect(page).toHaveTitle('Abe Linden · Spotlight OS');
  await page.goBack();
  await expect(page).toHaveTitle('Lead board · Spotlight OS');

  // Pages that are built alike: nothing of one is left in the other.
  await visit(page, '/settings');
  await mark(page);
  await page.locator('input[name=name]').fill('Half a name');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'API keys' }).click();
  await expect(page).toHaveTitle('API keys · Spotlight OS');
  await expect(page.locator('input[name=name]')).toHaveValue('');
  expect(await isMarked(page)).toBe(true);

  // A page without script is a document of its own; so is what a link wants in a tab of its own.
  const [other] = await Promise.all([page.context().waitForEvent('page'), link(page, '/tasks').click({ modifiers: ['Control'] })]);
  await expect(other).toHaveURL(/\/tasks$/);
  await expect(page).toHaveURL(/\/settings\/keys$/);
  await other.close();
});

test('of two links the last counts, and what comes late is not shown', async ({ found }) => {
  const page = await found();
  await connected(page);
  await mark(page);
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  await page.route('**/split_tasks.wasm', async (route) => {
    await held;
    await route.continue();
  });
  const asked = page.waitForRequest('**/split_tasks.wasm');
  await link(page, '/tasks').click();
  await asked;
  // Nothing has changed yet: neither the page nor its address.
  await expect(page).toHaveURL(/\/board/);
  await link(page, '/assistants').click();
  await expect(page).toHaveURL(/\/assistants$/);
  await expect(heading(page, 'Assistants')).toBeVisible();
  const came = page.waitForResponse('**/split_tasks.wasm');
  release();
  await came;
  // The part has come and is used when it is asked for again, and not before.
  await link(page, '/inbox').click();
  await expect(heading(page, 'Inbox')).toBeVisible();
  await page.goBack();
  await expect(heading(page, 'Assistants')).toBeVisible();
  await link(page, '/tasks').click();
  await expect(heading(page, 'Tasks')).toBeVisible();
  expect(await isMarked(page)).toBe(true);
});

test('from chat to chat the list stays as it is, and so does what was typed', async ({ open }) => {
  const page = await open({ email: 'rep2@meridian.test' });
  await visit(page, '/inbox?show=all');
  await mark(page);
  const rows = page.locator('[data-conversation]').and(page.getByRole('link'));
  const list = page.getByRole('region', { name: 'Conversation list' });
  await rows.first().click();
  await expect(rows.first()).toHaveAttribute('aria-current', 'true');
  await list.evaluate((element) => { element.marked = true; });
  const field = page.getByRole('textbox', { name: /^Write to / });
  await field.fill('Half a sentence');
  await rows.nth(1).click();
  await expect(rows.nth(1)).toHaveAttribute('aria-current', 'true');
  await expect(field).toHaveValue('');
  await page.goBack();
  await expect(rows.first()).toHaveAttribute('aria-current', 'true');
  await expect(field).toHaveValue('Half a sentence');
  expect(await list.evaluate((element) => element.marked)).toBe(true);
  await field.fill('');
});

test('without network a page whose part is there opens, says what is missing, and recovers', async ({ found, complaints }) => {
  complaints.expected(/ERR_INTERNET_DISCONNECTED|WebSocket/);
  const page = await found();
  await connected(page);
  await link(page, '/inbox').click();
  await expect(heading(page, 'Inbox')).toBeVisible();
  await link(page, '/board').click();
  await expect(heading(page, 'Lead board')).toBeVisible();
  await mark(page);
  await page.context().setOffline(true);
  await link(page, '/inbox').click();
  await expect(page.getByText('The list could not be loaded')).toBeVisible();
  await expect(page).toHaveURL(/\/inbox$/);
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(page.getByText('Nobody is waiting')).toBeVisible();
  expect(await isMarked(page)).toBe(true);
});
