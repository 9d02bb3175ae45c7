// The same work on a phone.
import { connected, expect, noSidewaysScroll, test, visit } from './journey.mjs';

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

test('the board on a phone: one stage at a time, cards moved by their menu', async ({ open }) => {
  const page = await open({ ...PHONE, email: 'rep@meridian.test' });
  await visit(page, '/board');
  const tabs = page.getByRole('navigation', { name: 'Stage' });
  await tabs.getByRole('link', { name: /^Contacted/ }).tap();
  const shown = page.locator('[data-lead]:visible');
  const lead = shown.filter({ hasText: 'Ben Jarrow' });
  await expect(lead).toBeVisible();
  await expect(shown.filter({ hasText: 'Sofia Marchetti' })).toHaveCount(0);
  await noSidewaysScroll(page);

  await lead.getByRole('link', { name: 'Move Ben Jarrow' }).tap();
  await page.getByRole('menu', { name: 'Move Ben Jarrow' }).getByRole('menuitem', { name: /Proposal/ }).first().tap();
  await expect(lead).toHaveCount(0);
  await tabs.getByRole('link', { name: /^Proposal/ }).tap();
  await expect(lead).toBeVisible();
  await page.reload();
  await connected(page);
  await tabs.getByRole('link', { name: /^Proposal/ }).tap();
  await expect(lead).toBeVisible();
});

test('the inbox on a phone: from the list to a thread, an answer, and back', async ({ open }) => {
  const page = await open({ ...PHONE, email: 'rep@meridian.test' });
  await visit(page, '/inbox?show=all');
  await noSidewaysScroll(page);
  await page.locator('[data-conversation]:visible').filter({ hasText: 'Yusuf Demir' }).first().tap();
  await expect(page).toHaveURL(/\/inbox\/[0-9a-f-]{36}/);
  await noSidewaysScroll(page);
  const text = 'Both options are in the letter that went out this morning.';
  await page.getByRole('textbox').last().fill(text);
  await page.getByRole('button', { name: /send$/i }).last().tap();
  await expect(page.getByRole('log').locator('[data-author=rep]').filter({ hasText: text })).toHaveAttribute('data-state', /sent|delivered|read/);
  await page.goBack();
  await expect(page.locator('[data-conversation]:visible').filter({ hasText: 'Yusuf Demir' }).first()).toContainText('Both options');
});

test('no page is wider than a phone', async ({ open }) => {
  const page = await open({ ...PHONE, email: 'admin@meridian.test' });
  await visit(page, '/board');
  const lead = await page.locator('[data-lead]').first().getAttribute('data-lead');
  for (const path of ['/board', `/leads/${lead}`, '/inbox', '/assistants', '/settings', '/settings/team', '/settings/stages', '/settings/jobs']) {
    await visit(page, path);
    await noSidewaysScroll(page);
  }
  for (const path of ['/w/demo-meridian-nora', '/demo/site']) {
    await page.goto(path);
    await noSidewaysScroll(page);
  }
  const stranger = await open(PHONE);
  for (const path of ['/sign-in', '/sign-up', '/forgot']) {
    await stranger.goto(path);
    await noSidewaysScroll(stranger);
  }
});
