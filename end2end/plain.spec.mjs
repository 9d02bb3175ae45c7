// Everything that matters, with scripts switched off.
import { card, column, connected, expect, said, test } from './journey.mjs';

const PLAIN = { javaScriptEnabled: false };

test('without scripts: sign up, then read the empty board', async ({ found }) => {
  const page = await found(PLAIN);
  await expect(page.locator('[data-stage]').first()).toBeVisible();
});

test('without scripts: sign in, open a lead, move it by its menu', async ({ open }) => {
  const page = await open({ ...PLAIN, email: 'rep2@meridian.test' });
  await page.goto('/board');
  const lead = card(page, 'Tamsin Crewe');
  await expect(column(page, 'contacted').locator(lead)).toBeVisible();
  await lead.getByRole('link').first().click();
  await expect(page).toHaveURL(/\/leads\/[0-9a-f-]{36}/);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Tamsin Crewe');
  await expect(page.locator('main')).toContainText('Crewe Vets');

  await page.goto('/board');
  await lead.getByRole('link', { name: 'Move Tamsin Crewe' }).click();
  await page.getByRole('form', { name: 'Move Tamsin Crewe' }).getByRole('button', { name: 'Qualified', exact: true }).click();
  await expect(page).toHaveURL(/\/board/);
  await expect(column(page, 'qualified').locator('[data-lead]').filter({ hasText: 'Tamsin Crewe' })).toBeVisible();
});

test('without scripts: a visitor writes in the chat and finds the answer', async ({ open }) => {
  const page = await open(PLAIN);
  await page.goto('/w/demo-northwind-bo');
  await page.getByRole('textbox', { name: 'Write a message' }).fill('How tall is the mast of the smallest turbine?');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(said(page, 'visitor')).toContainText('How tall is the mast');
  await expect(async () => {
    await page.goto('/w/demo-northwind-bo');
    await expect(said(page, 'assistant')).toContainText('18 metre', { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await expect(said(page, 'visitor')).toHaveCount(1);
});

test('what came of a form without script stands there for the script too, and an error that cannot be read breaks nothing', async ({ open }) => {
  const page = await open({ email: 'rep@northwind.test' });
  // Such a form is a plain page even where scripts run.
  await page.goto('/board?new=1');
  await expect(page.locator('script[type=module]')).toHaveCount(0);
  await page.goto('/board');
  await page.goto((await page.locator('[data-move]').first().getAttribute('href')) ?? '');
  const path = (await page.locator('form[action^="/api/move_lead_to"]').getAttribute('action')) ?? '';
  const reason = 'Zoë was faster – by “1 s”.';
  for (const [error, shown] of [
    [Buffer.from(JSON.stringify({ error: 'forbidden', reason })).toString('base64').replaceAll('+', '-').replaceAll('/', '_'), reason],
    ['%%%', 'The request could not be read.'],
  ]) {
    await page.goto(`/board?__path=${encodeURIComponent(path)}&__err=${encodeURIComponent(error)}`);
    await connected(page);
    await page.keyboard.press('n');
    await expect(page.getByRole('dialog', { name: 'New lead' }).getByLabel('Name', { exact: true })).toBeFocused();
    await page.keyboard.press('Escape');
    await expect(page.getByText(`Not moved. ${shown}`)).toBeVisible();
  }
});
