// An admin arranges the stages, and every board follows.
import { addLead, card, column, connected, expect, lift, test } from './journey.mjs';

/** Opens a stage's rules, fills in what is given, and saves. */
async function decide(page, slug, fields) {
  const rules = page.locator(`[data-stage-rules=${slug}]`);
  await rules.locator('summary').click();
  const form = rules.getByRole('form', { name: /^Change/ });
  for (const [name, value] of Object.entries(fields)) {
    const field = form.locator(`[name=${name}]`);
    await (value === true ? field.check() : field.fill(value));
  }
  await form.getByRole('button').click();
}

test('stages are added, limited and removed, and an open board follows', async ({ found, complaints }) => {
  complaints.expected(/422/);
  const admin = await found();
  await connected(admin);
  await addLead(admin, 'Gil Ferrow');
  await addLead(admin, 'Hana Pross');
  const watcher = await admin.context().newPage();
  await watcher.goto('/board');
  await connected(watcher);

  await admin.goto('/settings/stages');
  await admin.getByLabel('Another stage').fill('Site visit');
  await admin.getByRole('button', { name: 'Add stage' }).click();
  await expect(admin.getByText('The stage is on every board.')).toBeVisible();
  await expect(column(watcher, 'site-visit')).toBeVisible();
  await expect(column(watcher, 'new').locator('[data-lead]')).toHaveCount(2);

  // What is wrong is said beside its field, and nothing that was typed is lost.
  await decide(admin, 'site-visit', { wip_limit: 'few', rot_days: '3' });
  await expect(admin.getByText('Write a whole number from 1 to 9999.')).toBeVisible();
  await expect(admin.locator('[data-stage-rules=site-visit] [name=rot_days]')).toHaveValue('3');
  await admin.goto('/settings/stages');
  await decide(admin, 'site-visit', { wip_limit: '1', wip_hard: true });
  await expect(column(watcher, 'site-visit').getByText('0/1')).toBeVisible();

  // One fits in, the next is refused and comes back.
  await lift(watcher, card(watcher, 'Gil Ferrow'), column(watcher, 'site-visit'));
  await watcher.mouse.up();
  await expect(column(watcher, 'site-visit').getByText('1/1')).toBeVisible();
  await expect(column(watcher, 'site-visit')).toHaveCSS('opacity', '1');
  await lift(watcher, card(watcher, 'Hana Pross'), column(watcher, 'site-visit'));
  await expect(column(watcher, 'site-visit')).toHaveCSS('opacity', '0.45');
  await watcher.mouse.up();
  await expect(watcher.getByText(/Hana Pross was not moved\. Site visit holds 1 lead at most/).first()).toBeVisible();
  await expect(column(watcher, 'new').locator('[data-lead]')).toHaveCount(1);

  // To another page and back without loading anew: the cards are there.
  await watcher.getByRole('link', { name: 'Inbox' }).first().click();
  await expect(watcher).toHaveURL(/inbox/);
  await watcher.getByRole('link', { name: 'Lead board' }).first().click();
  await expect(column(watcher, 'site-visit').locator('[data-lead]')).toHaveCount(1);
  await expect(card(watcher, 'Hana Pross')).toBeVisible();

  // The stage goes, its lead stays.
  const rules = admin.locator('[data-stage-rules=site-visit]');
  await rules.locator('summary').click();
  await rules.getByLabel('Its leads go to').selectOption({ label: 'Qualified' });
  await rules.getByRole('button', { name: 'Remove Site visit' }).click();
  await expect(admin.getByText('its leads stand where you said')).toBeVisible();
  await expect(column(watcher, 'site-visit')).toHaveCount(0);
  await expect(column(watcher, 'qualified').getByText('Gil Ferrow').first()).toBeVisible();
});
