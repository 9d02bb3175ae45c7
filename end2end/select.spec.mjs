// Several cards at once.
import { addLead, card, column, connected, expect, lift, sameAsFresh, test } from './journey.mjs';

const names = (page, stage) => column(page, stage).locator('[data-lead] .lead-name').allTextContents();
/** A place on a card that is no link. */
const body = { position: { x: 100, y: 44 } };

test('several cards are chosen, dragged together, put back with one Undo, and given away', async ({ found }) => {
  const page = await found();
  await connected(page);
  for (const name of ['Eli', 'Dot', 'Cy', 'Bea', 'Abe']) await addLead(page, name);
  const other = await page.context().newPage();
  await other.goto('/board');
  await connected(other);
  const bar = page.getByRole('toolbar', { name: 'Chosen leads' });

  // A range with Shift, one more by its menu, one less by a plain click.
  await card(page, 'Abe').click({ ...body, modifiers: ['Control'] });
  await card(page, 'Cy').click({ ...body, modifiers: ['Shift'] });
  await expect(bar).toContainText('3 leads');
  await card(page, 'Bea').click(body);
  await expect(bar).toContainText('2 leads');
  await expect(card(page, 'Abe')).toHaveAttribute('aria-label', /chosen/);

  // They go together, in their order.
  await lift(page, card(page, 'Cy'), column(page, 'contacted'));
  await expect(page.locator('[data-lifted]')).toHaveAttribute('data-hand', '2');
  await page.mouse.up();
  await expect.poll(() => names(page, 'contacted')).toEqual(['Abe', 'Cy']);
  await expect.poll(() => names(other, 'contacted')).toEqual(['Abe', 'Cy']);
  await expect(bar).toBeHidden();
  await expect(page.getByText('2 leads moved to Contacted')).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect.poll(() => names(page, 'new')).toEqual(['Abe', 'Bea', 'Cy', 'Dot', 'Eli']);
  await expect.poll(() => names(other, 'new')).toEqual(['Abe', 'Bea', 'Cy', 'Dot', 'Eli']);

  // By keyboard alone: two are chosen, and the menu moves both.
  await card(page, 'Dot').focus();
  await page.keyboard.press('x');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('x');
  await page.keyboard.press('m');
  await expect(page.getByRole('menu')).toContainText('Move 2 leads to');
  await page.keyboard.press('3');
  await expect.poll(() => names(page, 'qualified')).toEqual(['Dot', 'Eli']);

  // Given away, and given back.
  await card(page, 'Abe').click({ ...body, modifiers: ['Control'] });
  await card(page, 'Bea').click(body);
  await bar.getByLabel('Whom to give them to').selectOption('');
  await expect(bar).toContainText('2 leads');
  await bar.getByLabel('Whom to give them to').selectOption({ index: 0 });
  await bar.getByRole('button', { name: 'Give', exact: true }).click();
  await expect(page.getByText(/2 leads given to/)).toBeVisible();
  await page.keyboard.press('Control+z');
  await expect(page.getByText('2 leads given back')).toBeVisible();
  await card(page, 'Abe').focus();
  await page.keyboard.press('x');
  await page.keyboard.press('Escape');
  await expect(bar).toBeHidden();
  await sameAsFresh(page);
});
