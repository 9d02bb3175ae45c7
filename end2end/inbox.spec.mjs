// What a team does around a chat: notes among the messages, canned replies, closing, putting off, giving away.
import { connected, expect, said, test, visit } from './journey.mjs';

/** A visitor on the demonstration site, who has written. */
async function visitor(open, words) {
  const page = await open();
  await page.goto('/demo/site');
  await page.getByRole('button', { name: 'Chat with us' }).click();
  const panel = page.frameLocator('iframe');
  const say = async (text) => {
    await panel.getByRole('textbox', { name: 'Write a message' }).fill(text);
    await panel.getByRole('button', { name: 'Send' }).click();
    await expect(said(panel, 'visitor').filter({ hasText: text })).toHaveAttribute('data-state', /sent|delivered|read/);
  };
  await say(words);
  const log = panel.locator('#log');
  await expect(log).not.toHaveAttribute('data-conversation', '');
  return { page, panel, say, at: `/inbox/${await log.getAttribute('data-conversation')}` };
}

const writing = (page) => page.locator('section[data-conversation] form textarea');
const row = (page, name) => page.locator('a[data-conversation]').filter({ hasText: name });

test('a note among the messages is the team’s, whatever becomes of the page, and names a colleague', async ({ open }) => {
  const { panel, at } = await visitor(open, "Hello, I'm Ines Calder from Calder Glass.");
  const manager = await open({ email: 'manager@meridian.test' });
  const rep = await open({ email: 'rep@meridian.test' });
  await Promise.all([visit(manager, at), visit(rep, at)]);

  await manager.getByRole('button', { name: 'Note', exact: true }).click();
  await expect(writing(manager)).toBeFocused();
  await manager.keyboard.type('She haggles. @tom');
  await expect(manager.getByRole('listbox', { name: 'Colleagues' }).getByRole('option')).toHaveCount(1);
  // Enter takes the name; it sends nothing.
  await manager.keyboard.press('Enter');
  await expect(writing(manager)).toHaveValue('She haggles. @Tom Okafor ');

  // What was meant for the team is still for the team after a reload.
  await manager.reload();
  await connected(manager);
  await expect(writing(manager)).toHaveValue('She haggles. @Tom Okafor ');
  await expect(manager.getByRole('button', { name: 'Note', exact: true })).toHaveAttribute('aria-pressed', 'true');
  await expect(rep.locator('[data-typing]')).toHaveCount(0);
  await writing(manager).press('Control+Enter');
  for (const page of [manager, rep]) {
    await expect(page.getByRole('log').locator('[data-note]')).toContainText('She haggles. @Tom Okafor');
  }
  await expect(writing(manager)).toHaveValue('');
  await expect(panel.locator('#log')).not.toContainText('haggles');
  // Nor does it stand in the transcript, and taking it down changes nobody's turn.
  await expect(manager.locator('[data-control]')).toHaveAttribute('data-control', 'assistant');
  await visit(manager, `${at}?view=transcript`);
  await expect(manager.getByRole('region', { name: 'Transcript', exact: true })).toContainText('Calder Glass');
  await expect(manager.getByRole('region', { name: 'Transcript', exact: true })).not.toContainText('haggles');
});

test('a chat is closed and opened by the visitor, put off and given to a colleague', async ({ open }) => {
  const { say, at } = await visitor(open, "Hi, I'm Odd Sundby from Sundby Timber.");
  const manager = await open({ email: 'manager@meridian.test' });
  const rep = await open({ email: 'rep@meridian.test' });
  await visit(manager, `${at}?show=all`);
  await visit(rep, '/inbox');

  // Given to Tom: it stands under what is his, on his screen.
  await manager.getByLabel('Chat actions').first().click();
  await manager.getByRole('menuitem', { name: 'Tom Okafor' }).click();
  await expect(row(rep, 'Odd Sundby')).toBeVisible();
  await expect(manager.getByRole('log')).toContainText('gave the chat to Tom Okafor');

  // Closed with a key, taken back, closed again.
  await manager.getByRole('log').focus();
  await manager.keyboard.press('e');
  await expect(manager.locator('[data-rest]')).toContainText('closed');
  await expect(row(rep, 'Odd Sundby')).toHaveCount(0);
  await manager.keyboard.press('z');
  await expect(row(rep, 'Odd Sundby')).toBeVisible();
  await expect(manager.locator('[data-rest]')).toHaveCount(0);
  await manager.keyboard.press('e');
  await expect(manager.locator('[data-rest]')).toContainText('closed');
  await expect(manager.getByRole('heading', { name: 'Closed' })).toBeVisible();

  // The visitor has one more word: it is open, and the assistant is before them.
  await say('One more thing: how long is the warranty?');
  await expect(manager.locator('[data-rest]')).toHaveCount(0);
  await expect(manager.locator('[data-control]')).toHaveAttribute('data-control', 'assistant');
  await expect(manager.getByRole('log').locator('[data-author=assistant]').last()).toContainText('25 years');

  // Put off until tomorrow.
  await manager.getByLabel('Chat actions').first().click();
  await manager.getByRole('menuitem', { name: 'Tomorrow, 09:00' }).click();
  await expect(manager.locator('[data-rest]')).toContainText('09:00');
  await expect(manager.getByRole('heading', { name: 'Put off' })).toBeVisible();
  await expect(row(manager, 'Odd Sundby')).toContainText(/Put off until \w{3} 09:00/);
  await manager.getByRole('button', { name: 'Open again' }).click();
  await expect(manager.locator('[data-rest]')).toHaveCount(0);
  // A time that has gone is refused where it is asked for.
  await manager.getByLabel('Chat actions').first().click();
  await manager.getByRole('menuitem', { name: 'Another time…' }).click();
  const dialog = manager.getByRole('dialog', { name: 'Put the chat off' });
  await dialog.getByLabel('Until').fill('2020-01-01T10:00');
  await dialog.getByRole('button', { name: 'Put off' }).click();
  await expect(dialog).toContainText('a time that is to come');
});

test('a canned reply is kept once, found behind a slash, and never sent with an empty blank', async ({ open, complaints }) => {
  complaints.expected(/status of 422/);
  const { at } = await visitor(open, 'Do you fit cold stores?');
  const manager = await open({ email: 'manager@meridian.test' });
  await visit(manager, '/settings/replies');
  const add = async (name, text) => {
    await manager.locator('#add-name').fill(name);
    await manager.locator('#add-body').fill(text);
    await manager.getByRole('button', { name: 'Add reply' }).click();
  };
  await add('our-prices', 'Hi {{frist_name}}');
  await expect(manager.getByText('Nothing is known by the name “frist_name”')).toBeVisible();
  await expect(manager.locator('#add-name')).toHaveValue('our-prices');
  await add('our-prices', 'Hi {{first_name|there}}, {{my_first_name}} here. For {{organisation}} we can do better.');
  await expect(manager.locator('[data-reply="our-prices"]')).toBeVisible();

  await visit(manager, at);
  await writing(manager).fill('Of course. /our');
  const list = manager.getByRole('listbox', { name: 'Canned replies' });
  await expect(list.getByRole('option')).toHaveCount(1);
  await writing(manager).press('Enter');
  // They have said no name and no organisation: the one has a word instead, the other has not.
  await expect(writing(manager)).toHaveValue('Of course. Hi there, Maya here. For {{organisation}} we can do better.');
  await writing(manager).press('Control+Enter');
  await expect(manager.getByText('Fill in {{organisation}} before you send.')).toBeVisible();
  await manager.keyboard.type('cold stores');
  await expect(writing(manager)).toHaveValue('Of course. Hi there, Maya here. For cold stores we can do better.');
  await writing(manager).press('Control+Enter');
  await expect(manager.getByRole('log').locator('[data-author=rep]')).toContainText('For cold stores we can do better.');
});

test('an answer that the assistant is writing is stopped and becomes the person’s draft', async ({ open, complaints }) => {
  complaints.expected(/status of 409/);
  const { panel, say, at } = await visitor(open, "Hello, I'm Per Lunde from Lunde Farms.");
  const rep = await open({ email: 'manager@meridian.test' });
  await visit(rep, at);
  const answers = said(panel, 'assistant');
  await expect(answers).not.toHaveCount(0);
  const stop = rep.getByRole('button', { name: 'Stop and edit' });
  let before, asked = 0;
  // On a busy machine an answer may be over before it can be stopped: then there is another.
  await expect(async () => {
    await expect(rep.locator('[data-draft]')).toHaveCount(0);
    before = await answers.count();
    asked += 1;
    await say(`Question ${asked}: how long is the warranty on the panels?`);
    // By keyboard: under a pointer it moves as the answer grows.
    await stop.press('Enter', { timeout: 8_000 });
    await expect(writing(rep)).not.toHaveValue('', { timeout: 4_000 });
  }).toPass({ timeout: 90_000 });
  await expect(rep.locator('[data-draft]')).toHaveCount(0);
  await expect(rep.locator('[data-control]')).toHaveAttribute('data-control', 'person');
  await writing(rep).fill('The warranty is mine to explain.');
  await writing(rep).press('Control+Enter');
  await expect(said(panel, 'rep')).toContainText('mine to explain');
  await expect(answers).toHaveCount(before);
});

const PICTURE = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYPj/HwADAgH/eL9GtQAAAABJRU5ErkJggg==', 'base64');

test('files go both ways, shown as what they are, and never what could run', async ({ open, complaints }) => {
  complaints.expected(/status of 422/);
  const { page: site, panel, at } = await visitor(open, "Hello, I'm Ravi Anand from Anand Foods.");
  const rep = await open({ email: 'manager@meridian.test' });
  await visit(rep, at);
  const log = rep.getByRole('log');

  // The visitor sends a picture, without a word; what is no picture is refused beside its name.
  const files = panel.getByRole('list', { name: 'Files with your message' });
  await panel.locator('#file').setInputFiles([
    { name: 'roof.png', mimeType: 'image/png', buffer: PICTURE },
    { name: 'plan.png', mimeType: 'image/png', buffer: Buffer.from('<svg onload="alert(1)">') },
  ]);
  await expect(files.getByRole('listitem')).toHaveCount(2);
  await expect(files.getByRole('listitem').filter({ hasText: 'plan.png' })).toContainText('Only pictures, sound and PDF');
  const send = panel.getByRole('button', { name: 'Send' });
  await expect(send).toBeDisabled();
  await files.getByRole('button', { name: 'Take off plan.png' }).click();
  await send.click();
  const theirs = log.locator('[data-author=visitor]').last();
  await expect.poll(() => theirs.locator('img').evaluate((img) => img.naturalWidth)).toBe(1);
  await expect.poll(() => panel.locator('#log img').evaluate((img) => img.naturalWidth)).toBe(1);

  // The team answers with two, one of them pasted; one is taken off again.
  await rep.getByLabel('Add files').setInputFiles([
    { name: 'prices.html', mimeType: 'text/html', buffer: Buffer.from('<script>alert(1)</script>') },
    { name: 'wrong.txt', mimeType: 'text/plain', buffer: Buffer.from('not this one') },
  ]);
  const ours = rep.getByRole('list', { name: 'Files with this message' });
  await expect(ours.getByRole('listitem')).toHaveCount(2);
  await ours.getByRole('button', { name: 'Take off wrong.txt' }).click();
  await writing(rep).fill('Here is the list.');
  await writing(rep).press('Control+Enter');
  await expect(log.locator('[data-author=rep]').last()).toContainText('prices.html');
  await expect(ours.getByRole('listitem')).toHaveCount(0);
  const theirList = panel.locator('#log [data-author=rep] .attached button');
  await expect(theirList).toContainText('prices.html');
  const [download] = await Promise.all([site.waitForEvent('download'), theirList.click()]);
  expect(download.suggestedFilename()).toBe('prices.html');
  // A fresh page of the visitor shows the same.
  await site.reload();
  await site.getByRole('button', { name: 'Chat with us' }).click();
  await expect(site.frameLocator('iframe').locator('#log img')).toHaveCount(1);
  await expect(site.frameLocator('iframe').locator('#log')).toContainText('prices.html');
});

test('what is to go out later stands in the thread, is taken back into the field, and goes out at its time', async ({ open }) => {
  const { panel, at } = await visitor(open, "Hello, I'm Uma Berg from Berg Bakery.");
  const manager = await open({ email: 'manager@meridian.test' });
  const rep = await open({ email: 'rep@meridian.test' });
  await Promise.all([visit(manager, at), visit(rep, at)]);
  const later = async (time) => {
    await manager.getByLabel('Send later').first().click();
    await manager.getByRole('menuitem', { name: time }).click();
  };
  await writing(manager).fill('Good morning, Uma.');
  await later('Tomorrow, 09:00');
  const waits = (page) => page.getByRole('log').locator('[data-scheduled]');
  for (const page of [manager, rep]) {
    await expect(waits(page)).toContainText('Good morning, Uma.');
    await expect(waits(page)).toContainText('09:00');
  }
  await expect(writing(manager)).toHaveValue('');
  await expect(manager.locator('[data-control]')).toHaveAttribute('data-control', 'assistant');
  await expect(panel.locator('#log')).not.toContainText('Good morning');

  // A colleague takes it back into the field, by keyboard; both see it go.
  await waits(rep).getByRole('button', { name: 'Edit' }).focus();
  await rep.keyboard.press('Enter');
  await expect(writing(rep)).toHaveValue('Good morning, Uma.');
  await expect(waits(manager)).toHaveCount(0);
  await writing(rep).fill('');
  // Nor does it matter that the one waits no longer: another is sent at once, or cancelled.
  for (const [words, act] of [['At once, then.', 'Send now'], ['Never mind.', 'Cancel']]) {
    await writing(manager).fill(words);
    await later('Tomorrow, 09:00');
    await waits(manager).getByRole('button', { name: act }).click();
    await expect(waits(manager)).toHaveCount(0);
  }
  await expect(said(panel, 'rep')).toHaveText([/At once, then\./]);

  // At a time of one's own, and that is soon.
  await writing(manager).fill('It is time.');
  await later('Another time…');
  const dialog = manager.getByRole('dialog', { name: 'Send later' });
  const soon = await manager.evaluate(() => {
    const then = new Date(Date.now() + 62_000 - new Date().getTimezoneOffset() * 60_000);
    return then.toISOString().slice(0, 16);
  });
  await dialog.getByLabel('When').fill(soon);
  await dialog.getByRole('button', { name: 'Send then' }).click();
  await expect(waits(manager)).toHaveCount(1);
  await expect(said(panel, 'rep').last()).toContainText('It is time.', { timeout: 90_000 });
  await expect(waits(manager)).toHaveCount(0);
  await expect(manager.getByRole('log').locator('[data-author=rep]')).toHaveCount(2);
});
