// A deal is lost: why, or not after all.
import { addLead, card, column, connected, drag, expect, sameAsFresh, test } from './journey.mjs';

const inside = (page, stage, name) => column(page, stage).locator('[data-lead]').filter({ hasText: name });

test('a lost deal is told why, by keyboard, and put back where it was', async ({ found, complaints }) => {
  complaints.expected(/422/);
  const page = await found();
  await connected(page);
  await addLead(page, 'Ned Alder');
  await addLead(page, 'Una Birch');
  const panel = page.locator('[data-closing]');

  // Escape puts it back, below the card it stood under.
  await drag(page, card(page, 'Ned Alder'), column(page, 'lost'));
  await expect(inside(page, 'lost', 'Ned Alder')).toBeVisible();
  await expect(panel.getByLabel('Why')).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(panel).toBeHidden();
  await expect(inside(page, 'new', 'Ned Alder')).toBeVisible();
  await expect(column(page, 'new').locator('[data-lead]').nth(1)).toContainText('Ned Alder');
  await sameAsFresh(page);

  // Something else needs a note, and what was chosen stays.
  await card(page, 'Ned Alder').focus();
  await page.keyboard.press('m');
  await page.keyboard.press('6');
  await expect(panel).toContainText('Ned Alder is lost');
  await panel.getByLabel('Why').selectOption({ label: 'Something else' });
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel).toContainText('Say in a few words what it was.');
  await expect(panel.getByLabel('Why')).toHaveValue('other');
  await panel.getByLabel('Note').fill('The roof was sold with the building.');
  await panel.getByRole('button', { name: 'Save' }).click();
  await expect(panel).toBeHidden();

  // Undone from its toast, another one: the question goes with the move.
  await drag(page, card(page, 'Una Birch'), column(page, 'lost'));
  await expect(panel).toContainText('Una Birch is lost');
  await page.getByRole('status').getByRole('button', { name: /^Undo/ }).last().click();
  await expect(inside(page, 'new', 'Una Birch')).toBeVisible();
  await expect(panel).toBeHidden();

  await page.goto(await card(page, 'Ned Alder').locator('a').first().getAttribute('href'));
  await expect(page.locator('[data-closing]')).toContainText('Something else');
  await expect(page.locator('main')).toContainText('The roof was sold with the building.');

  // Said otherwise, and taken back.
  await connected(page);
  await page.getByText('Say how it was lost').click();
  await page.locator('[data-closing]').getByLabel('Why').selectOption({ label: 'Price' });
  await page.locator('[data-closing]').getByRole('button', { name: 'Save' }).click();
  await expect(page.locator('[data-closing]')).toContainText('Price,');
  await page.getByRole('status').getByRole('button', { name: /^Undo/ }).last().click();
  await expect(page.locator('[data-closing]')).toContainText('Something else,');
});

test('without scripts: a lost lead is told why on its page', async ({ found }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'Ivo Rowan');
  const href = await card(page, 'Ivo Rowan').locator('a').first().getAttribute('href');
  const plain = await page.context().browser().newContext({ javaScriptEnabled: false, storageState: await page.context().storageState() });
  const reader = await plain.newPage();
  await reader.goto(new URL(href, page.url()).href);
  await reader.getByRole('group', { name: 'Stage' }).getByRole('button', { name: 'Lost' }).click();
  await reader.getByText('Say how it was lost').click();
  await reader.locator('[data-closing]').getByLabel('Why').selectOption({ label: 'Price' });
  await reader.locator('[data-closing]').getByRole('button', { name: 'Save' }).click();
  await expect(reader.locator('main')).toContainText('said why it was lost: Price');
  await plain.close();
});
