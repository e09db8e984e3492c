// The inbox: preview, deciding in place, deciding many at once, and all of it by keyboard.

import { expect, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { openOrder, state, submit } from '../orders.ts';
import { team } from '../people.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const results = (page: Page) => page.getByRole('list', { name: 'Results' });
const preview = (page: Page) => page.locator('#preview');

withAndWithoutJavaScript(() => {
  test('orders are previewed and decided beside the inbox, one after the other', async ({ as, open }) => {
    const { manager, staff } = await team(await as('ada'), open);
    const ids = [];
    for (let n = 0; n < 3; n += 1) ids.push(await submit(staff, { justification: unique(`Thing ${n}`) }));
    await manager.goto('/approvals');
    await manager.getByRole('link', { name: `PO-${ids[0]}` }).click();
    await expect(preview(manager)).toContainText(`PO-${ids[0]}`);
    await preview(manager).getByLabel('Note').fill('Go ahead');
    await preview(manager).getByRole('button', { name: 'Approve' }).click();
    await expect(results(manager)).toContainText(`PO-${ids[0]}: Approved.`);
    await expect(preview(manager), 'the next one opens').toContainText(`PO-${ids[1]}`);

    await preview(manager).getByLabel('Note').fill('Too dear');
    await preview(manager).getByRole('button', { name: 'Reject' }).click();
    await expect(manager.getByLabel('Reason', { exact: true })).toHaveValue('Too dear');
    await manager.getByLabel('Reason category').selectOption('Price');
    await button(manager, 'Reject').click();
    await expect(results(manager)).toContainText(`PO-${ids[1]}: Rejected.`);
    await expect(preview(manager)).toContainText(`PO-${ids[2]}`);
    await preview(manager).getByRole('link', { name: 'Open the whole order' }).click();
    await expect(manager.getByRole('heading', { level: 1 })).toContainText(`PO-${ids[2]}`);
  });

  test('many are approved at once, and the one that moved on meanwhile says so', async ({ as, open }) => {
    const { manager, staff } = await team(await as('ada'), open);
    const ids = [await submit(staff), await submit(staff)];
    await manager.goto('/approvals?select=all');
    await openOrder(staff, ids[1]);
    await button(staff, 'Withdraw').click();
    await button(staff, 'Withdraw').click();
    await expect(state(staff)).toHaveText('Draft');
    await button(manager, 'Approve selected').click();
    await expect(manager.getByText('Approved: 1 of 2.')).toBeVisible();
    await expect(results(manager)).toContainText(`PO-${ids[0]}: Approved.`);
    await expect(results(manager)).toContainText(`PO-${ids[1]}: Already withdrawn by`);
    await expect(manager.getByText('Nothing waits for you.')).toBeVisible();
  });

  test('nothing ticked is said so, and nothing happens', async ({ as, open }) => {
    const { manager, staff } = await team(await as('ada'), open);
    await submit(staff);
    await manager.goto('/approvals');
    await button(manager, 'Approve selected').click();
    await expect(manager.getByText('Select at least one order.')).toBeVisible();
    await button(manager, 'Reject selected').click();
    await expect(manager.getByText('Nothing is selected.')).toBeVisible();
  });
});

test('ticks are set without leaving the page, and stay while an order is looked at beside', async ({ as, open }) => {
  const { manager, staff } = await team(await as('ada'), open);
  const ids = [await submit(staff), await submit(staff), await submit(staff)];
  const box = (n: number) => manager.getByRole('checkbox', { name: `Select PO-${ids[n]}` });
  await manager.goto('/approvals');
  await manager.getByRole('link', { name: 'Select all' }).click();
  await expect(manager).toHaveURL(/\/approvals$/);
  for (const n of [0, 1, 2]) await expect(box(n)).toBeChecked();
  await box(1).uncheck();
  await manager.getByRole('link', { name: `PO-${ids[1]}` }).click();
  await expect(preview(manager)).toContainText(`PO-${ids[1]}`);
  await expect(box(0)).toBeChecked();
  await expect(box(1)).not.toBeChecked();
  await manager.goto('/approvals');
  await expect(box(0), 'a new visit begins with none').not.toBeChecked();
});

test('the inbox is worked through by keyboard', async ({ as, open }) => {
  const { manager, staff } = await team(await as('ada'), open);
  const id = await submit(staff);
  await manager.goto('/approvals');
  await manager.keyboard.press('j');
  await manager.keyboard.press('x');
  await expect(manager.getByRole('checkbox', { name: `Select PO-${id}` })).toBeChecked();
  await manager.keyboard.press('Shift+Tab');
  await manager.getByRole('link', { name: `PO-${id}` }).focus();
  await manager.keyboard.press('Enter');
  await expect(preview(manager)).toBeVisible();
  await manager.keyboard.press('a');
  await expect(preview(manager).getByRole('button', { name: 'Approve' })).toBeFocused();
  await manager.keyboard.press('Enter');
  await expect(results(manager)).toContainText(`PO-${id}: Approved.`);
});
