// What was done on a lead's page is undone from its toast, unless somebody was there in between.
import { addLead, card, connected, expect, test } from './journey.mjs';

const undo = (page) => page.getByRole('status').getByRole('button', { name: /^Undo/ });
const details = (page) => page.getByRole('complementary', { name: 'Details' });

async function edit(page, fields) {
  await details(page).getByText('Change details').click();
  for (const [label, value] of Object.entries(fields)) await details(page).getByLabel(label, { exact: true }).fill(value);
  await details(page).getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Details saved')).toBeVisible();
}

test('details, owner and stage go back; what somebody else did since stays', async ({ found, complaints }) => {
  complaints.expected(/status of 409/);
  const page = await found();
  await connected(page);
  await addLead(page, 'Kit Elder');
  await page.goto(await card(page, 'Kit Elder').getByRole('link').first().getAttribute('href'));
  await connected(page);
  const heading = page.getByRole('heading', { level: 1 });

  await edit(page, { Name: 'Christopher Elder', Value: '12,500', Email: 'kit@elder.test' });
  await expect(heading).toContainText('Christopher Elder');
  await expect(details(page)).toContainText('kit@elder.test');
  // By the key, outside of what is typed in.
  await heading.click();
  await page.keyboard.press('z');
  await expect(page.getByText('Undone')).toBeVisible();
  await expect(heading).toContainText('Kit Elder');
  await expect(details(page)).not.toContainText('kit@elder.test');
  await page.reload();
  await connected(page);
  await expect(details(page)).toContainText('Not known yet');

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
  await edit(page, { Company: 'Elder & Co' });
  const other = await page.context().newPage();
  await other.goto(page.url());
  await connected(other);
  await edit(other, { Name: 'Kit Elder, again' });
  await undo(page).click();
  await expect(page.getByText('Not undone. Ada Fenn changed its details')).toBeVisible();
  await expect(heading).toContainText('Kit Elder, again');
});
