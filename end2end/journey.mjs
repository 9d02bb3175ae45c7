// What every journey uses: browsers that complain, people who are signed in, and the board as data.
import { test as base, expect } from '@playwright/test';

export { expect };

/** The password of every demo sign-in. */
export const PASSWORD = 'spotlight';

/** Cookies of people who signed in earlier in this worker, by server and address. */
const sessions = new Map();

/** How many companies this worker has founded. */
let founders = 0;

export const test = base.extend({
  baseURL: async ({}, use) => use(process.env.SPOTLIGHT_URL),

  /**
   * Everything that pages complain about. A journey fails on any of it, except on what it provokes on
   * purpose and names with `expected(pattern)`.
   */
  complaints: [
    async ({}, use) => {
      const heard = [];
      const patterns = [];
      await use({ heard, expected: (pattern) => patterns.push(pattern) });
      const unexpected = heard.filter((text) => !patterns.some((pattern) => pattern.test(text)));
      expect([...new Set(unexpected)], 'complaints of the pages').toEqual([]);
    },
    { auto: true },
  ],

  /** Opens a page in a browser of its own: `open({ email })` is signed in, `open()` is a stranger. */
  open: async ({ browser, baseURL, complaints }, use) => {
    const contexts = [];
    await use(async ({ email, password = PASSWORD, url = baseURL, ...options } = {}) => {
      const key = `${url} ${email}`;
      const context = await browser.newContext({ ...options, baseURL: url, storageState: sessions.get(key) });
      contexts.push(context);
      // One line each is enough: a panic brings its whole stack.
      const heard = (text) => complaints.heard.push(text.trim().split('\n')[0]);
      context.on('console', (message) => {
        if (message.type() === 'error') heard(`${message.location().url}: ${message.text()}`);
      });
      context.on('weberror', (problem) => heard(String(problem.error())));
      const page = await context.newPage();
      if (email && !sessions.has(key)) {
        await signIn(page, email, password);
        sessions.set(key, await context.storageState());
      }
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
  },

  /** Founds a company, so that a journey has a quiet board of its own. Returns its admin's page. */
  found: async ({ open }, use, info) => {
    let number = 0;
    await use(async (options) => {
      // From an address of their own, as people do: so many companies are not founded behind one.
      founders += 1;
      const address = `10.${info.workerIndex % 256}.${founders >> 8}.${founders % 256}`;
      const page = await open({ extraHTTPHeaders: { 'x-forwarded-for': address }, ...options });
      number += 1;
      const email = `founder.${info.workerIndex}.${Date.now()}.${number}@${info.testId.slice(0, 8)}.test`;
      await page.goto('/sign-up');
      await fillSignUp(page, { company: `Lantern Works ${number}`, name: 'Ada Fenn', email });
      await expect(page).toHaveURL(/\/board/);
      return Object.assign(page, { email });
    });
  },
});

/** Fills the form of a new company and sends it. */
export async function fillSignUp(page, { company, name, email, password = 'a lamp in the window' }) {
  const form = page.locator('main form, form').filter({ has: page.locator('input[name=company]') });
  await form.locator('input[name=company]').fill(company);
  await form.locator('input[name=name]').fill(name);
  await form.locator('input[name=email]').fill(email);
  await form.locator('input[name=password]').fill(password);
  await form.locator('input[name=password]').press('Enter');
}

/** Signs in by the form and waits for the board. */
export async function signIn(page, email, password = PASSWORD) {
  await page.goto('/sign-in');
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('input[name=password]').press('Enter');
  await expect(page).toHaveURL(/\/board/);
}

/** Waits until the page has hydrated and hears what others do. */
export async function connected(page) {
  await expect(page.locator('html')).toHaveAttribute('data-live', 'connected');
}

/** Opens a page and waits until it lives. */
export async function visit(page, path) {
  await page.goto(path);
  await connected(page);
}

/** A column of the board. */
export const column = (page, stage) => page.locator(`[data-stage="${stage}"]`);

/** A card, by the name on it. */
export const card = (page, name) => page.locator('[data-lead]').filter({ hasText: name });

/** The board as data: each column's cards in order, with their versions. */
export const board = (page) =>
  page.locator('[data-stage]').evaluateAll((columns) =>
    Object.fromEntries(
      columns.map((each) => [
        each.dataset.stage,
        [...each.querySelectorAll('[data-lead]')].map((lead) => `${lead.dataset.lead} v${lead.dataset.version}`),
      ]),
    ));

/** Fails unless the board becomes what a fresh load of it shows. */
export async function sameAsFresh(page, path = '/board') {
  const fresh = await page.context().newPage();
  await expect(async () => {
    await fresh.goto(path);
    expect(await board(page)).toEqual(await board(fresh));
  }).toPass({ timeout: 15_000 });
  await fresh.close();
}

/** Adds a lead by the form, opened with the key. */
export async function addLead(page, name) {
  await page.keyboard.press('n');
  const field = page.getByRole('dialog').locator('input[name=name]');
  await field.fill(name);
  await field.press('Enter');
  await expect(card(page, name)).toHaveCount(1);
  await expect(page.getByRole('dialog')).toBeHidden();
}

/** Picks a card up with the mouse and holds it over the top of a column. */
export async function lift(page, lead, target) {
  await lead.scrollIntoViewIfNeeded();
  const from = await lead.boundingBox();
  await page.mouse.move(from.x + from.width / 2, from.y + 16);
  await page.mouse.down();
  await page.mouse.move(from.x + from.width / 2 + 8, from.y + 24, { steps: 4 });
  const to = await target.boundingBox();
  await page.mouse.move(to.x + to.width / 2, to.y + Math.min(60, to.height / 2), { steps: 12 });
}

/** Drags a card to the top of a column and waits until the server has said yes. */
export async function drag(page, lead, target) {
  const answered = page.waitForResponse((response) => response.url().includes('/api/move_lead'));
  await lift(page, lead, target);
  await page.mouse.up();
  expect((await answered).status()).toBe(200);
}

/** What somebody has said in the widget's thread; the greeting is no message. */
export const said = (panel, author) => panel.locator(`#log [data-message][data-author=${author}]`);

/** Fails when the page can be scrolled sideways. */
export async function noSidewaysScroll(page) {
  const [wide, room] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  expect(wide, `${page.url()} is wider than the screen`).toBeLessThanOrEqual(room);
}
