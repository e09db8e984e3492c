// Departments and cost centres: kept by administrators, offered where orders are raised.

import { expect, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { fillLine, idOf, line, state } from '../orders.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const history = (page: Page) => page.getByRole('list', { name: 'History' }).getByRole('listitem');

withAndWithoutJavaScript(() => {
  test('a department is added, offered, and offered no more once it is inactive', async ({ as }) => {
    const [ada, sam] = [await as('ada'), await as('sam')];
    const name = unique('Field service');
    const offered = () => field(sam, 'Department').getByRole('option', { name, exact: true });
    await ada.goto('/admin/departments');
    await link(ada, 'New department').click();
    await button(ada, 'Add department').click();
    await expect(field(ada, 'Name')).toHaveAccessibleDescription('Enter a name.');
    await field(ada, 'Name').fill(name);
    await field(ada, 'Head').selectOption({ label: 'Dora Diaz (dora@example.com)' });
    await button(ada, 'Add department').click();
    await expect(ada.getByRole('heading', { level: 1 })).toHaveText(name);
    await sam.goto('/purchase-orders/new');
    await expect(offered()).toHaveCount(1);
    await field(ada, 'Active').uncheck();
    await button(ada, 'Save').click();
    await expect(history(ada).first()).toContainText('yes → no');
    await sam.reload();
    await expect(offered()).toHaveCount(0);
  });

  test('a cost centre is added, and an order is submitted with an active one only', async ({ as }) => {
    const [ada, sam] = [await as('ada'), await as('sam')];
    const code = unique('CC').replace(' ', '-');
    await ada.goto('/admin/cost-centres');
    await link(ada, 'New cost centre').click();
    await field(ada, 'Code').fill(code);
    await field(ada, 'Name').fill('Training');
    await button(ada, 'Add cost centre').click();
    await expect(ada.getByRole('heading', { level: 1 })).toHaveText(code);

    await sam.goto('/purchase-orders/new');
    await expect(sam.getByText('Cost centre: one of the list, or none.')).toBeVisible();
    await expect(sam.locator(`datalist#cost-centres option[value="${code}"]`)).toHaveCount(1);
    const offered = field(sam, 'Vendor').getByRole('option', { name: 'Northwind Supply', exact: true });
    await field(sam, 'Vendor').selectOption((await offered.getAttribute('value'))!);
    await fillLine(sam, 1, { description: 'Course', quantity: '1', unit: 'each', unitPrice: '300', costCentre: 'CC-unheard-of' });
    await button(sam, 'Save draft').click();
    await expect(state(sam)).toHaveText('Draft');
    const id = idOf(sam);
    await button(sam, 'Submit for approval').click();
    await expect(line(sam, 1).getByLabel('Cost centre')).toHaveAccessibleDescription(/Use an active cost centre of the list, or none/);
    await expect(line(sam, 1).getByLabel('Cost centre')).toHaveValue('CC-unheard-of');
    await fillLine(sam, 1, { costCentre: code });
    await button(sam, 'Submit for approval').click();
    await expect(state(sam)).toHaveText('Pending approval');
    expect(idOf(sam)).toBe(id);
  });
});

test('auditors read departments and cost centres and change nothing', async ({ as }) => {
  const [aud, sam] = [await as('aud'), await as('sam')];
  for (const list of ['/admin/departments', '/admin/cost-centres']) {
    await aud.goto(list);
    await expect(aud.getByRole('main').getByRole('link', { name: /^New/ })).toHaveCount(0);
    await aud.goto(`${list}/1`);
    await expect(aud.getByRole('main').getByRole('textbox')).toHaveCount(0);
    expect((await aud.goto(`${list}/new`))?.status()).toBe(403);
    expect((await sam.goto(list))?.status()).toBe(403);
  }
});
