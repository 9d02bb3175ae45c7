// Two people want different things; one hand is quicker; a finger slips.
import { addLead, card, column, connected, drag, expect, lift, sameAsFresh, test, visit } from './journey.mjs';

const inside = (page, stage, name) => column(page, stage).locator('[data-lead]').filter({ hasText: name });

test('of two moves of one card the later is refused with a reason, and both boards agree', async ({ found, open, complaints }) => {
  complaints.expected(/status of 409/);
  const first = await found();
  await connected(first);
  await addLead(first, 'Kit Elder');
  const second = await open({ email: first.email, password: 'a lamp in the window' });
  await visit(second, '/board');

  // The second holds the card while the first moves it, and hears nothing of that until it has dropped.
  await second.routeWebSocket(/\/live/, () => {});
  await second.reload();
  await expect(card(second, 'Kit Elder')).toBeVisible();
  await drag(first, card(first, 'Kit Elder'), column(first, 'qualified'));
  const refused = second.waitForResponse((response) => response.url().includes('/api/move_lead'));
  await lift(second, card(second, 'Kit Elder'), column(second, 'proposal'));
  await second.mouse.up();
  expect((await refused).status()).toBe(409);

  await expect(second.getByRole('alert').filter({ hasText: /\w/ })).toBeVisible();
  await expect(inside(second, 'qualified', 'Kit Elder')).toBeVisible();
  await sameAsFresh(second);
  await sameAsFresh(first);
});

test('a move is undone from its toast, for everybody', async ({ found, open }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'Lou Fir');
  const other = await open({ email: page.email, password: 'a lamp in the window' });
  await visit(other, '/board');
  await drag(page, card(page, 'Lou Fir'), column(page, 'won'));
  await expect(inside(other, 'won', 'Lou Fir')).toBeVisible();
  await page.getByRole('status').getByRole('button', { name: /^Undo/ }).click();
  await expect(inside(page, 'new', 'Lou Fir')).toBeVisible();
  await expect(inside(other, 'new', 'Lou Fir')).toBeVisible();
  await sameAsFresh(page);
});

test('a double click makes one lead', async ({ found }) => {
  const page = await found();
  await connected(page);
  await page.keyboard.press('n');
  const dialog = page.getByRole('dialog');
  await dialog.locator('input[name=name]').fill('May Gorse');
  await dialog.locator('button[type=submit], form button:not([type=button])').last().dblclick();
  await expect(card(page, 'May Gorse')).toHaveCount(1);
  await sameAsFresh(page);
  await page.reload();
  await expect(card(page, 'May Gorse')).toHaveCount(1);
});
