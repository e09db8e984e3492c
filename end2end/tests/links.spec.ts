// Deciding from a mail without signing in: nothing happens by looking, once something is done the link does nothing more.

import { expect, test, withAndWithoutJavaScript } from '../fixtures.ts';
import { mailedLink } from '../links.ts';
import { act, history, openOrder, state, submit } from '../orders.ts';

withAndWithoutJavaScript(() => {
  test('an order is approved from the mail, once', async ({ as, stranger }) => {
    const sam = await as('sam');
    const order = await submit(sam);
    const link = await mailedLink(await as('ada'), order);
    const page = await stranger();
    // As a mail scanner does.
    for (const path of [link, `${link}/reject`, link]) await page.goto(path);
    await expect(page.getByText("This link is Mia Moss's")).toBeVisible();
    await page.getByLabel('Note').fill('Seen on the train');
    await page.getByRole('button', { name: 'Approve' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link was used');
    await page.goto(`${link}/reject`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link was used');
    await openOrder(sam, order);
    await expect(state(sam)).toHaveText('Approved');
    await expect(history(sam).first()).toContainText('Seen on the train');
    await expect(history(sam).first()).toContainText('email link');
  });

  test('an order is rejected from the mail, which asks for category and reason', async ({ as, stranger }) => {
    const sam = await as('sam');
    const order = await submit(sam);
    const link = await mailedLink(await as('ada'), order);
    const page = await stranger();
    await page.goto(`${link}/reject`);
    await page.getByLabel('Reason', { exact: true }).fill('Too dear');
    await page.getByRole('button', { name: 'Reject' }).click();
    await expect(page.getByRole('alert')).toContainText('category');
    await expect(page.getByLabel('Reason', { exact: true })).toHaveValue('Too dear');
    await page.getByLabel('Reason category').selectOption('price');
    await page.getByRole('button', { name: 'Reject' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link was used');
    await openOrder(sam, order);
    await expect(state(sam)).toHaveText('Rejected');
  });

  test('a link is worth nothing once the order was withdrawn', async ({ as, stranger }) => {
    const sam = await as('sam');
    const order = await submit(sam);
    const link = await mailedLink(await as('ada'), order);
    await act(sam, order, 'withdraw');
    const page = await stranger();
    const answer = await page.goto(link);
    expect(answer?.status()).toBe(410);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Nothing to decide any more');
  });
});
