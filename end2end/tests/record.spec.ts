// An order's page: what it carries over to the next form, and what it points out.

import { expect, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { costing, history, idOf, line, openOrder, state, submit } from '../orders.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

withAndWithoutJavaScript(() => {
  test('a note typed before Reject is pressed is the reason to begin with', async ({ as }) => {
    const [sam, mia] = [await as('sam'), await as('mia')];
    await openOrder(mia, await submit(sam));
    await field(mia, 'Note').fill('Too dear.\nAsk again in spring.');
    await button(mia, 'Reject').click();
    await expect(field(mia, 'Reason')).toHaveValue('Too dear.\nAsk again in spring.');
    await field(mia, 'Reason category').selectOption('Price');
    await button(mia, 'Reject').click();
    await expect(state(mia)).toHaveText('Rejected');
    await expect(history(mia).first()).toContainText('Ask again in spring.');
  });

  test('an order is copied into a new one, which is pointed out as a likely duplicate', async ({ as }) => {
    const [sam, mia] = [await as('sam'), await as('mia')];
    const title = unique('The same again');
    const total = `${100 + Math.floor(Math.random() * 800)}.${10 + Math.floor(Math.random() * 90)}`;
    const first = await submit(sam, { justification: title, lines: costing(total) });
    await openOrder(sam, first);
    await expect(sam.getByText('This may be a duplicate')).toHaveCount(0);
    await button(sam, 'Copy').click();
    await expect(sam.getByText(`Copied from PO-${first}.`)).toBeVisible();
    await expect(field(sam, 'Vendor').locator('option:checked')).toHaveText('Northwind Supply');
    await expect(line(sam, 1).getByLabel('Unit price')).toHaveValue(total);
    await button(sam, 'Save draft').click();
    const duplicate = sam.getByRole('note').filter({ hasText: 'This may be a duplicate' });
    await expect(duplicate.getByRole('link', { name: `PO-${first}` })).toBeVisible();
    await button(sam, 'Submit for approval').click();
    await expect(state(sam)).toHaveText('Pending approval');
    await openOrder(mia, idOf(sam));
    await mia.getByRole('note').getByRole('link', { name: `PO-${first}` }).click();
    await expect(mia.getByRole('heading', { level: 1 })).toContainText(`PO-${first}`);
  });
});
