// An admin makes a form, a visitor without script sends it, and the rep's open board shows who wrote.
import { createServer } from 'node:http';
import { once } from 'node:events';
import { card, connected, expect, noSidewaysScroll, test } from './journey.mjs';

/** Longer than the quickest that anybody fills in a form. */
const A_MOMENT = 2_200;

test('a form is made, sent without script, and its lead is on an open board at once', async ({ open, complaints }) => {
  complaints.expected(/status of (422|410|404)/);
  const rep = await open({ email: 'rep2@meridian.test' });
  await rep.goto('/board');
  await connected(rep);

  const admin = await open({ email: 'admin@meridian.test' });
  await admin.goto('/settings');
  await admin.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Enquiry forms' }).click();
  await expect(admin.getByText('Website enquiry')).toBeVisible();
  await admin.getByLabel('Name').fill('website ENQUIRY');
  await admin.getByRole('button', { name: 'Make form' }).click();
  await expect(admin.getByText('Another form is called that.')).toBeVisible();
  await expect(admin.getByLabel('Name')).toHaveValue('website ENQUIRY');
  await admin.getByLabel('Name').fill('Landing page');
  await admin.getByRole('button', { name: 'Make form' }).click();
  await expect(admin.getByText('The form is made and takes enquiries.')).toBeVisible();

  // What is wrong is said beside its field, and nothing that was typed is lost.
  await admin.getByLabel('Heading').fill('Talk to an engineer');
  await admin.getByLabel('Page they go on to').fill('http://example.com');
  await admin.getByLabel('Organisation').selectOption({ label: 'Must be filled in' });
  await admin.getByLabel('What they must agree to').fill('I agree to be called.');
  await admin.getByLabel('Leads begin in').selectOption({ label: 'Contacted' });
  await admin.getByLabel('Given to').selectOption({ label: 'Jess Almeida' });
  await admin.getByRole('button', { name: 'Save the form' }).click();
  await expect(admin.getByText('Give the whole address')).toBeVisible();
  await expect(admin.getByLabel('Heading')).toHaveValue('Talk to an engineer');
  await admin.getByLabel('Page they go on to').fill('');
  await admin.getByRole('button', { name: 'Save the form' }).click();
  await expect(admin.getByText('The form is changed, wherever it stands.')).toBeVisible();
  const address = await admin.locator('code').first().innerText();
  const frame = await admin.locator('code').nth(1).innerText();
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/f\/[A-Za-z0-9]{20}$/);
  expect(frame).toContain(`<iframe src="${address}/frame"`);
  await admin.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await connected(admin);
  await admin.getByRole('button', { name: 'Copy the frame' }).click();
  await expect(admin.getByText('Copied. Put it where the form shall stand.')).toBeVisible();
  expect(await admin.evaluate(() => navigator.clipboard.readText())).toBe(frame);

  const visitor = await open({ javaScriptEnabled: false, viewport: { width: 375, height: 812 } });
  await visitor.goto(address);
  await noSidewaysScroll(visitor);
  await expect(visitor.getByText('Meridian Solar')).toBeVisible();
  await visitor.getByLabel('Name').fill('Wanda Quist');
  await visitor.getByLabel('E-mail').fill('wanda@quist.test');
  await visitor.getByLabel('Organisation').fill('Quist Mills');
  await visitor.getByLabel('Telephone (optional)').fill('12');
  await visitor.getByLabel('Message').fill('Two roofs, both flat.\nWhen can you come?');
  await visitor.getByLabel('I agree to be called.').check();
  await visitor.waitForTimeout(A_MOMENT);
  await visitor.getByRole('button', { name: 'Send' }).click();
  await expect(visitor.getByText('Not sent yet: one field needs another look.')).toBeVisible();
  const phone = visitor.getByLabel('Telephone (optional)');
  await expect(phone).toHaveAccessibleDescription('Give at least five digits, such as 020 7946 0182.');
  await expect(phone).toBeFocused();
  await expect(visitor.getByLabel('Message')).toHaveValue('Two roofs, both flat.\nWhen can you come?');
  await expect(card(rep, 'Wanda Quist')).toHaveCount(0);
  await phone.fill('020 7946 0182');
  await visitor.getByRole('button', { name: 'Send' }).click();
  await expect(visitor.getByText('Thank you. We have your message')).toBeVisible();

  await expect(card(rep, 'Wanda Quist')).toContainText('Two roofs, both flat. When can you come?');
  await expect(rep.locator('[data-stage=contacted]').getByText('Wanda Quist').first()).toBeVisible();
  await card(rep, 'Wanda Quist').locator('.lead-name').click();
  const beside = rep.getByRole('dialog').or(rep.locator('aside, section')).filter({ hasText: 'Timeline' }).first();
  await expect(beside.getByText('Enquiry form', { exact: true })).toBeVisible();
  await expect(beside.getByText('Agreed to: “I agree to be called.”')).toBeVisible();
  await expect(beside.getByText('Landing page').first()).toBeVisible();

  await admin.goto('/settings/forms');
  await expect(admin.locator('[data-form]').filter({ hasText: 'Landing page' })).toContainText('1 enquiry, the last now');

  // In a frame of another site, without a cookie.
  const site = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(`<!doctype html><html lang="en"><title>Site</title>${frame}</html>`));
  site.listen(0, '127.0.0.1');
  await once(site, 'listening');
  await visitor.goto(`http://localhost:${site.address().port}/`);
  const framed = visitor.frameLocator('iframe');
  await framed.getByLabel('Name').fill('Gil Ferrow');
  await framed.getByLabel('E-mail').fill('gil@ferrow.test');
  await framed.getByLabel('Organisation').fill('Ferrow');
  await framed.getByLabel('Message').fill('Hello from a frame');
  await framed.getByLabel('I agree to be called.').check();
  await visitor.waitForTimeout(A_MOMENT);
  await framed.getByRole('button', { name: 'Send' }).click();
  await expect(framed.getByText('Thank you. We have your message')).toBeVisible();
  await expect(card(rep, 'Gil Ferrow')).toContainText('Hello from a frame');
  site.close();

  // Switched off it says so; removed it is gone. Its leads stay.
  await admin.getByRole('link', { name: 'Landing page', exact: true }).click();
  await admin.getByLabel(/^The form is on/).uncheck();
  await admin.getByRole('button', { name: 'Save the form' }).click();
  await expect(admin.getByText('The form is changed, wherever it stands.')).toBeVisible();
  expect((await visitor.goto(address)).status()).toBe(410);
  await expect(visitor.getByText('Meridian Solar takes no enquiries by this form at the moment.')).toBeVisible();
  await admin.getByText('Remove this form…').click();
  await admin.getByLabel('Remove Landing page').check();
  await admin.getByRole('button', { name: 'Remove the form' }).click();
  await expect(admin.getByText('The form is gone. The leads that came by it stay.')).toBeVisible();
  expect((await visitor.goto(address)).status()).toBe(404);
  await expect(card(rep, 'Gil Ferrow')).toHaveCount(1);
});

test('a page that visitors go on to is gone to by itself', async ({ open, playwright, baseURL }) => {
  // The page is another site's, which is played here.
  const admin = await open({ email: 'admin@meridian.test' });
  await admin.goto('/settings/forms');
  await admin.getByLabel('Name').fill('Campaign');
  await admin.getByRole('button', { name: 'Make form' }).click();
  await admin.getByLabel('Page they go on to').fill('https://example.com/thanks?a=1&b=2');
  await admin.getByLabel('Message').selectOption({ label: 'Not asked' });
  await admin.getByRole('button', { name: 'Save the form' }).click();
  await expect(admin.getByText('The form is changed, wherever it stands.')).toBeVisible();
  const address = await admin.locator('code').first().innerText();

  const visitor = await open({ javaScriptEnabled: false });
  await visitor.route('https://example.com/**', (route) => route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Ours</title><h1>Thank you from example.com</h1>' }));
  await visitor.goto(address);
  await visitor.getByLabel('Name').fill('Ines Brock');
  await visitor.getByLabel('E-mail').fill('ines@brock.test');
  await expect(visitor.getByLabel('Message')).toHaveCount(0);
  await visitor.waitForTimeout(A_MOMENT);
  await visitor.getByLabel('E-mail').press('Enter');
  await expect(visitor.getByText('Thank you from example.com')).toBeVisible();
  expect(visitor.url()).toBe('https://example.com/thanks?a=1&b=2');

  // What another site's own form sends is refused: only the page itself is sent.
  const site = await playwright.request.newContext({ baseURL, extraHTTPHeaders: { 'sec-fetch-site': 'cross-site' } });
  expect((await site.post(new URL(address).pathname, { form: { name: 'X', email: 'x@x.test' } })).status()).toBe(403);
  await site.dispose();
});
