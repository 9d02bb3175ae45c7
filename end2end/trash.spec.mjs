// The trash: from the lead's page, from the board, without script; back again; erased for good.
import { addLead, card, column, connected, expect, sameAsFresh, test } from './journey.mjs';

const gone = (page, name) => page.locator('[data-trash] [data-lead]').filter({ hasText: name });

test('a lead goes from its page and comes back with Undo, and others who look at it are told', async ({ found }) => {
  const page = await found();
  await connected(page);
  await addLead(page, 'Gil Ferrow');
  const [board, lead] = [await page.context().newPage(), await page.context().newPage()];
  for (const [other, path] of [[board, '/board'], [lead, await card(page, 'Gil Ferrow').getByRole('link').first().getAttribute('href')]]) {
    await other.goto(path);
    await connected(other);
  }
  await page.goto(new URL(lead.url()).pathname);
  await connected(page);
  await page.getByRole('button', { name: 'Move to the trash' }).click();
  await expect(page).toHaveURL(/\/board$/);
  await expect(page.getByText('Gil Ferrow is in the trash')).toBeVisible();
  await expect(card(page, 'Gil Ferrow')).toHaveCount(0);
  await expect(card(board, 'Gil Ferrow')).toHaveCount(0);
  await expect(lead).toHaveURL(/\/board$/);
  await expect(lead.getByText('Ada Fenn moved this lead to the trash.')).toBeVisible();

  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveURL(/\/leads\//);
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Gil Ferrow');
  await expect(page.getByText('brought the lead back from the trash')).toBeVisible();
  await expect(column(board, 'new').locator(card(board, 'Gil Ferrow'))).toBeVisible();
  await sameAsFresh(board);
});

test('inbox, open chat and tasks follow a lead into the trash and out of it', async ({ open }) => {
  const page = await open({ email: 'manager@meridian.test' });
  const name = 'Priya Raman';
  await page.goto('/board');
  await connected(page);
  const lead = await card(page, name).getAttribute('data-lead');
  const [inbox, chat, tasks] = [await page.context().newPage(), await page.context().newPage(), await page.context().newPage()];
  await page.goto(`/leads/${lead}`);
  await connected(page);
  const thread = await page.getByRole('link', { name: 'Message' }).getAttribute('href');
  for (const [other, path] of [[inbox, '/inbox?show=all'], [chat, thread], [tasks, '/tasks']]) {
    await other.goto(path);
    await connected(other);
  }
  const row = inbox.getByRole('region', { name: 'Conversation list' }).getByText(name);
  const task = tasks.locator('[data-task]').filter({ hasText: name });
  await expect(row).toBeVisible();
  await expect(task).not.toHaveCount(0);
  await page.getByRole('button', { name: 'Move to the trash' }).click();
  await expect(row).toHaveCount(0);
  await expect(task).toHaveCount(0);
  await expect(chat).toHaveURL(/\/inbox$/);
  await expect(chat.getByText('Maya Lindqvist moved this lead to the trash, and its chat with it.')).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(row).toBeVisible();
  await expect(task).not.toHaveCount(0);
  await chat.goto(thread);
  await expect(chat.getByRole('log')).toBeVisible();
});

test('several go from the board and come back; what was changed meanwhile stays', async ({ found }) => {
  const page = await found();
  await connected(page);
  for (const name of ['Cy', 'Bea', 'Abe']) await addLead(page, name);
  const other = await page.context().newPage();
  await other.goto('/board');
  await connected(other);
  const bar = page.getByRole('toolbar', { name: 'Chosen leads' });
  await card(page, 'Abe').focus();
  await page.keyboard.press('x');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('x');
  await bar.getByRole('button', { name: 'Move to the trash' }).click();
  await expect(page.getByText('2 leads moved to the trash')).toBeVisible();
  await expect(card(page, 'Cy')).toBeFocused();
  for (const each of [page, other]) await expect(column(each, 'new').locator('[data-lead]')).toHaveCount(1);
  await page.keyboard.press('Control+z');
  for (const each of [page, other]) await expect(column(each, 'new').locator('[data-lead] .lead-name')).toHaveText(['Abe', 'Bea', 'Cy']);
  await sameAsFresh(page);
});

test('without scripts: put away, brought back, put away again and erased', async ({ found, complaints }) => {
  complaints.expected(/leads\/trash: .*422/);
  const plain = await found({ javaScriptEnabled: false });
  await plain.goto('/board?new=1');
  await plain.locator('input[name=name]').fill('Hana Pross');
  await plain.locator('input[name=name]').press('Enter');
  await plain.goto('/leads/trash');
  await expect(plain.getByRole('heading', { name: 'The trash is empty' })).toBeVisible();

  const putAway = async () => {
    await plain.goto('/board');
    await card(plain, 'Hana Pross').getByRole('link').first().click();
    await plain.getByRole('button', { name: 'Move to the trash' }).click();
    await expect(plain).toHaveURL(/\/leads\/trash\?done=removed$/);
    await expect(gone(plain, 'Hana Pross')).toContainText('By Ada Fenn');
  };
  await putAway();
  await gone(plain, 'Hana Pross').getByRole('button', { name: 'Bring back Hana Pross' }).click();
  await expect(plain.getByText('The lead is back on the board')).toBeVisible();
  await putAway();
  const address = await plain.evaluate(() => location.pathname);
  await gone(plain, 'Hana Pross').getByText('Erase for good…').click();
  // A browser asks for the tick itself; so does the server.
  await gone(plain, 'Hana Pross').getByLabel('Erase Hana Pross for good').evaluate((box) => box.removeAttribute('required'));
  await gone(plain, 'Hana Pross').getByRole('button', { name: 'Erase', exact: true }).click();
  await expect(plain.getByText('Say that you are sure')).toBeVisible();
  await plain.goto(address);
  await gone(plain, 'Hana Pross').getByText('Erase for good…').click();
  await gone(plain, 'Hana Pross').locator('input[type=checkbox]').check();
  await gone(plain, 'Hana Pross').getByRole('button', { name: 'Erase', exact: true }).click();
  await expect(plain.getByText('The lead is erased')).toBeVisible();
  await expect(plain.getByRole('heading', { name: 'The trash is empty' })).toBeVisible();
});

test('a rep may put away and bring back what is theirs, and erase nothing', async ({ open }) => {
  const page = await open({ email: 'rep@northwind.test' });
  await page.goto('/leads/trash');
  await connected(page);
  await page.goto('/board');
  await connected(page);
  await addLead(page, 'Ines Brock');
  await card(page, 'Ines Brock').focus();
  await page.keyboard.press('x');
  await page.getByRole('toolbar', { name: 'Chosen leads' }).getByRole('button', { name: 'Move to the trash' }).click();
  await expect(card(page, 'Ines Brock')).toHaveCount(0);
  await page.goto('/leads/trash');
  await expect(gone(page, 'Ines Brock')).toBeVisible();
  await expect(page.getByText('Erase for good…')).toHaveCount(0);
  await gone(page, 'Ines Brock').getByRole('button', { name: 'Bring back Ines Brock' }).click();
  await expect(gone(page, 'Ines Brock')).toHaveCount(0);
  await page.goto('/board');
  await expect(card(page, 'Ines Brock')).toBeVisible();
});
