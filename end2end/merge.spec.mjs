// Two leads of one person become one, as a preview has said before, and two again.
import { addLead, card, connected, expect, test } from './journey.mjs';

const aside = (page) => page.getByRole('complementary', { name: 'Details' });

test('duplicates are merged by a preview, and the merge is undone', async ({ found }) => {
  const page = await found();
  await connected(page);
  const open = async (name) => {
    await page.goto('/board');
    await connected(page);
    await page.goto(await card(page, name).getByRole('link').first().getAttribute('href'));
    await connected(page);
  };
  await addLead(page, 'Kit Elder');
  await addLead(page, 'Christopher Elder');
  for (const [name, fields] of [
    ['Kit Elder', { Email: 'kit@elder.test', Value: '4,000' }],
    ['Christopher Elder', { Email: 'kit@elder.test', Company: 'Elder & Co' }],
  ]) {
    await open(name);
    for (const [name, value] of Object.entries(fields)) {
      await aside(page).getByLabel(`Change ${name}`).click();
      await aside(page).getByLabel(name, { exact: true }).fill(value);
      await page.keyboard.press('Enter');
      await expect(page.getByText(`${name} changed`)).toBeVisible();
    }
  }
  await page.getByLabel('Note', { exact: true }).fill('Rang twice');
  await page.getByRole('button', { name: 'Write note' }).click();
  await expect(page.getByText('wrote a note')).toBeVisible();

  await open('Kit Elder');
  await aside(page).getByRole('link', { name: /^Merge/ }).click();
  await expect(page).toHaveURL(/\/leads\/merge/);
  await expect(page.getByText('1 note.')).toBeVisible();
  await page.getByRole('link', { name: 'The other way round' }).click();
  await expect(page.getByText('No notes, tasks, answers, conversations or files')).toBeVisible();
  await page.getByRole('link', { name: 'The other way round' }).click();
  await expect(page.getByText('1 note.')).toBeVisible();
  await page.getByRole('group', { name: 'Name' }).getByLabel('Christopher Elder').check();
  await page.getByRole('button', { name: 'Merge', exact: true }).click();

  // One lead with the best of both, and both histories.
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Christopher Elder');
  await expect(page.locator('header')).toContainText('Elder & Co');
  await expect(aside(page)).toContainText('£4,000');
  const timeline = page.getByRole('region', { name: 'Timeline' });
  await expect(timeline).toContainText('merged Christopher Elder into this lead');
  await expect(timeline).toContainText('Rang twice');
  await page.goto('/board');
  await connected(page);
  await expect(card(page, 'Elder')).toHaveCount(1);
  await open('Christopher Elder');
  await aside(page).getByRole('button', { name: 'Undo the merge of Christopher Elder' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Kit Elder');
  await page.goto('/board');
  await connected(page);
  await expect(card(page, 'Kit Elder')).toHaveCount(1);
  await expect(card(page, 'Christopher Elder')).toHaveCount(1);
});
