// The board without a mouse.
import { addLead, board, card, column, connected, expect, sameAsFresh, test } from './journey.mjs';

const inside = (page, stage, name) => column(page, stage).locator('[data-lead]').filter({ hasText: name });

test('a card is picked up, carried, dropped, put back and undone with keys alone', async ({ found }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'Edda Brook');
  await addLead(page, 'Finn Carrow');
  const spoken = page.locator('[aria-live=assertive]');

  // Two stages to the right.
  await card(page, 'Edda Brook').focus();
  await page.keyboard.press('Space');
  await expect(spoken).toContainText('Edda Brook picked up from New, position');
  await page.keyboard.press('ArrowRight');
  await expect(spoken).toContainText('Over Contacted, position 1 of 1');
  await page.keyboard.press('ArrowRight');
  await expect(spoken).toContainText('Over Qualified, position 1 of 1');
  const answered = page.waitForResponse((response) => response.url().includes('/api/move_lead'));
  await page.keyboard.press('Space');
  await expect(spoken).toContainText('Dropped in Qualified, position 1 of 1');
  expect((await answered).status()).toBe(200);
  await expect(inside(page, 'qualified', 'Edda Brook')).toBeFocused();

  // Undo, while its toast is there.
  const undone = page.waitForResponse((response) => response.url().includes('/api/move_lead'));
  await page.keyboard.press('Control+z');
  expect((await undone).status()).toBe(200);
  await expect(inside(page, 'new', 'Edda Brook')).toBeVisible();
  await sameAsFresh(page);

  // Escape leaves everything where it was.
  const before = await board(page);
  await card(page, 'Finn Carrow').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await expect(inside(page, 'contacted', 'Finn Carrow')).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(spoken).toContainText('Move cancelled, back in New');
  expect(await board(page)).toEqual(before);
  await expect(card(page, 'Finn Carrow')).toBeFocused();

  // Arrows walk between cards, Enter opens.
  await column(page, 'new').locator('[data-lead]').first().focus();
  await page.keyboard.press('ArrowDown');
  await expect(column(page, 'new').locator('[data-lead]').nth(1)).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/board\?lead=[0-9a-f-]{36}$/);
});

test('letters typed in a field are letters, not shortcuts', async ({ found }) => {
  const page = await found();
  await connected(page);
  await page.keyboard.press('n');
  const field = page.getByRole('dialog').locator('input[name=name]');
  await field.pressSequentially('Nan Zimmern');
  await expect(field).toHaveValue('Nan Zimmern');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  await expect(page.locator('[data-lead]')).toHaveCount(0);
});

test('a dialog that is wanted again while the browser still tells of its closing stays open', async ({ found }) => {
  const page = await found();
  await connected(page);
  // The key comes between the closing and the browser's word of it.
  await page.evaluate(() => {
    const { close } = HTMLDialogElement.prototype;
    HTMLDialogElement.prototype.close = function closed(...words) {
      HTMLDialogElement.prototype.close = close;
      close.apply(this, words);
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }));
    };
  });
  await page.keyboard.press('n');
  await page.getByRole('dialog').getByRole('link', { name: 'Cancel' }).click();
  await page.getByRole('dialog').locator('input[name=name]').fill('Again');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
});
