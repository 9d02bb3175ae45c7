// A note names a colleague: proposed while one types, told by letter.
import { card, connected, expect, test } from './journey.mjs';

test('behind an @ colleagues are proposed, and who is named gets a letter', async ({ open, complaints }) => {
  complaints.expected(/status of 422/);
  const page = await open({ email: 'manager@meridian.test' });
  await page.goto('/board');
  await connected(page);
  await page.goto(await page.locator('[data-lead] .lead-name').first().getAttribute('href'));
  await connected(page);
  const note = page.getByLabel('Note', { exact: true });
  const list = page.getByRole('listbox', { name: 'Colleagues' });
  await note.focus();
  await page.keyboard.type('Please look, @');
  await expect(list.getByRole('option').first()).toBeVisible();
  await page.keyboard.type('han');
  await expect(list.getByRole('option')).toHaveCount(1);
  await page.keyboard.press('Enter');
  await expect(note).toHaveValue('Please look, @Hannah Weiss ');
  await expect(list).toBeHidden();
  // Escape closes the list and nothing else.
  await page.keyboard.type('@');
  await expect(list).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await page.keyboard.press('Backspace');
  await page.keyboard.type('zebra');
  await page.getByRole('button', { name: 'Write note' }).click();
  await expect(page.getByText('wrote a note for Hannah Weiss')).toBeVisible();
  await expect(note).toHaveValue('');
  const admin = await open({ email: 'admin@meridian.test' });
  await admin.goto('/settings/outbox');
  await expect(admin.getByText(/mentioned you in a note/).first()).toBeVisible();
});
