// A company's own fields on its leads, and two people who change one lead at once.
import { addLead, card, connected, expect, test } from './journey.mjs';

const details = (page) => page.getByRole('complementary', { name: 'Details' });
const fact = (page, name) => details(page).locator('dl > div').filter({ has: page.getByRole('term').filter({ hasText: new RegExp(`^${name}$`) }) });

async function begin(page, name) {
  await details(page).getByLabel(`Change ${name}`).click();
  const entry = fact(page, name).locator('input:not([type=hidden]), select');
  await expect(entry).toBeFocused();
  return entry;
}

test('an admin adds fields, people write in them, and what will not do is said beside it', async ({ found, complaints }) => {
  complaints.expected(/status of 422/);
  const page = await found();
  await connected(page);
  await addLead(page, 'Kit Elder');
  const lead = await card(page, 'Kit Elder').getByRole('link').first().getAttribute('href');

  await page.goto('/settings/fields');
  const adding = page.locator('form').filter({ has: page.locator('#add-name') });
  await adding.getByLabel('Name').fill('Roof');
  await adding.getByLabel('What stands in it').selectOption('choice');
  await adding.getByLabel('Choices').fill('Steel');
  await adding.getByRole('button', { name: 'Add field' }).click();
  await expect(page.getByText('Write at least two')).toBeVisible();
  await expect(adding.getByLabel('Name')).toHaveValue('Roof');
  await adding.getByLabel('Choices').fill('Steel\nTile');
  await adding.getByRole('button', { name: 'Add field' }).click();
  await expect(page.getByText('The field stands on every lead.')).toBeVisible();
  await adding.getByLabel('Name').fill('Website');
  await adding.getByLabel('What stands in it').selectOption('link');
  await adding.getByRole('button', { name: 'Add field' }).click();
  await expect(page.locator('[data-field=website]')).toBeVisible();

  await page.goto(lead);
  await connected(page);
  await (await begin(page, 'Roof')).selectOption('Tile');
  await fact(page, 'Roof').getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText('Roof changed')).toBeVisible();
  // With the keyboard alone; what will not do stays to be mended.
  await details(page).getByLabel('Change Website').focus();
  await page.keyboard.press('Enter');
  const site = fact(page, 'Website').locator('input:not([type=hidden])');
  await expect(site).toBeFocused();
  await page.keyboard.type('javascript:alert(1)');
  await page.keyboard.press('Enter');
  await expect(fact(page, 'Website')).toContainText('Give the address of a page');
  await expect(site).toHaveValue('javascript:alert(1)');
  await site.fill('elder.test/about');
  await page.keyboard.press('Enter');
  await expect(fact(page, 'Website').getByRole('link', { name: 'elder.test/about' })).toHaveAttribute('href', 'https://elder.test/about');
  await expect(details(page).getByLabel('Change Website')).toBeFocused();
  await expect(page.getByText('Website: nothing → https://elder.test/about')).toBeVisible();
  // Escape leaves it as it is.
  await (await begin(page, 'Phone')).fill('12345');
  await page.keyboard.press('Escape');
  await expect(fact(page, 'Phone')).toContainText('–');

  // Put away it is gone from leads, and comes back with what was written.
  await page.goto('/settings/fields');
  await page.locator('[data-field=roof] summary').click();
  await page.getByRole('button', { name: 'Put away Roof' }).click();
  await page.goto(lead);
  await expect(details(page)).toContainText('elder.test/about');
  await expect(fact(page, 'Roof')).toHaveCount(0);
  await page.goto('/settings/fields');
  await page.getByRole('button', { name: 'Bring back Roof' }).click();
  await page.goto(lead);
  await expect(fact(page, 'Roof')).toContainText('Tile');
});

test('two change one lead at once: other fields are both kept, of the same the second is told', async ({ found, complaints }) => {
  complaints.expected(/status of 409/);
  const page = await found();
  await connected(page);
  await addLead(page, 'Kit Elder');
  await page.goto(await card(page, 'Kit Elder').getByRole('link').first().getAttribute('href'));
  await connected(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await connected(other);

  const mine = await begin(page, 'Email');
  const theirs = await begin(other, 'Phone');
  await mine.fill('kit@elder.test');
  await theirs.fill('020 7946 0182');
  await page.keyboard.press('Enter');
  await expect(fact(other, 'Email')).toContainText('kit@elder.test');
  await expect(theirs).toHaveValue('020 7946 0182');
  await other.keyboard.press('Enter');
  await expect(fact(page, 'Phone')).toContainText('020 7946 0182');

  const first = await begin(page, 'Closes on');
  const second = await begin(other, 'Closes on');
  await first.fill('2027-02-01');
  await second.fill('2027-03-01');
  await page.keyboard.press('Enter');
  await expect(fact(other, 'Closes on')).toContainText('1 Feb 2027');
  await other.keyboard.press('Enter');
  await expect(fact(other, 'Closes on')).toContainText('Ada Fenn changed Closes on to “1 Feb 2027”');
  await expect(second).toHaveValue('2027-03-01');
  await other.keyboard.press('Enter');
  await expect(fact(page, 'Closes on')).toContainText('1 Mar 2027');

  // The board can be asked for it.
  await page.goto('/board?closes=none');
  await connected(page);
  await expect(card(page, 'Kit Elder')).toHaveCount(0);
  await page.getByRole('link', { name: /Closes: no day/ }).click();
  await expect(card(page, 'Kit Elder')).toBeVisible();
  await page.locator('summary[aria-label="More conditions"]').click();
  await page.getByRole('group', { name: 'Source' }).getByRole('menuitem', { name: 'Added by hand' }).click();
  await expect(page).toHaveURL(/source=manual/);
  await expect(card(page, 'Kit Elder')).toBeVisible();
  await page.locator('summary[aria-label="More conditions"]').click();
  await page.getByRole('group', { name: 'Stage' }).getByRole('menuitem', { name: 'Proposal' }).click();
  await expect(card(page, 'Kit Elder')).toHaveCount(0);
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });
  test('a fact is changed all the same', async ({ open }) => {
    const page = await open({ email: 'rep@northwind.test', javaScriptEnabled: false });
    await page.goto('/leads');
    await page.goto(await page.getByRole('row').nth(2).getByRole('link').first().getAttribute('href'));
    await details(page).getByLabel('Change Phone').click();
    const phone = fact(page, 'Phone');
    await phone.locator('input:not([type=hidden])').fill('12');
    await phone.getByRole('button', { name: 'Save' }).click();
    await expect(phone).toContainText('Give at least five digits');
    await phone.locator('input:not([type=hidden])').fill('020 7946 0999');
    await phone.getByRole('button', { name: 'Save' }).click();
    await expect(fact(page, 'Phone')).toContainText('020 7946 0999');
  });
});
