// A lead is tagged; every tab has it at once, the board can be narrowed to it, and taking it off is undone.
import { addLead, card, connected, expect, test } from './journey.mjs';

const tags = (page) => page.getByRole('region', { name: 'Tags' });

test('tags are put on, seen elsewhere, filtered by, taken off and put back', async ({ found, complaints }) => {
  complaints.expected(/tag_lead.*status of 422/);
  const page = await found();
  await connected(page);
  await addLead(page, 'Kit Elder');
  await addLead(page, 'Una Marsh');
  const board = await page.context().newPage();
  await board.goto('/board');
  await connected(board);
  await expect(board.getByRole('button', { name: 'Tag' })).toBeHidden();

  await page.goto(await card(page, 'Kit Elder').getByRole('link').first().getAttribute('href'));
  await connected(page);
  const field = tags(page).getByLabel('Add a tag');
  await field.fill('Public sector');
  await field.press('Enter');
  await expect(tags(page).getByRole('listitem')).toHaveText(['Public sector']);
  // The next can be typed at once.
  await expect(field).toBeFocused();
  await page.keyboard.type('PUBLIC  SECTOR');
  await page.keyboard.press('Enter');
  await field.fill('urgent');
  await field.press('Enter');
  await expect(tags(page).getByRole('listitem')).toHaveText(['Public sector', 'urgent']);
  await field.fill('a, b');
  await field.press('Enter');
  await expect(tags(page).getByText('without commas')).toBeVisible();
  await expect(field).toHaveValue('a, b');

  await expect(card(board, 'Kit Elder')).toContainText('Public sector');
  await board.getByRole('toolbar', { name: 'Filters' }).getByText('Tag', { exact: true }).click();
  await board.getByRole('menuitem', { name: 'urgent' }).click();
  await expect(board).toHaveURL(/tag=urgent/);
  await expect(card(board, 'Una Marsh')).toBeHidden();
  await expect(card(board, 'Kit Elder')).toBeVisible();

  await tags(page).getByRole('button', { name: 'Take off urgent' }).click();
  await expect(tags(page).getByRole('listitem')).toHaveText(['Public sector']);
  await expect(card(board, 'Kit Elder')).toBeHidden();
  await page.getByRole('status').getByRole('button', { name: /^Undo/ }).click();
  await expect(tags(page).getByRole('listitem')).toHaveText(['Public sector', 'urgent']);
  await expect(card(board, 'Kit Elder')).toBeVisible();
  await expect(page.getByRole('list').filter({ hasText: 'took off' })).toContainText('took off “urgent”');

  await tags(page).getByRole('link', { name: 'Public sector' }).click();
  await expect(page).toHaveURL(/tag=Public%20sector/);
  await expect(card(page, 'Una Marsh')).toBeHidden();
});
