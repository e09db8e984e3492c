// Audits: the history verified on demand, administrators' changes listed.

import { expect, test, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { addVendor, stand } from '../vendors.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

// One verification at a time: the two must not meet.
test.describe.configure({ mode: 'serial' });

withAndWithoutJavaScript(() => {
  test('an auditor has the history verified and reads what came of it', async ({ as }) => {
    const aud = await as('aud');
    await aud.goto('/admin/audit');
    const verifications = aud.getByRole('table', { name: 'Verifications' }).getByRole('row');
    const before = await verifications.count();
    await button(aud, 'Verify now').click();
    await expect(aud.getByText('The verification is under way.')).toBeVisible();
    await expect(async () => {
      await aud.goto('/admin/audit');
      await expect(button(aud, 'Verify now')).not.toHaveAttribute('aria-disabled', 'true', { timeout: 100 });
    }).toPass();
    await expect(aud.getByRole('status', { name: 'State' })).toHaveText('As it was written');
    expect(await verifications.count()).toBeGreaterThan(before);
    await expect(verifications.nth(1)).toContainText('Aud Abel');
  });

  test('changes are filtered by kind and by person', async ({ as }) => {
    const [pat, ada] = [await as('pat'), await as('ada')];
    const vendor = await addVendor(pat);
    await stand(ada, vendor.id, 'hold', 'Nobody answers.');
    await ada.goto('/admin/audit');
    const changes = ada.getByRole('table', { name: 'Changes' });
    await ada.getByRole('link', { name: 'Filter and sort' }).click();
    await ada.getByLabel('Kind', { exact: true }).selectOption('Vendors');
    await ada.getByLabel('By', { exact: true }).selectOption({ label: 'Ada Admin' });
    await button(ada, 'Show').click();
    const row = changes.getByRole('row').filter({ hasText: vendor.name });
    await expect(row).toHaveCount(1);
    await expect(row).toContainText('Put on hold');
    await expect(row).toContainText('Nobody answers.');
    await row.getByRole('link').click();
    await expect(ada.getByRole('heading', { level: 1 })).toHaveText(vendor.name);
  });
});

test('nobody else gets there', async ({ as }) => {
  for (const name of ['sam', 'pat', 'carla']) expect((await (await as(name)).goto('/admin/audit'))?.status(), name).toBe(403);
});
