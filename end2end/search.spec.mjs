// Finding a lead from anywhere, and the command palette.
import { addLead, connected, expect, test } from './journey.mjs';

const field = (page) => page.getByRole('combobox', { name: 'Find a lead or a command' });
const options = (page) => page.getByRole('option');

test('by keyboard alone: the palette finds a lead by half a name and opens it, and goes everywhere', async ({ found }) => {
  const page = await found();
  await connected(page);
  for (const name of ['Wanda Quist', 'Walter Quill']) await addLead(page, name);

  await page.keyboard.press('Control+k');
  await expect(field(page)).toBeFocused();
  await page.keyboard.type('qui');
  await expect(options(page)).toHaveCount(2);
  await expect(options(page).first()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowUp');
  await expect(options(page).last()).toHaveAttribute('aria-selected', 'true');
  await page.keyboard.press('ArrowDown');
  // The newest first.
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/leads\//);
  await expect(page.getByRole('heading', { name: 'Walter Quill' })).toBeVisible();
  await expect(field(page)).toHaveCount(0);

  // A slip; and Escape loses nothing but the palette.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('wandda quist');
  await expect(options(page).first()).toContainText('Wanda Quist');
  await page.keyboard.press('Escape');
  await expect(field(page)).toHaveCount(0);
  await expect(page).toHaveURL(/\/leads\//);

  // Keys of their own.
  await page.keyboard.press('g');
  await page.keyboard.press('i');
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
  await page.keyboard.press('?');
  await expect(options(page).filter({ hasText: 'Lead board' })).toContainText('GB');
  await page.keyboard.type('new lead');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/board\?new=/);
  await expect(page.getByLabel('Name', { exact: true }).first()).toBeFocused();
});

test('the server down: the palette says so, keeps what was typed and finds it afterwards', async ({ found, complaints }) => {
  complaints.expected(/Failed to load resource|net::ERR/);
  const page = await found();
  await connected(page);
  await addLead(page, 'Wanda Quist');
  await page.route('**/api/search*', (route) => route.abort());
  await page.keyboard.press('Control+k');
  await page.keyboard.type('wand');
  await expect(page.getByRole('status').filter({ hasText: 'cannot be reached' })).toBeVisible();
  await expect(field(page)).toHaveValue('wand');
  await page.unroute('**/api/search*');
  await page.keyboard.type('a');
  await expect(options(page)).toHaveText([/Wanda Quist/]);
});

test('Enter before the answer has come opens what was meant, and without network the page stays', async ({ found, complaints }) => {
  complaints.expected(/Failed to load resource|net::ERR|TypeError|WebSocket/);
  const page = await found();
  await connected(page);
  // Of the two that "ann" finds the newest is on top: the wrong one.
  for (const name of ['Annett Quist', 'Ann Abbot']) await addLead(page, name);

  // The list has never been fetched, and cannot be now.
  await page.route('**/split_search.wasm', (route) => route.abort());
  await page.evaluate(() => { window.sameDocument = true; });
  await page.keyboard.press('Control+k');
  await expect(page.getByText('This cannot be loaded just now.')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.unroute('**/split_search.wasm');
  expect(await page.evaluate(() => window.sameDocument)).toBe(true);

  // The answer to "ann" is there when the one to "annett" is still held back.
  await page.keyboard.press('Control+k');
  await page.keyboard.type('ann');
  await expect(options(page)).toHaveCount(2);
  let answer;
  const held = new Promise((resolve) => { answer = resolve; });
  await page.route('**/api/search*', async (route) => {
    await held;
    await route.continue();
  });
  await page.keyboard.type('ett');
  await page.keyboard.press('Enter');
  await expect(field(page)).toBeVisible();
  answer();
  await expect(page.getByRole('heading', { name: 'Annett Quist' })).toBeVisible();
});

test('without scripts: the search is a page', async ({ found, browser }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'Wanda Quist');
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const still = await plain.newPage();
  await still.goto('/board');
  await still.getByRole('link', { name: 'Search', exact: true }).first().click();
  await still.getByRole('searchbox', { name: 'Find leads' }).fill('wanda');
  await still.getByRole('button', { name: 'Search' }).click();
  await expect(still.getByText('1 lead', { exact: true })).toBeVisible();
  await still.getByRole('link', { name: /Wanda Quist/ }).click();
  await expect(still.getByRole('heading', { name: 'Wanda Quist' })).toBeVisible();
  await still.goto('/search?q=nobody+of+that+name');
  await expect(still.getByText('Nothing found for')).toBeVisible();
  await plain.close();
});
