// What is to be done about a lead: added, followed by others, finished by keyboard, and all of it without script.
import { addLead, card, connected, expect, sameAsFresh, test, visit } from './journey.mjs';

const PASSWORD = 'a lamp in the window';

/** The page of the lead of that name. */
async function leadPage(page, name) {
  return `/leads/${await card(page, name).getAttribute('data-lead')}`;
}

/** A moment so many hours from now, as an input of the page's own zone has it. */
const local = (page, hours) =>
  page.evaluate((ms) => {
    const at = new Date(Date.now() + ms);
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
  }, hours * 3_600_000);

const adding = (page) => page.locator('form').filter({ has: page.getByRole('button', { name: 'Add task' }) });
const openTasks = (page) => page.getByRole('list', { name: 'Open tasks' }).getByRole('listitem');

async function add(page, words, due) {
  const form = adding(page);
  await form.locator('input[name=words]').fill(words);
  if (due) await form.locator('input[name=due]').fill(due);
  await form.locator('input[name=words]').press('Enter');
  await expect(openTasks(page).filter({ hasText: words })).toBeVisible();
}

test('a task is added, seen by others as it comes, put off, and finished by keyboard', async ({ found, open, complaints }) => {
  complaints.expected(/status of 409/);
  // Far from Greenwich: what is typed there is meant there.
  const page = await found({ timezoneId: 'America/New_York' });
  await connected(page);
  await addLead(page, 'Kit Elder');
  const path = await leadPage(page, 'Kit Elder');
  const other = await open({ email: page.email, password: PASSWORD, timezoneId: 'Asia/Tokyo' });
  await visit(other, '/board');
  await expect(card(other, 'Kit Elder').getByLabel('No next step')).toBeVisible();

  await visit(page, path);
  const due = await local(page, 26);
  await add(page, 'Call back about the roof', due);
  await add(page, 'Send the brochure');
  const call = openTasks(page).filter({ hasText: 'Call back about the roof' });
  await expect(call).toContainText(due.slice(11));
  // The form is ready for the next.
  await expect(adding(page).locator('input[name=words]')).toBeFocused();
  await expect(adding(page).locator('input[name=words]')).toHaveValue('');

  // The other's board follows, in the other's time.
  await expect(card(other, 'Kit Elder').locator('.lead-next')).toContainText('Call back about the roof');
  await expect(card(other, 'Kit Elder').getByLabel('No next step')).toHaveCount(0);
  const theirs = await other.evaluate((ms) => new Date(ms).toTimeString().slice(0, 5), await page.evaluate((text) => new Date(text).getTime(), due));
  await expect(card(other, 'Kit Elder').locator('.lead-next')).toContainText(theirs);

  // Changed by one while the other has the form open: the second is told, and may insist.
  await visit(other, path);
  await call.locator('summary').click();
  const theirCall = openTasks(other).filter({ hasText: 'Call back' });
  await theirCall.locator('summary').click();
  await theirCall.locator('input[name=words]').fill('Call back at noon');
  await theirCall.getByRole('button', { name: 'Save' }).click();
  await expect(openTasks(page).filter({ hasText: 'Call back at noon' })).toBeVisible();
  const mine = openTasks(page).filter({ hasText: 'Call back at noon' });
  await mine.locator('input[name=words]').fill('Write instead');
  await mine.getByRole('button', { name: 'Save' }).click();
  await expect(mine.getByRole('alert')).toContainText('changed it');
  await expect(mine.locator('input[name=words]')).toHaveValue('Write instead');
  await mine.getByRole('button', { name: 'Save' }).click();
  await expect(openTasks(other).filter({ hasText: 'Write instead' })).toBeVisible();

  // By keyboard, on the page of one's own tasks.
  await visit(page, '/tasks');
  await expect(page.getByRole('listitem')).toHaveCount(2);
  const tick = page.getByRole('button', { name: 'Complete: Write instead' });
  await tick.focus();
  await page.keyboard.press('Enter');
  await expect(tick).toHaveCount(0);
  await expect(openTasks(other)).toHaveCount(1);
  await other.getByText('1 done').click();
  await expect(other.getByRole('list', { name: 'Tasks that are done' })).toContainText('Write instead');
  // Undone from its toast, for everybody.
  await page.getByRole('status').getByRole('button', { name: /^Undo/ }).click();
  await expect(tick).toBeVisible();
  await expect(openTasks(other)).toHaveCount(2);

  // Dropped, it is gone from the board too.
  await openTasks(other).filter({ hasText: 'Write instead' }).locator('summary').click();
  await openTasks(other).filter({ hasText: 'Write instead' }).getByRole('button', { name: 'Drop' }).click();
  await expect(tick).toHaveCount(0);
  await visit(other, '/board');
  await expect(card(other, 'Kit Elder').locator('.lead-next')).toHaveText(/Send the brochure/);
  await sameAsFresh(other);
});

test('without scripts: a task is added, changed, refused, finished and opened again', async ({ found }) => {
  const page = await found({ javaScriptEnabled: false });
  await page.goto('/board?new=1');
  await page.locator('input[name=name]').fill('Lou Fir');
  await page.locator('input[name=name]').press('Enter');
  await page.getByRole('link', { name: 'Lou Fir', exact: true }).click();
  const form = adding(page);
  await form.locator('input[name=words]').fill('Call back');
  await form.locator('input[name=due]').fill('2031-03-04T09:30');
  await form.getByRole('button', { name: 'Add task' }).click();
  await expect(openTasks(page)).toContainText('4 Mar 2031, 09:30');

  await openTasks(page).locator('summary').click();
  await openTasks(page).locator('input[name=words]').fill('x'.repeat(501));
  await openTasks(page).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('alert').filter({ hasText: 'at most 500 characters' }).first()).toBeVisible();
  await openTasks(page).locator('summary').click();
  await openTasks(page).locator('input[name=words]').fill('Write');
  await openTasks(page).getByRole('button', { name: 'Save' }).click();
  await expect(openTasks(page)).toContainText('Write');
  await expect(openTasks(page)).toContainText('4 Mar 2031, 09:30');

  await page.goto('/tasks');
  await page.getByRole('button', { name: 'Complete: Write' }).click();
  await expect(page).toHaveURL(/\/tasks\??$/);
  await expect(page.getByRole('heading', { name: 'Nothing to do' })).toBeVisible();
  await page.goto('/board');
  await page.getByRole('link', { name: 'Lou Fir', exact: true }).click();
  await page.getByText('1 done').click();
  await page.getByRole('button', { name: 'Open again: Write' }).click();
  await expect(openTasks(page)).toContainText('Write');
});

test('what is due is told where its person is, and is late from then on', async ({ found }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'May Gorse');
  await visit(page, await leadPage(page, 'May Gorse'));
  // The input knows minutes: the next one that begins.
  await page.waitForFunction(() => new Date().getSeconds() < 50);
  await add(page, 'Ring May', await local(page, 1 / 60));
  await page.goto('/board');
  await connected(page);
  await expect(page.getByRole('status').filter({ hasText: 'Due now: Ring May. May Gorse' })).toBeVisible({ timeout: 75_000 });
  await expect(page.locator('nav[aria-label=Workspace] a[href="/tasks"]')).toContainText('1');
});
