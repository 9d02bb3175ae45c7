// Text messages: a number is connected, somebody texts it from a telephone, the assistant and a person answer, STOP is honoured.
import { expect, test, visit } from './journey.mjs';

const OURS = '+442079460100';

/** A telephone of the demonstration, with a number of its own. */
async function telephone(open, number) {
  const page = await open();
  const at = `/demo/phone?from=${encodeURIComponent(number)}&to=${encodeURIComponent(OURS)}`;
  await page.goto(at);
  const screen = page.frameLocator('iframe');
  const text = async (words) => {
    await page.getByRole('textbox', { name: 'Text', exact: true }).fill(words);
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(screen.locator('li.own').filter({ hasText: words })).toBeVisible();
  };
  return { page, screen, text };
}

const row = (page, name) => page.locator('a[data-conversation]').filter({ hasText: name });
const spoken = (log, author) => log.locator(`[data-message][data-author=${author}]`);
const writing = (page) => page.locator('section[data-conversation] form textarea');

test('somebody texts, the assistant answers, a person takes over by text, and STOP is honoured', async ({ open }) => {
  const { screen, text } = await telephone(open, '+447700900321');
  const manager = await open({ email: 'manager@meridian.test' });
  await visit(manager, '/inbox?show=all');
  await text("Hello, I'm Wren Alder from Alder Roofing. How long is the warranty?");
  // Among all chats, as one by text; the assistant answers on the telephone.
  await expect(row(manager, 'Wren Alder').getByText('By text')).toHaveCount(1);
  await expect(screen.locator('li:not(.own)').first()).toContainText(/warrant/i, { timeout: 20_000 });
  await row(manager, 'Wren Alder').click();
  const log = manager.getByRole('log');
  await expect(spoken(log, 'assistant').last()).toHaveAttribute('data-state', 'delivered');

  // A person writes: by text, since that is where they are.
  await expect(manager.locator('[data-way=sms]')).toContainText('As a text to +447700900321');
  await expect(manager.getByRole('group', { name: 'Goes by' })).toHaveCount(0);
  await writing(manager).fill('We can come on Tuesday.');
  await expect(manager.locator('[data-way=sms]')).toContainText('one text');
  await writing(manager).press('Control+Enter');
  await expect(screen.locator('li:not(.own)').filter({ hasText: 'We can come on Tuesday.' })).toBeVisible();
  await expect(spoken(log, 'rep').last()).toHaveAttribute('data-state', 'delivered');

  await text('STOP');
  await expect(log).toContainText('No more texts to them: they texted STOP');
  await expect(manager.locator('[data-way=sms]')).toContainText('They asked for no more texts.');
  await writing(manager).fill('But wait');
  await writing(manager).press('Control+Enter');
  // What was typed stays, with the reason beside it.
  await expect(manager.locator('#composer-note')).toContainText('They asked for no more texts.');
  await expect(writing(manager)).toHaveValue('But wait');
  await text('START');
  await expect(manager.locator('[data-way=sms]')).toContainText('As a text to +447700900321');
  await writing(manager).press('Control+Enter');
  await expect(screen.locator('li:not(.own)').filter({ hasText: 'But wait' })).toBeVisible();
});

test('a telephone that is switched off is said to be', async ({ open }) => {
  const { text } = await telephone(open, '+447700930003');
  const manager = await open({ email: 'manager@meridian.test' });
  await text("Hi, I'm Ove Lund from Lund Dairies.");
  await visit(manager, '/inbox?show=all');
  await row(manager, 'Ove Lund').click();
  await expect(spoken(manager.getByRole('log'), 'assistant').last()).toContainText('Their telephone is switched off', { timeout: 20_000 });
});

test('a lead who was added by hand is texted from its page, once they agreed', async ({ open }) => {
  const manager = await open({ email: 'manager@meridian.test' });
  await visit(manager, '/board');
  await manager.keyboard.press('n');
  const dialog = manager.getByRole('dialog');
  await dialog.getByLabel('Name', { exact: true }).fill('Signe Holt');
  await dialog.getByLabel('Phone').fill('07700 900 777');
  await dialog.getByLabel('Phone').press('Enter');
  await expect(dialog).toHaveCount(0);
  await manager.locator('[data-lead]').filter({ hasText: 'Signe Holt' }).getByRole('link').first().click();
  await manager.getByRole('button', { name: 'Text', exact: true }).click();
  await expect(manager).toHaveURL(/\/inbox\//);
  // Nobody is texted unasked.
  await expect(manager.locator('[data-way=sms]')).toContainText('nobody has noted that they agreed');
  await manager.getByRole('button', { name: 'They agreed…' }).click();
  await manager.getByRole('textbox', { name: 'How and when they agreed' }).fill('On the telephone this morning');
  await manager.keyboard.press('Enter');
  await expect(manager.getByRole('log')).toContainText('May be texted: On the telephone this morning (noted by Maya Lindqvist)');
  await expect(manager.locator('[data-way=sms]')).not.toContainText('agreed');
});

test('an admin connects a number; the token is nowhere to be seen again', async ({ found, complaints }) => {
  complaints.expected(/status of 422/);
  const page = await found();
  await visit(page, '/settings/texts');
  const form = page.locator('form').filter({ has: page.locator('input[value=connect]') });
  await form.getByLabel('Number', { exact: true }).fill('020 7946 0100');
  await form.getByLabel('Account SID').fill('AC0123456789abcdef0123456789abcdef');
  await form.getByLabel('Auth token').fill('fedcba9876543210fedcba9876543210');
  await form.getByRole('button', { name: 'Connect' }).click();
  await expect(page.getByText('Write the number with its country')).toBeVisible();
  await expect(form.getByLabel('Account SID')).toHaveValue('AC0123456789abcdef0123456789abcdef');
  expect(await page.content()).not.toContain('fedcba9876543210');

  const trying = page.locator('form').filter({ has: page.locator('input[value=try]') });
  await trying.getByLabel('Number', { exact: true }).fill('+44 20 7946 0177');
  await trying.getByRole('button', { name: 'Make a number to try' }).click();
  await expect(page.getByText('The number is connected.')).toBeVisible();
  const number = page.locator('[data-number="+442079460177"]');
  await expect(number).toContainText('No text yet');
  await number.locator('summary').click();
  await number.getByRole('button', { name: /^Test/ }).click();
  await expect(page.getByText('It works:')).toBeVisible();
  await number.locator('summary').click();
  await number.getByRole('button', { name: /^Disconnect/ }).click();
  await expect(page.getByText('The number is given up.')).toBeVisible();
  await expect(number).toHaveCount(0);
});
