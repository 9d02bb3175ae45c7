// The board at a past moment: by slider, by keys, by links, without script, and not by the wrong people.
import { addLead, card, column, connected, drag, expect, test } from './journey.mjs';

const slider = (page) => page.getByRole('slider', { name: 'Moment' });
const moment = (page) => page.locator('[data-moment]').getAttribute('data-moment').then(Number);
const turn = (page, name) => page.locator('[data-turns] li').filter({ hasText: name });

test('a lead stands where it stood, and what became of it is told', async ({ found }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'Gil Ferrow');
  await addLead(page, 'Hana Pross');
  const then = Date.now();
  await drag(page, card(page, 'Gil Ferrow'), column(page, 'qualified'));
  await expect(column(page, 'qualified').locator(card(page, 'Gil Ferrow'))).toBeVisible();
  await addLead(page, 'Ines Brock');

  // From the board by its own link, and from there to a moment by its address.
  await page.getByRole('link', { name: 'The board, earlier' }).click();
  await expect(page).toHaveURL(/\/board\/past$/);
  await expect(page.getByRole('heading', { name: 'Since then' })).toBeVisible();
  await page.goto(`/board/past?at=${then}`);
  await expect(column(page, 'new').locator(card(page, 'Gil Ferrow'))).toContainText('now in Qualified');
  await expect(column(page, 'new').locator('[data-lead]')).toHaveCount(2);
  await expect(column(page, 'qualified').locator('[data-lead]')).toHaveCount(0);
  await expect(turn(page, 'Gil Ferrow')).toContainText('New → Qualified');
  await expect(turn(page, 'Ines Brock')).toContainText('New in New');
  await expect(turn(page, 'Hana Pross')).toHaveCount(0);
  await expect(page.getByText('1 new · 1 moved')).toBeVisible();

  // A card of the past leads to its lead as it is.
  await card(page, 'Hana Pross').click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Hana Pross');
});

test('the slider is moved by keys and by mouse, and is not taken out of the hand', async ({ open }) => {
  const page = await open({ email: 'admin@northwind.test' });
  await page.goto('/board/past');
  await expect(slider(page)).toBeVisible();
  await connected(page);
  const before = await moment(page);
  await slider(page).focus();
  await page.keyboard.press('PageDown');
  await expect.poll(() => moment(page)).toBeLessThan(before);
  await expect(slider(page)).toBeFocused();
  const [first, last] = await Promise.all(['min', 'max'].map((name) => slider(page).getAttribute(name).then(Number)));
  await page.keyboard.press('Home');
  await expect.poll(() => moment(page)).toBeLessThan(first + 60_000);
  await expect(slider(page)).toBeFocused();

  // Held, moved, held long enough for answers to come, moved on: it stays under the pointer.
  const box = await slider(page).boundingBox();
  const y = box.y + box.height / 2;
  await page.mouse.move(box.x + 11, y);
  await page.mouse.down();
  for (const part of [0.3, 0.5, 0.7]) {
    const answered = page.waitForResponse((response) => response.url().includes('load_past'));
    await page.mouse.move(box.x + box.width * part, y, { steps: 6 });
    await answered;
    const wanted = first + (last - first) * part;
    await expect.poll(() => moment(page)).toBeGreaterThan(wanted - (last - first) * 0.05);
    const shown = Number(await slider(page).inputValue());
    expect(Math.abs(shown - wanted) / (last - first)).toBeLessThan(0.05);
  }
  await page.mouse.up();
  await expect(page).toHaveURL(/at=\d+/);

  await page.getByRole('link', { name: 'The beginning' }).click();
  await expect.poll(() => moment(page)).toBeLessThan(first + 60_000);
  await page.getByRole('link', { name: '+ 1 day' }).click();
  await expect.poll(() => moment(page)).toBeGreaterThan(first + 23 * 3_600_000);
});

test('without network a moment is not shown, and the way back to another is', async ({ open, complaints }) => {
  complaints.expected(/ERR_INTERNET_DISCONNECTED|ERR_FAILED|WebSocket/);
  const page = await open({ email: 'admin@northwind.test' });
  await page.goto('/board/past');
  await expect(slider(page)).toBeVisible();
  await page.context().setOffline(true);
  await slider(page).focus();
  await page.keyboard.press('Home');
  await expect(page.getByText('That moment cannot be shown')).toBeVisible();
  await expect(slider(page)).toBeVisible();
  await page.context().setOffline(false);
  await page.getByRole('link', { name: 'A day ago' }).click();
  await expect(page.getByRole('heading', { name: 'Since then' })).toBeVisible();
});

test('without scripts, with an address that is no moment, and for a rep', async ({ open }) => {
  const plain = await open({ javaScriptEnabled: false, email: 'rep2@meridian.test' });
  await plain.goto('/board/past?at=nonsense');
  await expect(plain.getByRole('heading', { name: 'Since then' })).toBeVisible();
  await plain.getByRole('link', { name: 'The beginning' }).click();
  const first = await moment(plain);
  await plain.getByRole('link', { name: '+ 1 day' }).click();
  expect(await moment(plain)).toBe(first + 86_400_000);
  await plain.getByRole('button', { name: 'Show' }).click();
  await expect(plain.getByRole('heading', { name: 'Since then' })).toBeVisible();
  for (const at of ['-1', '99999999999999999999', '9007199254740991', '']) {
    const answer = await plain.goto(`/board/past?at=${at}`);
    expect(answer.status()).toBe(200);
  }
  // A rep's past is of the leads that are theirs to see now.
  const boss = await open({ javaScriptEnabled: false, email: 'manager@meridian.test' });
  const count = async (page) => {
    await page.goto(`/board/past?at=${Date.now()}`);
    return page.locator('[data-past] [data-lead]').count();
  };
  expect(await count(plain)).toBeLessThan(await count(boss));
});
