// The program comes in parts, and one may not come.
import { connected, expect, test } from './journey.mjs';

test('pages before the sign-in load no script', async ({ page }) => {
  const scripts = [];
  page.on('request', (request) => /\.(js|wasm)$/.test(new URL(request.url()).pathname) && scripts.push(request.url()));
  for (const path of ['/sign-in', '/sign-up', '/forgot']) {
    await page.goto(path);
    await expect(page.locator('form').first()).toBeVisible();
  }
  expect(scripts).toEqual([]);
});

test('a page that arrives without its parts works as one without script', async ({ found, complaints }) => {
  complaints.expected(/Failed to load resource|TypeError/);
  const page = await found();
  await page.route('**/board.pack', (route) => route.fulfill({ status: 404, body: '' }));
  // What the loader says of it.
  const refused = page.waitForEvent('console', (message) => message.text().includes('TypeError'));
  await page.goto('/board');
  await refused;
  await page.locator('a[href="/inbox"]').first().click();
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
  await connected(page);
});

test('a page whose part a newer server no longer has is loaded whole', async ({ found, complaints }) => {
  complaints.expected(/Failed to load resource|TypeError/);
  const page = await found();
  await connected(page);
  await page.evaluate(() => { window.sameDocument = true; });
  // One failure is tried again by itself.
  await page.route('**/split_inbox.wasm', (route) => route.fulfill({ status: 404, body: '' }), { times: 2 });
  await page.locator('a[href="/inbox"]').first().click();
  await expect(page.getByRole('heading', { name: 'Inbox' })).toBeVisible();
  await connected(page);
  expect(await page.evaluate(() => window.sameDocument)).toBeUndefined();
  // And from there on as ever.
  await page.evaluate(() => { window.sameDocument = true; });
  await page.locator('a[href="/board"]').first().click();
  await expect(page.getByRole('heading', { name: 'Lead board' })).toBeVisible();
  expect(await page.evaluate(() => window.sameDocument)).toBe(true);
});
