// A column longer than anybody reads: only its beginning is in the page.
import { board, card, column, connected, expect, sameAsFresh, test } from './journey.mjs';

test('a long column shows its beginning, then more; keys and drops reach all of it', async ({ found }) => {
  test.slow();
  const page = await found();
  await connected(page);
  // By the form that works without script: sixty leads, the last added on top.
  await page.goto('/board?new=1');
  const form = page.locator('form[action*="create_lead"]').first();
  const action = await form.getAttribute('action');
  const [origin, mutation] = [new URL(page.url()).origin, await form.locator('[name=mutation]').inputValue()];
  for (let number = 1; number <= 60; number += 1) {
    const answer = await page.request.post(action, {
      form: { mutation: mutation.slice(0, -2) + String(number).padStart(2, '0'), name: `Lead ${number}` },
      headers: { origin, 'sec-fetch-site': 'same-origin' },
      maxRedirects: 0,
    });
    expect(answer.status()).toBeLessThan(400);
  }
  await page.goto('/board');
  await connected(page);
  const cards = column(page, 'new').locator('[data-lead]');
  await expect(cards).toHaveCount(20);
  await expect(column(page, 'new').locator('h2 + span')).toContainText('60');
  const more = column(page, 'new').getByText('Show 40 more');

  // What happens below is not drawn, but counted.
  await card(page, 'Lead 60').focus();
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('Space');
  await expect(column(page, 'contacted').locator('[data-lead]')).toHaveCount(1);
  await expect(cards).toHaveCount(20);
  await expect(column(page, 'new').getByText('Show 39 more')).toBeAttached();
  await expect(more).toHaveCount(0);

  // The keyboard goes on where the page ends.
  await card(page, 'Lead 40').focus();
  await page.keyboard.press('ArrowDown');
  await expect(card(page, 'Lead 39')).toBeFocused();
  await expect(cards).toHaveCount(40);

  // Scrolling shows more without being asked.
  await page.goto('/board');
  await connected(page);
  await expect(cards).toHaveCount(20);
  await expect(async () => {
    await column(page, 'new').locator('[data-column]').evaluate((list) => list.scrollTo(0, list.scrollHeight));
    await expect(cards).toHaveCount(59, { timeout: 500 });
  }).toPass();
  await sameAsFresh(page, '/board?all=1');
  expect((await board(page)).new.length).toBe(59);
});
