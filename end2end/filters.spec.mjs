// The address is the filter.
import { readFile } from 'node:fs/promises';
import { addLead, card, column, connected, drag, expect, lift, sameAsFresh, test } from './journey.mjs';

test('the board shows what its address asks for, with totals of just that, and follows', async ({ found }) => {
  const page = await found();
  await connected(page);
  for (const name of ['Abe Linden', 'Bea Linden', 'Cy Marsh']) await addLead(page, name);
  const head = column(page, 'new').locator('h2 + span');

  // Words, as they are typed; the key leads to the field.
  await page.keyboard.press('/');
  await page.keyboard.type('linden');
  await expect(page).toHaveURL(/\/board\?q=linden$/);
  await expect(column(page, 'new').locator('[data-lead]')).toHaveCount(2);
  await expect(head).toHaveText('2');
  await sameAsFresh(page, '/board?q=linden');

  // What comes in is shown only if it fits; what is moved keeps its place among those that are not shown.
  const other = await page.context().newPage();
  await other.goto('/board');
  await connected(other);
  await addLead(other, 'Dot Linden');
  await addLead(other, 'Eli Voss');
  await expect(column(page, 'new').locator('[data-lead]')).toHaveCount(3);
  await drag(page, card(page, 'Abe Linden'), column(page, 'contacted'));
  await expect(column(other, 'contacted').locator('[data-lead]')).toHaveCount(1);
  await expect(head).toHaveText('2');

  // A chip, by keyboard; then nobody's leads; then none at all.
  await page.goto('/board?q=linden&owner=none');
  await connected(page);
  await expect(page.getByRole('link', { name: /Owner: nobody, take away/ })).toBeVisible();
  await expect(column(page, 'new').locator('[data-lead]')).toHaveCount(2);
  await page.getByRole('toolbar', { name: 'Filters' }).locator('summary', { hasText: 'Score' }).click();
  await page.getByRole('menuitem', { name: '75 or more' }).click();
  await expect(page).toHaveURL(/score=75/);
  await expect(page.getByText('No lead is like that')).toBeVisible();
  await page.goBack();
  await expect(column(page, 'new').locator('[data-lead]')).toHaveCount(2);
  await page.getByRole('link', { name: 'Clear' }).click();
  await expect(page).toHaveURL(/\/board$/);
  await expect(column(page, 'new').locator('[data-lead]')).toHaveCount(4);
  await sameAsFresh(page);
});

test('without scripts: the board is filtered by its form and its chips', async ({ found }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'Abe Linden');
  await addLead(page, 'Cy Marsh');
  const plain = await page.context().browser().newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const reader = await plain.newPage();
  await reader.goto(new URL('/board', page.url()).href);
  await reader.getByLabel('Find leads').fill('marsh');
  await reader.getByLabel('Find leads').press('Enter');
  await expect(reader.locator('[data-lead]')).toHaveCount(1);
  await reader.getByRole('toolbar', { name: 'Filters' }).getByText('Owner').click();
  await reader.getByRole('menuitem', { name: 'Nobody' }).click();
  await expect(reader).toHaveURL(/q=marsh&owner=none/);
  await expect(reader.locator('[data-lead]')).toHaveCount(1);
  await reader.getByRole('link', { name: /Owner: nobody, take away/ }).click();
  await expect(reader).toHaveURL(/\/board\?q=marsh$/);
  await plain.close();
});

test('columns are sorted by what the address says: new cards find their place, and a drop changes the stage alone', async ({ found }) => {
  const page = await found();
  await connected(page);
  for (const [name, value] of [['Abe Linden', '500'], ['Bea Linden', '9000'], ['Cy Marsh', '70']]) {
    await page.goto('/board?new=');
    const form = page.locator('form').filter({ has: page.locator('input[name=value]') }).first();
    await form.locator('input[name=name]').fill(name);
    await form.locator('input[name=value]').fill(value);
    await form.locator('input[name=value]').press('Enter');
    await expect(card(page, name)).toHaveCount(1);
  }
  const names = (stage) => column(page, stage).locator('.lead-name');
  await page.goto('/board');
  await connected(page);
  await expect(names('new')).toHaveText(['Cy Marsh', 'Bea Linden', 'Abe Linden']);

  await page.getByRole('toolbar', { name: 'Filters' }).locator('summary', { hasText: 'Sort' }).click();
  await page.getByRole('menuitem', { name: 'Value' }).click();
  await expect(page).toHaveURL(/\/board\?sort=value$/);
  await expect(names('new')).toHaveText(['Bea Linden', 'Abe Linden', 'Cy Marsh']);
  await sameAsFresh(page, '/board?sort=value');

  // Within the column nothing is moved; to another one the card finds its place.
  await lift(page, card(page, 'Cy Marsh'), column(page, 'new'));
  await page.mouse.up();
  await expect(names('new')).toHaveText(['Bea Linden', 'Abe Linden', 'Cy Marsh']);
  await drag(page, card(page, 'Bea Linden'), column(page, 'contacted'));
  await drag(page, card(page, 'Cy Marsh'), column(page, 'contacted'));
  await expect(names('contacted')).toHaveText(['Bea Linden', 'Cy Marsh']);

  // By keyboard: up and down do nothing, sideways does; Undo puts it back to where it was by hand.
  await card(page, 'Abe Linden').focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('in New, 1 of 1')).toBeVisible();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect(names('contacted')).toHaveText(['Bea Linden', 'Abe Linden', 'Cy Marsh']);
  await page.keyboard.press('Control+z');
  await expect(names('new')).toHaveText(['Abe Linden']);
  await page.getByRole('link', { name: 'Sort: value, take away' }).click();
  await expect(page).toHaveURL(/\/board$/);
  await expect(names('contacted')).toHaveText(['Cy Marsh', 'Bea Linden']);
  await sameAsFresh(page);
});

test('what the board shows is downloaded as CSV', async ({ found }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'Abe Linden');
  await addLead(page, '=1+1');
  await page.goto('/board?q=linden');
  await connected(page);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name: 'Download CSV' }).click()]);
  const text = await readFile(await download.path(), 'utf8');
  expect(text.split('\n').filter(Boolean).map((line) => line.split(',')[0])).toEqual(['\ufeffName', 'Abe Linden']);
  expect(await (await page.request.get('/leads.csv')).text()).toContain("'=1+1");
});
