// The server is killed in the middle of everything; what it had said yes to is still there.
import { card, column, connected, drag, expect, lift, said, sameAsFresh, test, visit } from './journey.mjs';
import { Server } from './server.mjs';

test.describe('power cut', () => {
  let server;
  test.beforeEach(async () => {
    test.setTimeout(240_000);
    server = await Server.start('crash');
  });
  test.afterEach(() => server.stop());

  test('in the middle of a drag: acknowledged moves stay, the board finds its way back', async ({ open, complaints }) => {
    complaints.expected(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET|WebSocket connection to/);
    const page = await open({ url: server.url, email: 'rep@northwind.test' });
    await visit(page, '/board');
    await drag(page, card(page, 'Isla Grant'), column(page, 'proposal'));

    await lift(page, card(page, 'Tor Hansen'), column(page, 'contacted'));
    await server.kill();
    await page.mouse.up();
    await expect(page.locator('html')).toHaveAttribute('data-live', 'reconnecting');

    await server.up();
    await expect(page.locator('html')).toHaveAttribute('data-live', 'connected', { timeout: 30_000 });
    await expect(column(page, 'proposal').locator('[data-lead]').filter({ hasText: 'Isla Grant' })).toBeVisible();
    await sameAsFresh(page);
    await expect(card(page, 'Tor Hansen')).toHaveCount(1);
    await page.reload();
    await connected(page);
    await expect(column(page, 'proposal').locator('[data-lead]').filter({ hasText: 'Isla Grant' })).toBeVisible();
  });

  test('in the middle of a reply: it arrives after the restart, exactly once', async ({ open, complaints }) => {
    complaints.expected(/ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE|ERR_SOCKET|WebSocket connection to/);
    const visitor = await open({ url: server.url });
    await visitor.goto('/w/demo-northwind-bo');
    const stored = visitor.waitForResponse((response) => response.url().endsWith('/messages') && response.ok());
    await visitor.getByRole('textbox', { name: 'Write a message' }).fill('How tall is the mast of the smallest turbine?');
    await visitor.getByRole('button', { name: 'Send' }).click();
    await stored;
    await server.kill();
    await server.up();

    const replies = said(visitor, 'assistant');
    await expect(replies).toHaveCount(1, { timeout: 45_000 });
    await expect(replies).toContainText('18 metre');
    await expect(said(visitor, 'visitor')).toHaveCount(1);

    // The next answer comes after the first one's last possible repetition: there are two, not three.
    await visitor.getByRole('textbox', { name: 'Write a message' }).fill('And do I need planning permission?');
    await visitor.getByRole('button', { name: 'Send' }).click();
    await expect(replies).toHaveCount(2, { timeout: 20_000 });
    await visitor.reload();
    await expect(replies).toHaveCount(2);
    await expect(said(visitor, 'visitor')).toHaveCount(2);
  });
});
