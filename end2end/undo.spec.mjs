// What was done on a lead's page is undone from its toast, unless somebody was there in between.
import { addLead, card, connected, expect, test } from './journey.mjs';

const undo = (page) => page.getByRole('status').getByRole('button', { name: /^Undo/ });
const details = (page) => page.getByRole('complementary', { name: 'Details' });

/** Changes a fact of the lead where it stands. */
async function edit(page, name, value) {
  await details(page).getByLabel(`Change ${name}`).click();
  const entry = details(page).getByLabel(name, { exact: true });
  await expect(entry).toBeFocused();
  await entry.fill(value);
  await page.keyboard.press('Enter');
  await expect(page.getByText(`${name} changed`)).toBeVisible();
}

test('details, owner and stage go back; what somebody else did since stays', async ({ found, complaints }) => {
  complaints.expected(/status of 409/);
  const page = await found();
  await connected(page);
  await addLead(page, 'Kit Elder');
  await page.goto(await card(page, 'Kit Elder').getByRole('link').first().getAttribute('href'));
  await connected(page);
  const heading = page.getByRole('heading', { level: 1 });

  await edit(page, 'Email', 'kit@elder.test');
  await edit(page, 'Value', '12,500');
  await edit(page, 'Name', 'Christopher Elder');
  await expect(heading).toContainText('Christopher Elder');
  await expect(details(page)).toContainText('kit@elder.test');
  // By the key, outside of what is typed in; the latest first.
  await heading.click();
  await page.keyboard.press('z');
  await expect(heading).toContainText('Kit Elder');
  await page.keyboard.press('z');
  await expect(details(page)).toContainText('Not known yet');
  await page.reload();
  await connected(page);
  await expect(details(page)).toContainText('Not known yet');
  await expect(details(page)).toContainText('kit@elder.test');

  await details(page).getByLabel('Give it to').selectOption({ label: 'Ada Fenn' });
  await details(page).getByRole('button', { name: 'Assign' }).click();
  await expect(page.getByText('Given to Ada Fenn')).toBeVisible();
  await undo(page).click();
  await expect(details(page)).toContainText('Nobody yet');

  const stage = (name) => page.getByRole('group', { name: 'Stage' }).getByRole('button', { name });
  await stage('Qualified').click();
  await expect(stage('Qualified')).toHaveAttribute('aria-current', 'step');
  await undo(page).click();
  await expect(stage('New')).toHaveAttribute('aria-current', 'step');

  // Somebody else is there in between: nothing of theirs is overrun, and it is said.
  await page.reload();
  await connected(page);
  await edit(page, 'Company', 'Elder & Co');
  const other = await page.context().newPage();
  await other.goto(page.url());
  await connected(other);
  await edit(other, 'Company', 'Elder & Daughters');
  await undo(page).click();
  await expect(page.getByText('Not undone. Ada Fenn changed Company to “Elder & Daughters”')).toBeVisible();
  await expect(details(page)).toContainText('Elder & Daughters');
});
