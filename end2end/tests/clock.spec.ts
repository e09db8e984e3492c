// The demo's clock: an order nobody decides becomes late, escalates, and is decided by the approver's manager.
//
// Moves the clock of the whole demo, so it runs alone and last: see playwright.config.ts.

import { expect, test, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { history, openOrder, route, state, submit } from '../orders.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function jump(page: Page, by: string) {
  await page.goto('/admin/clock');
  await page.getByRole('link', { name: by, exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(`Jump ahead by ${by}`);
  await button(page, 'Jump ahead').click();
  await expect(page.getByText(`The clock went ahead by ${by}.`)).toBeVisible();
}

withAndWithoutJavaScript(() => {
  test('three days go by, the order is late, and who it escalated to decides it', async ({ as }) => {
    const [sam, ada, dora] = [await as('sam'), await as('ada'), await as('dora')];
    const id = await submit(sam);
    await jump(ada, '3 days');
    // A worker looks at what is due as soon as the clock was moved.
    await expect(async () => {
      await openOrder(sam, id);
      await expect(route(sam).first()).toContainText('escalated to Dora Diaz', { timeout: 100 });
    }).toPass();
    await expect(sam.getByText("The demo's clock was moved ahead by")).toBeVisible();
    await expect(sam.getByText('late, was due').first()).toBeVisible();
    await expect(history(sam).first()).toContainText('Escalated');
    await sam.goto('/purchase-orders?scope=mine&late=true');
    await expect(sam.getByRole('link', { name: `PO-${id}` })).toBeVisible();

    await dora.goto(`/approvals?open=${id}`);
    // Everybody's orders became late, so its row may be on a later page.
    await expect(dora.locator('#preview')).toContainText(`PO-${id}`);
    await expect(dora.getByRole('row').filter({ hasText: 'Escalated to you' }).first()).toBeVisible();
    await dora.locator('#preview').getByRole('button', { name: 'Approve' }).click();
    await openOrder(sam, id);
    await expect(state(sam)).toHaveText('Approved');
  });

  test('a jump of one\'s own is asked about, and one that is none refused', async ({ as }) => {
    const ada = await as('ada');
    await ada.goto('/admin/clock');
    await ada.getByLabel('How many').fill('soon');
    await button(ada, 'Go on').click();
    await expect(ada.getByRole('alert')).toContainText('Enter a whole number');
    await ada.getByLabel('How many').fill('5');
    await ada.getByLabel('Of what').selectOption('hours');
    await button(ada, 'Go on').click();
    await expect(ada.getByRole('heading', { level: 1 })).toHaveText('Jump ahead by 5 hours');
    await ada.getByRole('link', { name: 'Back', exact: true }).click();
    await expect(ada.getByRole('heading', { level: 1 })).toHaveText('Clock');
  });
});

test('nobody else gets there', async ({ as }) => {
  for (const name of ['sam', 'aud', 'carla']) expect((await (await as(name)).goto('/admin/clock'))?.status(), name).toBe(403);
});
