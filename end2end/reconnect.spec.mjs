// A lost connection is caught up with, not refreshed away.
import { addLead, board, card, column, connected, drag, expect, sameAsFresh, test, visit } from './journey.mjs';

test('a browser that was away ends up with the board of one that was not', async ({ found, open, complaints }) => {
  complaints.expected(/ERR_INTERNET_DISCONNECTED|WebSocket connection to/);
  const here = await found();
  await connected(here);
  await addLead(here, 'Gwen Ash');
  await addLead(here, 'Hal Birch');
  await addLead(here, 'Ivy Cedar');
  const away = await open({ email: here.email, password: 'a lamp in the window' });
  await visit(away, '/board');

  await away.context().setOffline(true);
  await expect(away.locator('html')).toHaveAttribute('data-live', 'offline');
  await drag(here, card(here, 'Gwen Ash'), column(here, 'proposal'));
  await drag(here, card(here, 'Hal Birch'), column(here, 'qualified'));
  await drag(here, card(here, 'Gwen Ash'), column(here, 'contacted'));
  await addLead(here, 'Jon Dogwood');
  expect(await board(away)).not.toEqual(await board(here));

  await away.context().setOffline(false);
  await expect(away.locator('html')).toHaveAttribute('data-live', 'connected', { timeout: 30_000 });
  await expect.poll(() => board(away)).toEqual(await board(here));
  await sameAsFresh(away);
  await sameAsFresh(here);
});
