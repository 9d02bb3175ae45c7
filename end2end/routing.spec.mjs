// Handing over: outside the hours whoever asks for a person is told at once when people are back, and the team hears of it.
import { expect, said, test, visit } from './journey.mjs';

test('who asks for a person outside the hours is told so, and the admin hears of it', async ({ found, open, complaints }) => {
  complaints.expected(/status of 422/);
  const admin = await found();
  await visit(admin, '/settings/routing');
  // A day that ends before it begins is refused beside its own field, and nothing that was chosen is lost.
  const monday = admin.getByRole('group', { name: 'Monday' });
  await monday.getByLabel('From').selectOption('09:00');
  await monday.getByLabel('Until').selectOption('08:30');
  await admin.getByLabel('Say that nobody could come after').selectOption('30 seconds');
  await admin.getByRole('button', { name: 'Save' }).click();
  await expect(admin.getByText('The day has to end after it begins.')).toBeVisible();
  await expect(monday.getByLabel('From')).toHaveValue('540');
  await expect(admin.getByLabel('Say that nobody could come after')).toHaveValue('30');
  for (const day of ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']) {
    await admin.getByRole('group', { name: day }).getByLabel('From').selectOption('Closed');
    await admin.getByRole('group', { name: day }).getByLabel('Until').selectOption('Closed');
  }
  await admin.getByRole('button', { name: 'Save' }).click();
  await expect(admin.getByText('It is so from now on.')).toBeVisible();

  await visit(admin, '/assistants');
  await admin.locator('main a[href^="/assistants/"]').first().click();
  const snippet = await admin.locator('code').filter({ hasText: 'data-assistant' }).first().textContent();
  const key = /data-assistant="([^"]+)"/.exec(snippet)[1];
  await visit(admin, '/inbox');
  const visitor = await open();
  await visitor.goto(`/w/${key}`);
  await visitor.getByRole('textbox', { name: 'Write a message' }).fill('Can I speak to a real person, please?');
  await visitor.getByRole('button', { name: 'Send' }).click();
  await expect(said(visitor, 'assistant').last()).toContainText('Our team is away just now.', { timeout: 30_000 });
  await expect(admin.getByRole('alert').filter({ hasText: 'nobody came' })).toBeVisible();
  await admin.locator('a[data-conversation]').first().click();
  await expect(admin.getByRole('log')).toContainText('Nobody came in time: the managers have a letter');
  await visit(admin, '/settings/outbox');
  await expect(admin.getByText('Somebody waits for a person').first()).toBeVisible();
});
