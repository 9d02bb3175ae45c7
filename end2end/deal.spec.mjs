// A visitor becomes a deal: the widget, the inbox and two boards at once.
import { card, column, drag, expect, said, test, visit } from './journey.mjs';

test('a visitor reaches the board, a rep takes over and wins the deal, the manager sees it all', async ({ open }) => {
  const rep = await open({ email: 'rep@meridian.test' });
  const manager = await open({ email: 'manager@meridian.test' });
  await Promise.all([visit(rep, '/board'), visit(manager, '/board')]);

  // The visitor writes on the demonstration site.
  const visitor = await open();
  await visitor.goto('/demo/site');
  await visitor.getByRole('button', { name: 'Chat with us' }).click();
  const panel = visitor.frameLocator('iframe');
  const say = async (text) => {
    await panel.getByRole('textbox', { name: 'Write a message' }).fill(text);
    await panel.getByRole('button', { name: 'Send' }).click();
    await expect(said(panel, 'visitor').filter({ hasText: text })).toHaveAttribute('data-state', /sent|delivered|read/);
  };
  await say("Hi, I'm Zelda Quist from Quist Tannery. How long is the warranty on the panels?");

  // The card comes to both boards, the reply to the widget, both unasked.
  const lead = await card(rep, 'Quist Tannery').getAttribute('data-lead');
  const [mine, theirs] = [rep, manager].map((page) => page.locator(`[data-lead="${lead}"]`));
  await expect(theirs).toBeVisible();
  await expect(mine).toContainText('Zelda Quist');
  const replies = said(panel, 'assistant');
  await expect(replies).toHaveCount(1);
  await expect(replies.first()).toContainText('25 years');

  // The rep opens the chat from the inbox and finds the same words.
  await visit(rep, `/leads/${lead}`);
  const chat = (await rep.locator('main a[href^="/inbox/"]').first().getAttribute('href')).slice('/inbox/'.length);
  await visit(rep, '/inbox?show=all');
  await rep.locator(`a[data-conversation="${chat}"]`).click();
  await expect(rep).toHaveURL(new RegExp(`/inbox/${chat}`));
  const log = rep.getByRole('log');
  await expect(log.locator('[data-author=visitor]')).toContainText('Quist Tannery');
  await expect(log.locator('[data-author=assistant]')).toContainText('25 years');

  // Takes over by writing.
  await rep.getByRole('textbox').last().fill('Good morning, Tom here. I can come on Thursday.');
  await rep.getByRole('button', { name: /take over and send/i }).click();
  await expect(said(panel, 'rep')).toContainText('I can come on Thursday');
  await expect(log.locator('[data-author=rep]')).toHaveAttribute('data-state', /delivered|read/);

  // From now on the assistant is silent: the visitor's next message is answered by nobody but Tom.
  await say('Thursday suits us. What does a battery cost?');
  await expect(log.locator('[data-author=visitor]')).toHaveCount(2);
  await rep.getByRole('textbox').last().fill('About £420 for each kilowatt hour.');
  await rep.getByRole('textbox').last().press('Control+Enter');
  await expect(said(panel, 'rep')).toHaveCount(2);
  await expect(replies).toHaveCount(1);
  await expect(log.locator('[data-author=assistant]')).toHaveCount(1);

  // Won, by mouse, on one board; the other follows.
  await visit(rep, '/board');
  await drag(rep, mine, column(rep, 'won'));
  await expect(column(rep, 'won').locator(mine)).toBeVisible();
  await expect(column(manager, 'won').locator(theirs)).toBeVisible();
  const closing = rep.locator('[data-closing]');
  await expect(closing.getByLabel('Worth')).toBeFocused();
  await closing.getByLabel('Worth').fill('98,000');
  await closing.getByRole('button', { name: 'Save' }).click();
  await expect(closing).toBeHidden();
  await expect(column(manager, 'won').locator(theirs)).toContainText('£98,000');

  // And the lead's page has the story.
  await visit(manager, `/leads/${lead}`);
  await expect(manager.getByRole('heading', { level: 1 })).toContainText('Zelda Quist');
  await expect(manager.locator('main')).toContainText('Tom Okafor');
  await expect(manager.locator('main')).toContainText('moved New to Won');
  await expect(manager.locator('main')).toContainText('said it was won for £98,000');
});
