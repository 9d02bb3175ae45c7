// axe on every kind of page, in both themes.
import AxeBuilder from '@axe-core/playwright';
import { expect, said, test, visit } from './journey.mjs';

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What axe finds that keeps somebody from using the page: rule, and where. */
async function faults(page) {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze();
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${page.url()} ${id}: ${nodes.slice(0, 5).map((node) => node.target.join(' ')).join(' | ')}`);
}

for (const colorScheme of ['light', 'dark']) {
  test(`pages of people who are signed in, ${colorScheme}`, async ({ open }) => {
    const page = await open({ email: 'admin@meridian.test', colorScheme });
    await visit(page, '/board');
    const lead = await page.locator('[data-lead]').first().getAttribute('data-lead');
    const second = await page.locator('[data-lead]').nth(1).getAttribute('data-lead');
    await visit(page, '/inbox?show=all');
    const chat = await page.locator('[data-conversation]').first().getAttribute('data-conversation');
    await visit(page, '/assistants');
    const assistant = await page.locator('main a[href^="/assistants/"]').first().getAttribute('href');
    await visit(page, '/settings/forms');
    const form = await page.locator('[data-form] a').first().getAttribute('href');
    const found = [];
    for (const path of ['/board', `/board?lead=${lead}`, `/leads/${lead}`, `/inbox/${chat}`, '/board/past', '/leads', `/leads/merge?keep=${lead}&other=${second}`, '/leads/trash', '/leads/alike', '/tasks', '/assistants', assistant, '/settings', '/settings/team', '/settings/stages', '/settings/fields', '/settings/forms', form, '/settings/keys', '/settings/replies', '/settings/texts', '/settings/routing', '/search?q=roof']) {
      await visit(page, path);
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      found.push(...(await faults(page)));
    }
    await page.keyboard.press('Control+k');
    await page.keyboard.type('roof');
    await expect(page.getByRole('option').first()).toContainText('roof', { ignoreCase: true });
    found.push(...(await faults(page)));
    expect(found).toEqual([]);
  });

  test(`pages of strangers, ${colorScheme}`, async ({ open }) => {
    const page = await open({ colorScheme, reducedMotion: 'reduce' });
    const found = [];
    for (const path of ['/sign-in', '/sign-up', '/forgot', '/demo/site', '/demo/phone', '/f/demo-meridian-enquiry', '/f/demo-meridian-enquiry/frame', '/f/demo-meridian-enquiry?sent']) {
      await page.goto(path);
      found.push(...(await faults(page)));
    }
    await page.goto('/w/demo-meridian-nora');
    await page.getByRole('textbox', { name: 'Write a message' }).fill('What does a battery cost?');
    await page.getByRole('button', { name: 'Send' }).click();
    await expect(said(page, 'assistant')).toHaveCount(1);
    found.push(...(await faults(page)));
    expect(found).toEqual([]);
  });
}
