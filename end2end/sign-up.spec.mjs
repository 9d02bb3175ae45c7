// From nothing to the first card.
import { addLead, card, column, connected, expect, fillSignUp, test } from './journey.mjs';

test('a new company signs up and adds its first lead by keyboard', async ({ open }) => {
  const page = await open();
  await page.goto('/sign-up');
  await fillSignUp(page, { company: 'Harbour Lamps', name: 'Iris Vane', email: `iris.${Date.now()}@harbour.test` });
  await expect(page).toHaveURL(/\/board/);
  await connected(page);
  await expect(page.locator('[data-lead]')).toHaveCount(0);

  await addLead(page, 'Wilf Arden');
  await expect(column(page, 'new').locator('[data-lead]')).toHaveCount(1);

  await page.reload();
  await expect(card(page, 'Wilf Arden')).toHaveCount(1);
});

test('a sign-up with a password that is too short says so and keeps what was typed', async ({ open, complaints }) => {
  complaints.expected(/status of 422/);
  const page = await open();
  await page.goto('/sign-up');
  await page.locator('input[name=password]').evaluate((field) => field.form.setAttribute('novalidate', ''));
  await fillSignUp(page, { company: 'Short Lamps', name: 'Iris Vane', email: 'short@harbour.test', password: 'short' });
  await expect(page.locator('input[name=password]')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.locator('input[name=company]')).toHaveValue('Short Lamps');
  await expect(page.locator('input[name=email]')).toHaveValue('short@harbour.test');
});
