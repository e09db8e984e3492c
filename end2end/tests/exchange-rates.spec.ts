// Exchange rates: imported from a file or pasted, refused line by line, and what an order in another currency is compared at.

import { expect, test, withAndWithoutJavaScript, unique } from '../fixtures.ts';
import { history, state } from '../orders.ts';

const today = () => new Date().toISOString().slice(0, 10);

// A currency each, so that no test is in another's way: with and without JavaScript.
const CURRENCIES = { true: 'SEK', false: 'NOK' };

withAndWithoutJavaScript((javaScript) => {
  const currency = CURRENCIES[`${javaScript}`];

  test('imported rates let an order in another currency be submitted, at the level it is worth', async ({ as }) => {
    const ada = await as('ada');
    await ada.goto('/admin/rates');
    const rates = ada.getByLabel('Rates', { exact: true });
    const wrong = `${currency},${today()},0,1`;
    if (javaScript) {
      await ada.getByLabel('CSV file').setInputFiles({ name: 'rates.csv', mimeType: 'text/csv', buffer: Buffer.from(wrong) });
    } else {
      await expect(ada.getByLabel('CSV file')).toBeHidden();
      await rates.fill(wrong);
    }
    await expect(rates).toHaveValue(wrong);
    await ada.getByRole('button', { name: 'Import' }).click();
    await expect(rates).toHaveAccessibleDescription(/Nothing was imported: line 1: write currency, day and rate/);
    await expect(rates).toHaveValue(wrong);
    await rates.fill(`${currency},${today()},0.1`);
    await ada.getByRole('button', { name: 'Import' }).click();
    await expect(ada.getByText(/^Imported: 1 new/)).toBeVisible();
    await ada.getByRole('link', { name: currency }).click();
    await expect(ada.getByRole('row').filter({ hasText: today() })).toContainText('0.1');

    const sam = await as('sam');
    await sam.goto('/purchase-orders/new');
    await sam.getByLabel('Vendor').selectOption({ label: 'Northwind Supply' });
    await sam.getByLabel('Currency').selectOption(currency);
    await sam.getByLabel('Justification').fill(unique('Chairs'));
    const line = sam.getByRole('group', { name: 'Line 1' });
    await line.getByLabel('Description').fill('Chair');
    await line.getByLabel('Quantity').fill('1');
    await line.getByLabel('Unit price').fill('9999.94');
    if (javaScript) {
      await expect(sam.locator('.route-preview')).toContainText('Mia Moss');
      await expect(sam.locator('.route-preview')).not.toContainText('Fay Finch');
      await line.getByLabel('Unit price').fill('9999.95');
      await expect(sam.locator('.route-preview')).toContainText('9,999.95 or more: Mia Moss, then Fay Finch');
    } else {
      await line.getByLabel('Unit price').fill('9999.95');
    }
    await sam.getByRole('button', { name: 'Submit for approval' }).click();
    await expect(state(sam)).toHaveText('Pending approval');
    await expect(sam.getByText(`1,000.00 USD at 0.1 of ${today()}`).first()).toBeVisible();
    await sam.getByText('Why?').click();
    await expect(sam.getByText(`The total is 9,999.95 ${currency}, 1,000.00 USD at 0.1 of ${today()}`)).toBeVisible();
    await expect(history(sam).first()).toContainText('Exchange rate');
  });
});
