// The list of orders as something one asks: by words, by filters, in an order, kept under a name, taken along as a file.

import { expect, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { costing, submit } from '../orders.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const numbers = (page: Page) => page.locator('tbody .record-number');

withAndWithoutJavaScript(() => {
  test('an order is found by a word, filtered, sorted, and exported as it is shown', async ({ as }) => {
    const sam = await as('sam');
    const word = unique('w').replace(/\W/g, '');
    const cheap = await submit(sam, { justification: `${word} pens`, lines: costing('20.00') });
    const dear = await submit(sam, { justification: `${word} desks`, lines: costing('700.00') });
    await sam.goto('/purchase-orders');
    await sam.getByLabel('Search this list').fill(word.slice(0, 8).toUpperCase());
    await button(sam, 'Search').click();
    await expect(numbers(sam)).toHaveText([`PO-${dear}`, `PO-${cheap}`]);
    await expect(sam.getByText('2 orders', { exact: true })).toBeVisible();

    await sam.getByRole('columnheader', { name: 'Total' }).getByRole('link').click();
    await sam.getByRole('columnheader', { name: 'Total' }).getByRole('link').click();
    await expect(sam.getByRole('columnheader', { name: 'Total' })).toHaveAttribute('aria-sort', 'ascending');
    await expect(numbers(sam)).toHaveText([`PO-${cheap}`, `PO-${dear}`]);

    const started = sam.waitForEvent('download');
    await sam.getByRole('link', { name: 'Export CSV' }).click();
    const file = await (await (await started).createReadStream()).toArray();
    const lines = Buffer.concat(file).toString('utf8').trim().split('\n');
    expect(lines.slice(1).map((line) => line.split(',')[0])).toEqual([`PO-${cheap}`, `PO-${dear}`]);

    await sam.getByRole('link', { name: 'Filter and sort' }).click();
    await sam.getByLabel('Total from').fill('100');
    await button(sam, 'Show').click();
    await expect(numbers(sam)).toHaveText([`PO-${dear}`]);
    await sam.getByRole('link', { name: 'Remove filter Total from: 100' }).click();
    await expect(numbers(sam)).toHaveText([`PO-${cheap}`, `PO-${dear}`]);
  });

  test('a filter that makes no sense is said beside its field and keeps what was typed', async ({ as }) => {
    const sam = await as('sam');
    await sam.goto('/purchase-orders?panel=filters');
    await sam.getByLabel('Total from').fill('1e3');
    await button(sam, 'Show').click();
    await expect(sam.getByRole('alert')).toContainText('Total from');
    await expect(sam.getByRole('textbox', { name: 'Total from' })).toHaveValue('1e3');
  });

  test('what is shown is kept under a name, offered, and deleted', async ({ as }) => {
    const sam = await as('sam');
    const name = unique('Late');
    await sam.goto('/purchase-orders?late=true&panel=filters');
    await sam.getByLabel('Save what is shown as').fill(name);
    await button(sam, 'Save view').click();
    await sam.goto('/purchase-orders');
    await sam.getByRole('link', { name, exact: true }).click();
    await expect(sam).toHaveURL(/\?late=true$/);
    await sam.getByRole('link', { name: 'Filter and sort' }).click();
    await button(sam, `Delete view ${name}`).click();
    await expect(sam.getByRole('link', { name, exact: true })).toHaveCount(0);
  });
});
