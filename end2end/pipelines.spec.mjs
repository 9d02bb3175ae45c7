// Several pipelines: an admin makes one, the board shows one at a time, and leads go from one to another.
import { addLead, card, column, connected, expect, test } from './journey.mjs';

test('a second pipeline is made, looked at, filled from the first and taken away again', async ({ found, complaints }) => {
  complaints.expected(/422|ERR_FAILED|Failed to fetch/);
  const admin = await found();
  await connected(admin);
  await addLead(admin, 'Gil Ferrow');
  await addLead(admin, 'Hana Pross');
  const rep = await admin.context().newPage();
  await rep.goto('/board');
  await connected(rep);
  await expect(rep.getByLabel('Pipeline', { exact: false }), 'one pipeline needs no choice').toHaveCount(0);

  await admin.goto('/settings/stages');
  const adding = admin.locator('form').filter({ has: admin.locator('[value=add-pipeline]') });
  await adding.getByLabel('Name').fill('sales');
  await adding.getByRole('button').click();
  await expect(admin.getByText('Another pipeline is called that.')).toBeVisible();
  await expect(adding.getByLabel('Name')).toHaveValue('sales');
  await adding.getByLabel('Name').fill('Renewals');
  await adding.getByRole('button').click();
  await expect(admin.getByText('The pipeline is there, with the usual stages.')).toBeVisible();

  // The open board has followed: the first pipeline stands there, and a lead can go over.
  const chip = rep.locator('summary').filter({ hasText: 'Pipeline: Sales' });
  await expect(chip).toBeVisible();
  await expect(column(rep, 'new').locator('[data-lead]')).toHaveCount(2);
  // What is fetched of this board is of what it shows.
  await expect(rep.getByRole('link', { name: 'Download CSV' })).toHaveAttribute('href', /pipeline=/);
  await expect(rep.getByRole('link', { name: 'As a table' })).toHaveAttribute('href', /pipeline=/);

  // The menu cannot be fetched: that is said, and it is fetched when it is asked for again.
  await rep.route('**/split_forms.wasm', (route) => route.abort());
  await card(rep, 'Gil Ferrow').focus();
  await rep.keyboard.press('m');
  await expect(rep.getByText('The menu cannot be loaded just now.')).toBeVisible();
  await rep.unroute('**/split_forms.wasm');
  await card(rep, 'Gil Ferrow').focus();
  await rep.keyboard.press('m');
  const menu = rep.getByRole('menu', { name: 'Move Gil Ferrow' });
  await menu.getByRole('group', { name: 'Renewals' }).getByRole('menuitem', { name: 'Qualified' }).click();
  await expect(rep.getByText('Gil Ferrow moved to Renewals: Qualified').first()).toBeVisible();
  await expect(card(rep, 'Gil Ferrow')).toHaveCount(0);
  await rep.keyboard.press('z');
  await expect(column(rep, 'new').getByText('Gil Ferrow').first()).toBeVisible();
  await card(rep, 'Gil Ferrow').focus();
  await rep.keyboard.press('m');
  await menu.getByRole('group', { name: 'Renewals' }).getByRole('menuitem', { name: 'Qualified' }).click();
  await expect(card(rep, 'Gil Ferrow')).toHaveCount(0);

  // By its own address, at once and without script; new leads begin in the pipeline that is looked at.
  await chip.click();
  await rep.getByRole('menuitem', { name: 'Renewals' }).click();
  await expect(rep).toHaveURL(/pipeline=/);
  await expect(column(rep, 'qualified-2').getByText('Gil Ferrow').first()).toBeVisible();
  await expect(column(rep, 'new')).toHaveCount(0);
  await expect(rep.getByText('1 lead, £0 open'), 'the figures are of what is seen').toBeVisible();
  await expect(rep.locator('summary').filter({ hasText: 'Pipeline: Renewals' })).toBeVisible();
  await addLead(rep, 'Ida Quill');
  await expect(column(rep, 'new-2').getByText('Ida Quill').first()).toBeVisible();
  const address = rep.url();
  const second = await admin.context().newPage();
  await second.goto(address);
  await connected(second);
  await expect(column(second, 'new-2').locator('[data-lead]')).toHaveCount(1);
  await expect(column(second, 'qualified-2').locator('[data-lead]')).toHaveCount(1);

  // The past of each is its own, too.
  await second.goto('/board/past?at=' + Date.now());
  const past = second.locator('[data-past]');
  await expect(past.locator('[data-stage=new]').getByText('Hana Pross')).toBeVisible();
  await second.getByRole('navigation', { name: 'Pipeline' }).getByRole('link', { name: 'Renewals' }).click();
  await expect(past.locator('[data-stage=qualified-2]').getByText('Gil Ferrow')).toBeVisible();
  await expect(past.locator('[data-stage=new]')).toHaveCount(0);
  await second.goto(address);
  await connected(second);

  // The keyboard stays within what is seen.
  await card(rep, 'Ida Quill').focus();
  await rep.keyboard.press('Space');
  await rep.keyboard.press('ArrowRight');
  await rep.keyboard.press('Space');
  await expect(column(rep, 'contacted-2').getByText('Ida Quill').first()).toBeVisible();
  await expect(column(second, 'contacted-2').getByText('Ida Quill').first()).toBeVisible();

  // In the table each stage says its pipeline.
  await second.goto('/leads');
  await expect(second.getByRole('row').filter({ hasText: 'Ida Quill' })).toContainText('ContactedRenewals');

  // Back and forth without loading anew: each has its own cards.
  await rep.goBack();
  await expect(column(rep, 'new').getByText('Hana Pross').first()).toBeVisible();
  await expect(column(rep, 'new').locator('[data-lead]')).toHaveCount(1);
  await rep.goForward();
  await expect(column(rep, 'contacted-2').getByText('Ida Quill').first()).toBeVisible();

  // From a lead's own page over to the other.
  await card(rep, 'Ida Quill').getByRole('link').first().click();
  await rep.getByRole('link', { name: 'Open as a page' }).click();
  await expect(rep.getByRole('group', { name: 'Stage' }).getByRole('button')).toHaveCount(6);
  await rep.locator('summary').filter({ hasText: 'To another pipeline' }).click();
  await rep.getByRole('group', { name: 'Sales' }).getByRole('menuitem', { name: 'Proposal' }).click();
  await expect(rep.getByRole('group', { name: 'Stage' }).locator('[aria-current=step]')).toHaveText('Proposal');

  // It goes; what stood in it stands where deals stand alike.
  await admin.goto('/settings/stages');
  await admin.locator('[data-pipeline=Renewals] summary').click();
  await admin.getByRole('button', { name: 'Remove Renewals' }).click();
  await expect(admin.getByText('The pipeline is gone')).toBeVisible();
  await rep.goto(address);
  await expect(column(rep, 'qualified').getByText('Gil Ferrow').first()).toBeVisible();
  await expect(column(rep, 'proposal').getByText('Ida Quill').first()).toBeVisible();
});
