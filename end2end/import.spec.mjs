// Leads from a file, with scripts and without.
import { card, column, connected, expect, noSidewaysScroll, test } from './journey.mjs';

const FILE = {
  name: 'fair.csv',
  mimeType: 'text/csv',
  buffer: Buffer.from(
    'Full name;Firma;E-mail;Deal value;Stage;Shoe size\r\n' +
      'Zoë Hartmann;Hartmann & Söhne;zoe@example.test;12.500,00;Qualified;38\r\n' +
      'Bea Lark;;bea@example.test;;;\r\n' +
      'Bea Lark;;BEA@example.test;;;\r\n' +
      'Nobody;;at home;;;\r\n',
  ),
};

for (const [how, options] of [['with scripts', {}], ['without scripts', { javaScriptEnabled: false }]]) {
  test(`${how}: a file is sent, its columns chosen, every row checked and the good ones imported`, async ({ found, complaints }) => {
    const page = await found(options);
    // A form that is refused.
    complaints.expected(/422/);
    const other = how === 'with scripts' ? await page.context().newPage() : null;
    if (other) {
      await other.goto('/board');
      await connected(other);
    }
    await page.goto('/board');
    await page.getByRole('link', { name: 'Import', exact: true }).click();
    await expect(page).toHaveURL(/\/leads\/import$/);
    if (other) await connected(page);

    await page.getByLabel('CSV file').setInputFiles({ ...FILE, buffer: Buffer.from(' \n') });
    await page.getByRole('button', { name: 'Send the file' }).click();
    await expect(page.getByText('The file is empty.')).toBeVisible();
    await page.getByLabel('CSV file').setInputFiles(FILE);
    await page.getByRole('button', { name: 'Send the file' }).click();

    // What the columns are was guessed; one is nothing of ours.
    await expect(page).toHaveURL(/\/leads\/import\/[0-9a-f-]{36}$/);
    await expect(page.getByLabel('Full name', { exact: true })).toHaveValue('name');
    await expect(page.getByLabel('Firma', { exact: true })).toHaveValue('organisation');
    await expect(page.getByLabel('Deal value', { exact: true })).toHaveValue('value');
    await expect(page.getByLabel('Shoe size', { exact: true })).toHaveValue('');
    await page.getByLabel('Shoe size', { exact: true }).selectOption('name');
    await page.getByRole('button', { name: 'Check every row' }).click();
    await expect(page.getByText('Another column is Name already.')).toBeVisible();
    await page.getByLabel('Shoe size', { exact: true }).selectOption('note');
    await page.getByRole('button', { name: 'Check every row' }).click();

    await expect(page.getByRole('heading', { name: 'Every row is checked' })).toBeVisible();
    await expect(page.getByText('Line 5')).toBeVisible();
    await expect(page.getByText('E-mail: That is no e-mail address.')).toBeVisible();
    await page.getByRole('link', { name: 'There already (1)' }).click();
    await expect(page.getByText('An earlier row has the address bea@example.test already.')).toBeVisible();
    await noSidewaysScroll(page);
    await page.getByRole('button', { name: 'Import these leads' }).click();
    await expect(page.getByRole('heading', { name: 'The import is done' })).toBeVisible();

    const report = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download as CSV' }).click();
    expect((await report).suggestedFilename()).toBe('rejected.csv');

    // The board that was open all the time has them, and so has the one that is opened now.
    if (other) await expect(column(other, 'qualified').locator('[data-lead]').filter({ hasText: 'Zoë Hartmann' })).toBeVisible();
    await page.getByRole('link', { name: 'Go to the board' }).click();
    await expect(column(page, 'qualified').locator('[data-lead]').filter({ hasText: 'Zoë Hartmann' })).toContainText('£12');
    await expect(card(page, 'Bea Lark')).toHaveCount(1);
    await card(page, 'Zoë Hartmann').getByRole('link').first().click();
    await expect(page.locator('main')).toContainText('brought the lead in with a file');
  });
}
