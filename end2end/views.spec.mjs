// A filter is kept by a name, comes back with one click, is shared, and removed with Undo.
import { connected, expect, test } from './journey.mjs';

const menu = async (page) => {
  const trigger = page.getByRole('toolbar', { name: 'Filters' }).locator('summary').first();
  if (!(await page.getByRole('menu', { name: 'Views' }).isVisible())) await trigger.click();
  return page.getByRole('menu', { name: 'Views' });
};

test('a view is kept, used, shared and removed', async ({ open, complaints }) => {
  complaints.expected(/keep_view.*status of 422/);
  const page = await open({ email: 'manager@meridian.test' });
  await page.goto('/board');
  await connected(page);
  await expect((await menu(page)).getByText('Choose conditions or an order')).toBeVisible();
  await page.keyboard.press('Escape');

  await page.goto('/board?score=75&sort=value');
  await connected(page);
  await (await menu(page)).getByRole('menuitem', { name: 'Keep this view…' }).click();
  const dialog = page.getByRole('dialog', { name: 'View' });
  await dialog.getByLabel('Name').fill('x\u202ey');
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click();
  await expect(dialog.getByText('A name has 1 to 40 characters')).toBeVisible();
  await expect(dialog.getByLabel('Name')).toHaveValue('x\u202ey');
  await dialog.getByLabel('Name').fill('Hot ones');
  await dialog.getByLabel('Name').press('Enter');
  await expect(page.getByText('Kept as “Hot ones”')).toBeVisible();
  await expect(dialog).toBeHidden();

  await page.goto('/board');
  await connected(page);
  await (await menu(page)).getByRole('menuitem', { name: 'Hot ones' }).click();
  await expect(page).toHaveURL(/score=75&sort=value/);

  // Somebody else has it once it is shared, without a reload.
  const other = await open({ email: 'rep@meridian.test' });
  await other.goto('/board');
  await connected(other);
  const theirs = other.getByRole('menuitem', { name: /Hot ones/ });
  await menu(other);
  await expect(theirs).toBeHidden();
  await (await menu(page)).getByRole('menuitem', { name: 'Change this view…' }).click();
  await dialog.getByRole('button', { name: 'Share it with everyone' }).click();
  await menu(other);
  await expect(theirs).toContainText('Maya Lindqvist');
  await theirs.click();
  await expect(other).toHaveURL(/score=75&sort=value/);
  // A rep uses it and cannot take it away.
  await menu(other);
  await expect(theirs).toBeVisible();
  await expect(other.getByRole('menuitem', { name: 'Change this view…' })).toBeHidden();

  await (await menu(page)).getByRole('menuitem', { name: 'Change this view…' }).click();
  await dialog.getByRole('button', { name: 'Remove this view' }).click();
  await expect(page.getByText('“Hot ones” removed')).toBeVisible();
  await menu(other);
  await expect(theirs).toBeHidden();
  await page.getByRole('status').getByRole('button', { name: /^Undo/ }).click();
  await menu(other);
  await expect(theirs).toBeVisible();
  await (await menu(page)).getByRole('menuitem', { name: 'Change this view…' }).click();
  await dialog.getByRole('button', { name: 'Remove this view' }).click();
  await expect(theirs).toBeHidden();
});
