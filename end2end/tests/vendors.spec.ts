// Vendors: who keeps them, and what a hold does to orders under way.

import { expect, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { openOrder, state, submit } from '../orders.ts';
import { addVendor } from '../vendors.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const history = (page: Page) => page.getByRole('list', { name: 'History' }).getByRole('listitem');

withAndWithoutJavaScript(() => {
  test('purchasing adds a vendor and changes it', async ({ as }) => {
    const pat = await as('pat');
    await pat.goto('/');
    await pat.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Vendors' }).click();
    await link(pat, 'New vendor').click();
    const name = unique('Bolt & Co');
    await field(pat, 'Name').fill(name);
    await field(pat, 'Email').fill('nobody');
    await field(pat, 'Address').fill('1 Main Street\nTown');
    await button(pat, 'Add vendor').click();
    await expect(field(pat, 'Email')).toHaveAccessibleDescription(/Enter an email address like/);
    await expect(field(pat, 'Address')).toHaveValue('1 Main Street\nTown');
    await field(pat, 'Email').fill('orders@bolt.example.com');
    await button(pat, 'Add vendor').click();
    await expect(pat.getByRole('heading', { level: 1 })).toHaveText(name);
    await expect(state(pat)).toHaveText('Active');
    await expect(history(pat)).toContainText([/Added by Pat Price/]);

    await field(pat, 'Name').fill(`${name} Ltd`);
    await button(pat, 'Save').click();
    await expect(pat.getByRole('heading', { level: 1 })).toHaveText(`${name} Ltd`);
    await expect(history(pat).first()).toContainText(`${name} → ${name} Ltd`);
  });

  test('a hold asks why, stops approvals, and is released', async ({ as }) => {
    const [pat, sam, mia] = [await as('pat'), await as('sam'), await as('mia')];
    const vendor = await addVendor(pat);
    const id = await submit(sam, { vendor: vendor.name });

    await pat.goto(`/admin/vendors/${vendor.id}`);
    await link(pat, 'Put on hold').click();
    await expect(pat.getByText('Orders in approval cannot be approved until it is released')).toBeVisible();
    await button(pat, 'Put on hold').click();
    await expect(field(pat, 'Reason')).toHaveAccessibleDescription('Say why.');
    await field(pat, 'Reason').fill('Two deliveries never arrived.');
    await button(pat, 'Put on hold').click();
    await expect(state(pat)).toHaveText('On hold');
    await expect(history(pat).first()).toContainText('Put on hold by Pat Price');
    await expect(history(pat).first()).toContainText('Two deliveries never arrived.');

    await openOrder(mia, id);
    await expect(button(mia, 'Approve')).toHaveAccessibleDescription(/is on hold: Two deliveries never arrived/);

    await link(pat, 'Release').click();
    await field(pat, 'Reason').fill('They were found.');
    await button(pat, 'Release').click();
    await expect(state(pat)).toHaveText('Active');
    await openOrder(mia, id);
    await button(mia, 'Approve').click();
    await expect(state(mia)).toHaveText('Approved');

    await pat.goto(`/admin/vendors/${vendor.id}`);
    await expect(pat.getByRole('table', { name: 'Newest orders' })).toContainText(`PO-${id}`);
    // The order's page leads back, for who may open the vendor.
    await openOrder(pat, id);
    await expect(link(mia, vendor.name)).toHaveCount(0);
    await link(pat, vendor.name).click();
    await expect(pat.getByRole('heading', { level: 1 })).toHaveText(vendor.name);
    await link(pat, 'Flag for review').click();
    await field(pat, 'Reason').fill('Prices went up twice.');
    await button(pat, 'Flag for review').click();
    await expect(state(pat)).toHaveText('Under review');
    await link(pat, 'Clear flag').click();
    await field(pat, 'Reason').fill('They explained.');
    await button(pat, 'Clear flag').click();
    await expect(state(pat)).toHaveText('Active');
  });

  test('of two who change a vendor at once the second is told and loses nothing', async ({ as }) => {
    const [pat, ada] = [await as('pat'), await as('ada')];
    const vendor = await addVendor(pat);
    for (const page of [pat, ada]) await page.goto(`/admin/vendors/${vendor.id}`);
    await field(ada, 'Address').fill('Harbour Road');
    await button(ada, 'Save').click();
    await expect(ada.getByText('Saved.')).toBeVisible();
    await field(pat, 'Address').fill('Station Road');
    await button(pat, 'Save').click();
    await expect(pat.getByRole('alert')).toContainText('was changed by Ada Admin');
    await expect(field(pat, 'Address')).toHaveValue('Station Road');
  });
});

test('auditors and executives read vendors, others see neither them nor the way to them', async ({ as }) => {
  for (const name of ['aud', 'carla']) {
    const page = await as(name);
    await page.goto('/admin/vendors/1');
    await expect(page.getByRole('main').getByRole('button')).toHaveCount(0);
    await expect(page.getByRole('main').getByRole('textbox')).toHaveCount(0);
    expect((await page.goto('/admin/vendors/1/hold'))?.status()).toBe(403);
  }
  const sam = await as('sam');
  await sam.goto('/');
  await expect(sam.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Vendors' })).toHaveCount(0);
  for (const path of ['/admin/vendors', '/admin/vendors/new', '/admin/vendors/1']) expect((await sam.goto(path))?.status(), path).toBe(403);
});
