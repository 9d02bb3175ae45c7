// Who may see what, and what pages may do.
import { board, expect, signIn, test, visit } from './journey.mjs';

test('a stranger is led to sign in and then to where they wanted to go', async ({ open, baseURL }) => {
  const page = await open();
  for (const path of ['/board', '/inbox', '/assistants', '/settings', '/leads/0190a5c0-0000-7000-8000-000000000000']) {
    await page.goto(path);
    expect(new URL(page.url()).pathname).toBe('/sign-in');
    expect(new URL(page.url(), baseURL).searchParams.get('next')).toBe(path);
  }
  await page.goto('/assistants');
  await page.locator('input[name=email]').fill('rep@meridian.test');
  await page.locator('input[name=password]').fill('spotlight');
  await page.locator('input[name=password]').press('Enter');
  await expect(page).toHaveURL(/\/assistants$/);
});

test('the way on after signing in never leads to another site', async ({ open }) => {
  const page = await open();
  await page.goto('/sign-in?next=//evil.test/board');
  await page.locator('input[name=email]').fill('rep@meridian.test');
  await page.locator('input[name=password]').fill('spotlight');
  await page.locator('input[name=password]').press('Enter');
  await expect(page).toHaveURL(/\/board$/);
  expect(new URL(page.url()).hostname).toBe('127.0.0.1');
});

test("a neighbour's leads and chats do not exist, and a rep sees only their own", async ({ open }) => {
  const meridian = await open({ email: 'manager@meridian.test' });
  await visit(meridian, '/board');
  const lead = await meridian.locator('[data-lead]').first().getAttribute('data-lead');
  await visit(meridian, '/inbox?show=all');
  const chat = await meridian.locator('[data-conversation]').first().getAttribute('data-conversation');
  const all = Object.values(await board(await visited(meridian, '/board'))).flat().length;

  const neighbour = await open({ email: 'rep@northwind.test' });
  await visit(neighbour, '/board');
  await expect(neighbour.locator('main')).not.toContainText('Ashdown Logistics');
  for (const path of [`/leads/${lead}`, `/inbox/${chat}`, '/leads/0190a5c0-0000-7000-8000-000000000000']) {
    expect((await meridian.request.get(path)).status(), `${path} for Meridian`).toBe(path.includes('0190a5c0-0000') ? 404 : 200);
    const answer = await neighbour.request.get(path);
    expect(answer.status(), `${path} for Northwind`).toBe(404);
    expect(await answer.text()).not.toContain('Meridian');
  }

  const rep = await open({ email: 'rep2@meridian.test' });
  await visit(rep, '/board');
  expect(Object.values(await board(rep)).flat().length).toBeLessThan(all);
});

async function visited(page, path) {
  await visit(page, path);
  return page;
}

test('pages carry a policy without unsafe words, and another site cannot write', async ({ open }) => {
  const page = await open({ email: 'admin@meridian.test' });
  const stranger = await open();
  for (const path of ['/board', '/sign-up', '/w/demo-meridian-nora', '/demo/site', '/healthz']) {
    const answer = await (path === '/sign-up' ? stranger : page).request.get(path);
    const policy = answer.headers()['content-security-policy'];
    expect(policy, path).toBeTruthy();
    expect(policy, path).not.toMatch(/'unsafe-inline'|'unsafe-eval'/);
    expect(answer.headers()['x-content-type-options'], path).toBe('nosniff');
  }
  const foreign = await page.request.post('/sign-out', { headers: { origin: 'https://evil.test' } });
  expect(foreign.status()).toBe(403);
  await visit(page, '/board');
});

test('signing out ends the sign-in everywhere in this browser', async ({ browser, baseURL }) => {
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  await signIn(page, 'admin@northwind.test');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in/);
  await page.goto('/board');
  await expect(page).toHaveURL(/\/sign-in\?next/);
  await context.close();
});
