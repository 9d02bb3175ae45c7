// Another program sends leads in by a key.
import { card, connected, expect, test } from './journey.mjs';

test('a key is made and shown once, what is sent with it is on the board at once, and withdrawn it counts no more', async ({ found, playwright, complaints }) => {
  complaints.expected(/status of 422/);
  const page = await found();
  await connected(page);
  const settings = await page.context().newPage();
  await settings.goto('/settings/keys');
  await settings.getByLabel('For which program').fill(' ');
  await settings.getByRole('button', { name: 'Make key' }).click();
  await expect(settings.getByText('Name the program that will use it')).toBeVisible();
  await settings.getByLabel('For which program').fill('Website form');
  await settings.getByRole('button', { name: 'Make key' }).click();
  const key = await settings.getByLabel(/^The key for Website form/).inputValue();
  expect(key).toMatch(/^spk_/);
  await settings.goto('/settings/keys');
  await expect(settings.getByText(key)).toHaveCount(0);
  await expect(settings.getByText('Never used')).toBeVisible();

  const program = await playwright.request.newContext({
    baseURL: new URL(page.url()).origin, extraHTTPHeaders: { authorization: `Bearer ${key}`, 'idempotency-key': 'form-1' },
  });
  const send = () => program.post('/api/v1/leads', { data: { name: 'Wanda Quist', value_minor: 900_000 } });
  expect((await send()).status()).toBe(201);
  await expect(card(page, 'Wanda Quist')).toContainText('£9,000');
  expect((await send()).status()).toBe(201);
  expect((await (await program.get('/api/v1/leads')).json()).leads).toHaveLength(1);
  await card(page, 'Wanda Quist').getByRole('link', { name: 'Wanda Quist', exact: true }).click();
  await expect(page.getByText('Another program', { exact: true })).toBeVisible();
  await expect(page.getByText('Website form').first()).toBeVisible();

  await settings.reload();
  await settings.getByRole('button', { name: 'Withdraw the key for Website form' }).click();
  await expect(settings.getByText('The key is withdrawn.')).toBeVisible();
  expect((await send()).status()).toBe(401);
  await program.dispose();
});
