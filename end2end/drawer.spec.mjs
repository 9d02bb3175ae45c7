// A lead beside the board.
import { addLead, card, column, connected, expect, sameAsFresh, test } from './journey.mjs';

test('a lead opens beside the board, by mouse and keys, and the board is as it was', async ({ found, complaints }) => {
  const page = await found();
  await connected(page);
  for (const name of ['Cy', 'Bea', 'Abe']) await addLead(page, name);
  const drawer = page.getByRole('dialog', { name: 'Lead' });
  const heading = drawer.getByRole('heading', { level: 1 });

  await card(page, 'Abe').getByRole('link', { name: 'Abe', exact: true }).click();
  await expect(heading).toHaveText('Abe');
  await expect(page).toHaveURL(/\/board\?lead=/);
  await expect(page).toHaveTitle(/^Abe/);
  // Down the column and up again; at its end it stays.
  await page.keyboard.press('j');
  await expect(heading).toHaveText('Bea');
  await page.keyboard.press('j');
  await expect(heading).toHaveText('Cy');
  await page.keyboard.press('j');
  await page.keyboard.press('k');
  await expect(heading).toHaveText('Bea');
  // Letters that are typed are letters.
  await drawer.getByLabel('Note').fill('j');
  await expect(heading).toHaveText('Bea');
  // The first Escape leaves the field and keeps what was typed.
  await page.keyboard.press('Escape');
  await expect(drawer).toBeFocused();
  await expect(drawer.getByLabel('Note')).toHaveValue('j');
  // What is done here is seen on the board at once.
  await drawer.getByRole('button', { name: 'Contacted' }).click();
  await expect(column(page, 'contacted').locator('[data-lead]')).toHaveCount(1);
  // Escape gives the keyboard back to the card; Back closes it too.
  await drawer.focus();
  await page.keyboard.press('Escape');
  await expect(drawer).toBeHidden();
  await expect(page).toHaveURL(/\/board$/);
  await expect(card(page, 'Bea')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(heading).toHaveText('Bea');
  await page.goBack();
  await expect(drawer).toBeHidden();
  // Its address can be shared; the filter stays.
  await page.goto('/board?q=abe');
  await connected(page);
  await card(page, 'Abe').click({ position: { x: 100, y: 44 } });
  await expect(page).toHaveURL(/\/board\?q=abe&lead=/);
  await page.reload();
  await expect(heading).toHaveText('Abe');
  await drawer.getByRole('link', { name: 'Open as a page' }).click();
  await expect(page).toHaveURL(/\/leads\//);
  complaints.expected(/load_lead.*404/);
  await page.goto('/board?lead=00000000-0000-7000-8000-000000000000');
  await expect(drawer).toContainText('No such lead');
  await drawer.getByRole('link', { name: 'Back to the board' }).click();
  await expect(drawer).toBeHidden();
  await sameAsFresh(page);
});
