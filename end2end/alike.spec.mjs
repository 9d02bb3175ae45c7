// Leads that are perhaps of one person: told of when one is added, on its page, and in a list.
import { addLead, card, connected, expect, test } from './journey.mjs';

test('somebody who is there already is not added unawares', async ({ found, complaints }) => {
  complaints.expected(/create_lead.*409/);
  const page = await found();
  await connected(page);
  const dialog = page.getByRole('dialog', { name: 'New lead' });
  const fill = async (name, phone) => {
    await page.keyboard.press('n');
    await dialog.getByLabel('Name', { exact: true }).fill(name);
    await dialog.getByLabel('Phone').fill(phone);
    await dialog.getByLabel('Phone').press('Enter');
  };
  await fill('Gil Ferrow', '+44 (0)20 7946 0182');
  await expect(card(page, 'Gil Ferrow')).toBeVisible();
  await expect(dialog).toBeHidden();
  await addLead(page, 'Hana Pross');

  // What was typed stays; one may look, and insist.
  await fill('G. Ferrow', '0044 20 7946 0182');
  await expect(dialog.getByRole('alert')).toContainText('+44 (0)20 7946 0182 is there already: Gil Ferrow, in New.');
  await expect(dialog.getByLabel('Name', { exact: true })).toHaveValue('G. Ferrow');
  await expect(dialog.getByRole('link', { name: 'Open that lead' })).toHaveAttribute('href', /^\/leads\/[0-9a-f-]{36}$/);
  await expect(card(page, 'G. Ferrow')).toHaveCount(0);
  await dialog.getByLabel('Add this one all the same').check();
  await dialog.getByRole('button', { name: 'Add lead' }).click();
  await expect(card(page, 'G. Ferrow')).toHaveCount(1);

  await card(page, 'G. Ferrow').locator('.lead-name').click();
  const beside = page.getByRole('region', { name: 'Perhaps the same person' });
  await expect(beside.getByRole('link', { name: 'Gil Ferrow', exact: true })).toBeVisible();

  await page.goto('/leads/alike');
  await expect(page.locator('[data-groups] [data-alike]')).toHaveCount(2);
  await expect(page.getByText('Hana Pross')).toHaveCount(0);
});

test('without scripts one is asked too', async ({ found, complaints }) => {
  complaints.expected(/409/);
  const plain = await found({ javaScriptEnabled: false });
  const add = async (name, sure) => {
    await plain.locator('input[name=name]').fill(name);
    await plain.locator('input[name=email]').fill('ines@brock.test');
    if (sure) await plain.getByLabel('Add this one all the same').check();
    await plain.getByRole('button', { name: 'Add lead' }).click();
  };
  await plain.goto('/board?new=1');
  await add('Ines Brock');
  await expect(card(plain, 'Ines Brock')).toHaveCount(1);
  await plain.goto('/board?new=1');
  await add('I. Brock');
  await expect(plain.getByText('ines@brock.test is there already: Ines Brock, in New.')).toBeVisible();
  await add('I. Brock', true);
  await expect(card(plain, 'I. Brock')).toHaveCount(1);
});
