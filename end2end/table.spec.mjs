// Leads as a table: sorted by its heads, chosen by mouse and keys, changed at once and put back with one Undo.
import { addLead, connected, expect, test } from './journey.mjs';

const row = (page, name) => page.getByRole('row').filter({ hasText: name });
const names = (page) => page.locator('[data-row] a').allTextContents();

test('many leads are changed at once, and back', async ({ found }) => {
  const page = await found();
  await connected(page);
  for (const name of ['Ada Fern', 'Bea Holt', 'Cal Moor', 'Dot Reed']) await addLead(page, name);
  await page.getByRole('link', { name: 'As a table' }).click();
  await expect(page).toHaveURL(/\/leads$/);
  await connected(page);
  await expect(page.getByRole('grid', { name: 'Leads' })).toBeVisible();
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
  await expect(page).toHaveURL(/sort=name/);
  await expect(page.getByRole('columnheader', { name: 'Name' })).toHaveAttribute('aria-sort', 'ascending');
  await expect.poll(() => names(page)).toEqual(['Ada Fern', 'Bea Holt', 'Cal Moor', 'Dot Reed']);
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
  await expect.poll(() => names(page)).toEqual(['Dot Reed', 'Cal Moor', 'Bea Holt', 'Ada Fern']);
  await page.getByRole('columnheader', { name: 'Name' }).getByRole('link').click();
  await expect.poll(() => names(page)).toEqual(['Ada Fern', 'Bea Holt', 'Cal Moor', 'Dot Reed']);

  // By keys: the second, and with Shift down to the third.
  await page.getByRole('grid', { name: 'Leads' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('x');
  await page.keyboard.press('Shift+ArrowDown');
  const bar = page.getByRole('toolbar', { name: 'Chosen leads' });
  await expect(bar).toContainText('2 chosen');
  await expect(row(page, 'Cal Moor')).toHaveAttribute('aria-selected', 'true');
  await bar.locator('summary', { hasText: 'Move to' }).click();
  await page.getByRole('menuitem', { name: 'Qualified' }).click();
  await expect(page.getByText('2 leads moved to Qualified')).toBeVisible();
  await expect(row(page, 'Bea Holt')).toContainText('Qualified');
  await expect(row(page, 'Cal Moor')).toContainText('Qualified');
  await expect(row(page, 'Ada Fern')).toContainText('New');
  await expect(bar).toBeHidden();
  await page.getByRole('status').getByRole('button', { name: /^Undo/ }).click();
  await expect(page.getByText('Undone')).toBeVisible();
  await expect(row(page, 'Bea Holt')).toContainText('New');

  // By mouse, and all of them: a tag, and to the trash.
  await row(page, 'Ada Fern').getByRole('checkbox').click();
  await bar.getByRole('button', { name: 'Choose all 4' }).click();
  await expect(bar).toContainText('4 chosen');
  await bar.getByLabel('Tag to put on').fill('spring');
  await bar.getByLabel('Tag to put on').press('Enter');
  await expect(page.getByText('4 leads tagged “spring”')).toBeVisible();
  await expect(row(page, 'Dot Reed')).toContainText('spring');
  await row(page, 'Ada Fern').getByRole('checkbox').click();
  await row(page, 'Cal Moor').getByRole('checkbox').click({ modifiers: ['Shift'] });
  await expect(bar).toContainText('3 chosen');
  await bar.getByRole('button', { name: 'To the trash' }).click();
  await expect(page.getByText('3 leads moved to the trash')).toBeVisible();
  await expect.poll(() => names(page)).toEqual(['Dot Reed']);
  await page.getByRole('status').getByRole('button', { name: /^Undo/ }).last().click();
  await expect.poll(() => names(page)).toEqual(['Ada Fern', 'Bea Holt', 'Cal Moor', 'Dot Reed']);

  // What somebody else does is seen without a reload.
  const other = await page.context().newPage();
  await other.goto('/board');
  await connected(other);
  await addLead(other, 'Eva Stone');
  await expect.poll(() => names(page)).toContain('Eva Stone');
});
