// Approval rules: proposed, tried, confirmed by a second administrator.

import { expect, test, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { addDepartment, fillRules, proposeRules, second } from '../rules.ts';
import { openOrder, submit } from '../orders.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
const state = (page: Page) => page.getByRole('status', { name: 'State' });

withAndWithoutJavaScript(() => {
  test('rules of a department are proposed, refused with a story, mended, and confirmed by a second administrator', async ({ as, open }) => {
    const ada = await as('ada');
    const bea = await second(ada, open);
    const department = await addDepartment(ada);
    await ada.goto('/admin/rules');
    await link(ada, 'New rules').click();
    await fillRules(ada, department, '20,000.00');
    await button(ada, 'Propose').click();
    await expect(ada.getByRole('alert')).toContainText('raises an order of 20,000.00');
    const level2 = ada.getByRole('group', { name: 'Level 2', exact: true });
    await expect(level2.getByLabel('From amount')).toHaveValue('20,000.00');
    await level2.getByLabel('From amount').fill('500.00');
    await button(ada, 'Propose').click();
    await expect(state(ada)).toHaveText('Proposed');
    await expect(ada.getByText('Nothing is wrong. Tried:')).toBeVisible();
    await expect(ada.getByText('What cannot be replayed')).toBeVisible();
    await expect(button(ada, 'Confirm')).toHaveAccessibleDescription(/another administrator must confirm it/);

    const address = new URL(ada.url()).pathname;
    await bea.goto(address);
    await bea.getByLabel('Note').fill('As we agreed.');
    await button(bea, 'Confirm').click();
    await expect(state(bea)).toHaveText('In force');
    await expect(bea.getByRole('list', { name: 'History' }).getByRole('listitem').first()).toContainText('As we agreed.');
    await link(bea, 'Boundaries').click();
    await bea.getByLabel('Raised by').selectOption({ label: 'Sam Stone (sam@example.com)' });
    await button(bea, 'Show').click();
    const row = bea.getByRole('row').filter({ hasText: '500.00' }).first();
    await expect(row).toContainText('Mia Moss, then Fay Finch');

    await bea.goto(address);
    await link(bea, 'Retire').click();
    await button(bea, 'Propose to retire').click();
    await expect(bea.getByLabel('Reason')).toHaveAccessibleDescription('Say why.');
    await bea.getByLabel('Reason').fill('Not needed any more.');
    await button(bea, 'Propose to retire').click();
    await link(bea, 'Withdraw').click();
    await button(bea, 'Withdraw').click();
    await expect(state(bea)).toHaveText('Withdrawn');
  });

  test('an order says why it waits for whom and until when', async ({ as }) => {
    const [sam, ada] = [await as('sam'), await as('ada')];
    const id = await submit(sam);
    await openOrder(sam, id);
    await sam.getByText('Why?', { exact: true }).click();
    await expect(sam.getByText(/Sam Stone reports to Mia Moss/)).toBeVisible();
    await openOrder(ada, id);
    await ada.getByText('Why?', { exact: true }).click();
    await ada.getByRole('link', { name: /^Everyone's orders, version/ }).click();
    await expect(ada.getByRole('heading', { level: 1 })).toHaveText("Everyone's orders");
  });
});

test('auditors read rules and change nothing, and staff do not see them', async ({ as }) => {
  const [ada, aud, sam] = [await as('ada'), await as('aud'), await as('sam')];
  const address = await proposeRules(ada);
  await aud.goto('/admin/rules');
  await expect(aud.getByRole('main').getByRole('link', { name: 'New rules' })).toHaveCount(0);
  await aud.goto(address);
  await expect(button(aud, 'Confirm')).toHaveCount(0);
  expect((await aud.goto('/admin/rules/new'))?.status()).toBe(403);
  expect((await sam.goto('/admin/rules'))?.status()).toBe(403);
});
