// What people are told: the bell, the list behind it, live where there is JavaScript, and the mail that an administrator reads.

import { expect, test, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { act, submit } from '../orders.ts';

const bell = (page: Page) => page.getByRole('banner').getByRole('link', { name: /^Notifications/ });
const item = (page: Page, text: string | RegExp) => page.getByRole('list', { name: 'Notifications' }).getByRole('listitem').filter({ hasText: text });

withAndWithoutJavaScript(() => {
  test('who is asked finds it behind the bell, and opening it leads there', async ({ as }) => {
    const [sam, mia] = [await as('sam'), await as('mia')];
    const id = await submit(sam);
    await mia.goto('/');
    await expect(bell(mia)).toHaveAccessibleName(/Notifications, \d+\+? unread/);
    await bell(mia).click();
    const asked = item(mia, `PO-${id} waits for your decision`);
    await expect(asked).toContainText('New');
    await asked.getByRole('button', { name: `PO-${id} waits for your decision`, exact: true }).click();
    await expect(mia).toHaveURL(new RegExp(`/purchase-orders/${id}$`));
    await mia.goto('/notifications');
    await expect(asked).not.toContainText('New');

    await act(mia, id, 'reject', { category: 'price', reason: 'Too dear' });
    await sam.goto('/notifications');
    const rejected = item(sam, `PO-${id} is rejected`);
    await expect(rejected).toContainText('Price: Too dear');
    await rejected.getByRole('button', { name: `Mark as read: PO-${id} is rejected` }).click();
    await expect(rejected).not.toContainText('New');
  });

  test('people choose what they are told of', async ({ as }) => {
    const page = await as('dora');
    await page.goto('/account');
    const form = page.getByRole('form', { name: 'Notifications' });
    const box = form.getByRole('checkbox', { name: 'Somebody mentions me: by email' });
    const was = await box.isChecked();
    await box.setChecked(!was);
    await form.getByRole('button', { name: 'Save notifications' }).click();
    await expect(page.getByText('Notifications saved.')).toBeVisible();
    await expect(box).toBeChecked({ checked: !was });
    await box.setChecked(was);
    await form.getByRole('button', { name: 'Save notifications' }).click();
    await expect(box).toBeChecked({ checked: was });
  });

  test('an administrator reads in the outbox what would have been sent', async ({ as }) => {
    const ada = await as('ada');
    const id = await submit(await as('sam'));
    const row = ada.getByRole('link', { name: `PO-${id} waits for your decision` });
    await expect(async () => {
      await ada.goto('/admin/outbox?state=outbox');
      await expect(row).toBeVisible({ timeout: 100 });
    }).toPass();
    await row.click();
    const text = ada.getByLabel('Message as text');
    await expect(text).toContainText('Raised by: Sam Stone');
    await expect(text.getByRole('link').last()).toHaveAttribute('href', new RegExp(`/purchase-orders/${id}$`));
  });
});

test('the bell counts while the page is open', async ({ as }) => {
  const tess = await as('tess');
  const id = await submit(tess);
  await tess.goto('/');
  const before = await bell(tess).getAttribute('aria-label');
  await act(await as('mia'), id, 'approve');
  await expect(bell(tess)).not.toHaveAccessibleName(before ?? '');
});
