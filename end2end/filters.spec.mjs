// The address is the filter.
import { addLead, card, column, connected, drag, expect, sameAsFresh, test } from './journey.mjs';

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
  await page.getByRole('toolbar', { name: 'Filters' }).getByText('Score').click();
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
  await reader.getByLabel('Find on the board').fill('marsh');
  await reader.getByLabel('Find on the board').press('Enter');
  await expect(reader.locator('[data-lead]')).toHaveCount(1);
  await reader.getByRole('toolbar', { name: 'Filters' }).getByText('Owner').click();
  await reader.getByRole('menuitem', { name: 'Nobody' }).click();
  await expect(reader).toHaveURL(/q=marsh&owner=none/);
  await expect(reader.locator('[data-lead]')).toHaveCount(1);
  await reader.getByRole('link', { name: /Owner: nobody, take away/ }).click();
  await expect(reader).toHaveURL(/\/board\?q=marsh$/);
  await plain.close();
});
