// Columns are folded by the person, for the person, and stay folded.
import AxeBuilder from '@axe-core/playwright';
import { addLead, board, card, column, connected, drag, expect, lift, noSidewaysScroll, sameAsFresh, test } from './journey.mjs';

const button = (page, name) => page.getByRole('button', { name: `Column ${name}`, exact: true });
const cards = (page, stage) => column(page, stage).locator('[data-lead]');
const width = async (page, stage) => (await column(page, stage).boundingBox()).width;

/** Folds or unfolds by a click, and waits until the server knows. */
async function click(page, name) {
  const answered = page.waitForResponse((response) => response.url().includes('/api/fold_stage'));
  await button(page, name).click();
  expect((await answered).status()).toBe(200);
}

test('a folded column stays folded, at the first paint too, and takes what is dropped on it', async ({ found }) => {
  const page = await found();
  await connected(page);
  for (const name of ['Cy', 'Bea', 'Abe']) await addLead(page, name);
  await drag(page, card(page, 'Cy'), column(page, 'qualified'));
  const wide = await width(page, 'new');
  await expect(button(page, 'Qualified')).toHaveAttribute('aria-expanded', 'true');
  await click(page, 'Qualified');
  await expect(button(page, 'Qualified')).toHaveAttribute('aria-expanded', 'false');
  await expect(cards(page, 'qualified')).toHaveCount(0);
  expect(await width(page, 'qualified')).toBe(44);
  expect(await width(page, 'new')).toBeGreaterThan(wide + 20);
  await expect(column(page, 'qualified').getByRole('heading')).toHaveCSS('writing-mode', 'vertical-rl');

  // As the server writes it, before any script has run; and nothing moves when it runs.
  const plain = await page.context().browser().newContext({ storageState: await page.context().storageState(), javaScriptEnabled: false });
  const still = await plain.newPage();
  await still.goto(page.url());
  expect(await width(still, 'qualified')).toBe(44);
  await expect(cards(still, 'qualified')).toHaveCount(0);
  await page.addInitScript(() => {
    window.shifted = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => { window.shifted += entry.value; })).observe({ type: 'layout-shift', buffered: true });
  });
  await page.reload();
  await connected(page);
  expect(await width(page, 'qualified')).toBe(44);
  await expect(cards(page, 'qualified')).toHaveCount(0);
  expect(await page.evaluate(() => window.shifted)).toBe(0);
  // Without script the button is a form.
  await button(still, 'Qualified').click();
  await expect(cards(still, 'qualified')).toHaveCount(1);
  await button(still, 'Qualified').click();
  await expect(cards(still, 'qualified')).toHaveCount(0);
  await plain.close();

  // A card that is dropped at once lies on top; the figures of the strip follow.
  const count = column(page, 'qualified').locator('.num').first();
  await expect(count).toHaveText('1');
  await lift(page, card(page, 'Bea'), column(page, 'qualified'));
  await expect(column(page, 'qualified')).toHaveClass(/is-target/);
  await expect(count).toHaveText('1 + 1');
  await page.mouse.up();
  await expect(count).toHaveText('2');
  await expect(card(page, 'Bea')).toHaveCount(0);

  // One that is held over it opens it, until it is dropped.
  await lift(page, card(page, 'Abe'), column(page, 'qualified'));
  await expect(cards(page, 'qualified')).toHaveCount(2);
  const lowest = await cards(page, 'qualified').last().boundingBox();
  await page.mouse.move(lowest.x + 40, lowest.y + lowest.height + 30, { steps: 5 });
  await page.mouse.up();
  await expect(count).toHaveText('3');
  await expect(cards(page, 'qualified')).toHaveCount(0);
  await click(page, 'Qualified');
  await expect(cards(page, 'qualified').locator('.lead-name')).toHaveText(['Bea', 'Cy', 'Abe']);
  await sameAsFresh(page);

  // However long the way of each is, what was done last is told last; also when the board is left meanwhile.
  const [ways, told] = [[700, 50, 50], []];
  await page.route('**/api/fold_stage*', async (route) => {
    await new Promise((after) => setTimeout(after, ways.shift()));
    await route.fulfill({ response: await route.fetch() });
    told.push(route.request().postDataJSON().folded);
  });
  await button(page, 'Qualified').click();
  await button(page, 'Qualified').click();
  await button(page, 'Contacted').click();
  await page.getByRole('link', { name: 'Inbox' }).first().click();
  await expect(page).toHaveURL(/inbox/);
  await expect.poll(() => told).toEqual([true, false, true]);
  await page.goto('/board');
  await connected(page);
  await expect(button(page, 'Qualified')).toHaveAttribute('aria-expanded', 'true');
  await expect(button(page, 'Contacted')).toHaveAttribute('aria-expanded', 'false');
});

test('the two columns where deals end share a place: one folds to its head, both to strips', async ({ found }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'Abe');
  await click(page, 'Lost');
  expect((await column(page, 'lost').boundingBox()).height).toBeLessThan(45);
  expect(await width(page, 'lost')).toBe(await width(page, 'won'));
  await lift(page, card(page, 'Abe'), column(page, 'lost'));
  await expect(column(page, 'lost')).toHaveClass(/is-target/);
  await page.mouse.up();
  await expect(column(page, 'lost').locator('.num').first()).toHaveText('1');
  await page.keyboard.press('Escape');
  // It is not there any more, where it is put back to.
  await expect(card(page, 'Abe')).toBeFocused();
  await click(page, 'Won');
  expect([await width(page, 'won'), await width(page, 'lost')]).toEqual([44, 44]);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect((await new AxeBuilder({ page }).include('.is-folded').analyze()).violations).toEqual([]);
  }
  await click(page, 'Lost');
  expect(await width(page, 'won')).toBe(await width(page, 'lost'));
  expect((await column(page, 'won').boundingBox()).height).toBeLessThan(45);
});

test('with keys alone: folded, walked past, carried into, unfolded', async ({ found }) => {
  const page = await found();
  await connected(page);
  for (const name of ['Cy', 'Bea', 'Abe']) await addLead(page, name);
  const spoken = page.locator('[aria-live=assertive]');
  await drag(page, card(page, 'Bea'), column(page, 'contacted'));
  await drag(page, card(page, 'Cy'), column(page, 'qualified'));

  await card(page, 'Bea').focus();
  await page.keyboard.press('x');
  const bar = page.getByRole('toolbar', { name: 'Chosen leads' });
  await expect(bar).toContainText('1 lead');
  await page.keyboard.press('f');
  await expect(bar).toBeHidden();
  await expect(button(page, 'Contacted')).toBeFocused();
  await expect(cards(page, 'contacted')).toHaveCount(0);
  await card(page, 'Abe').focus();
  await page.keyboard.press('ArrowRight');
  await expect(card(page, 'Cy')).toBeFocused();
  await page.keyboard.press('ArrowLeft');
  await expect(card(page, 'Abe')).toBeFocused();

  // Held over it, it is open; put down there, its head has the keyboard.
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  await expect(spoken).toContainText('Over Contacted, position 1 of 2');
  await expect(cards(page, 'contacted')).toHaveCount(2);
  await expect(card(page, 'Abe')).toBeFocused();
  await page.keyboard.press('Space');
  await expect(spoken).toContainText('Dropped in Contacted, position 1 of 2');
  await expect(cards(page, 'contacted')).toHaveCount(0);
  await expect(button(page, 'Contacted')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(cards(page, 'contacted')).toHaveCount(2);
  await expect(button(page, 'Contacted')).toBeFocused();
  await page.keyboard.press('f');
  await expect(cards(page, 'contacted')).toHaveCount(0);

  // By the menu too.
  await card(page, 'Cy').focus();
  await page.keyboard.press('m');
  await page.keyboard.press('2');
  await expect(button(page, 'Contacted')).toBeFocused();
  await expect(column(page, 'contacted').locator('.num').first()).toHaveText('3');
});

test('another person’s board stays as it is, one’s other device follows, and a phone folds nothing', async ({ open }) => {
  const [mine, theirs] = [await open({ email: 'rep2@meridian.test' }), await open({ email: 'manager@meridian.test' })];
  await mine.goto('/board');
  await connected(mine);
  const names = ['New', 'Qualified'];
  for (const name of names) await click(mine, name);
  await theirs.goto('/board');
  await connected(theirs);
  for (const name of names) await expect(button(theirs, name)).toHaveAttribute('aria-expanded', 'true');
  await expect(theirs.locator('.is-folded')).toHaveCount(0);

  const phone = await open({ email: 'rep2@meridian.test', viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true });
  await phone.goto('/board');
  await connected(phone);
  const tabs = phone.getByRole('navigation', { name: 'Stage' });
  for (const stage of ['New', 'Qualified', 'Contacted']) {
    const tab = tabs.getByRole('link', { name: new RegExp(`^${stage}`) });
    await tab.tap();
    await expect(phone.locator('[data-lead]:visible')).toHaveCount(Number((await tab.textContent()).match(/\d+$/)[0]));
  }
  await noSidewaysScroll(phone);
  // Turned on its side it is wide enough.
  await tabs.getByRole('link', { name: /^New/ }).tap();
  await phone.setViewportSize({ width: 844, height: 390 });
  for (const stage of ['new', 'qualified']) expect(await width(phone, stage)).toBe(44);
  await expect(phone.locator('[data-stage=new] [data-lead]:visible')).toHaveCount(0);

  await mine.goto('/inbox');
  await mine.goBack();
  await connected(mine);
  for (const name of names) await click(mine, name);
  await expect(mine.locator('.is-folded')).toHaveCount(0);
  await mine.reload();
  await connected(mine);
  await expect(mine.locator('.is-folded')).toHaveCount(0);
  expect(Object.keys(await board(mine))).toHaveLength(6);
});
