// What people change of themselves: their password, where they are signed in, their time zone.

import { expect, signIn, test, type Page } from '../fixtures.ts';
import { history, openOrder, submit } from '../orders.ts';
import { join } from '../people.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const session = async (page: Page) => (await page.context().cookies()).find(({ name }) => name === 'countersign');

test('a new password ends every other session, and the old password with them', async ({ as, stranger }) => {
  const person = await join(await as('ada'));
  const [here, there] = [await stranger(), await stranger()];
  for (const page of [here, there]) {
    await page.goto('/login');
    await signIn(page, person.email, person.password);
    await expect(page.getByRole('button', { name: person.name })).toBeVisible();
  }
  await here.goto('/account');
  const before = (await session(here))!.value;
  await here.getByLabel('Current password', { exact: true }).fill('a wrong guess');
  await here.getByLabel('New password', { exact: true }).fill('correct horse battery');
  await here.getByLabel('New password again', { exact: true }).fill('correct horse battery');
  await button(here, 'Change password').click();
  await expect(here.getByLabel('Current password', { exact: true })).toHaveAccessibleDescription(/This is not your password\./);

  await here.getByLabel('Current password', { exact: true }).fill(person.password);
  await here.getByLabel('New password', { exact: true }).fill('short');
  await here.getByLabel('New password again', { exact: true }).fill('short');
  await button(here, 'Change password').click();
  await expect(here.getByLabel('New password', { exact: true })).toHaveAccessibleDescription(/Use at least 10 characters\./);

  await here.getByLabel('Current password', { exact: true }).fill(person.password);
  await here.getByLabel('New password', { exact: true }).fill('correct horse battery');
  await here.getByLabel('New password again', { exact: true }).fill('correct horse battery');
  await button(here, 'Change password').click();
  await expect(here.getByRole('status')).toContainText(/password/i);
  expect((await session(here))!.value).not.toBe(before);
  await there.goto('/');
  await expect(there).toHaveURL(/\/login/);
  await signIn(there, person.email, person.password);
  await expect(there.getByRole('alert')).toContainText('do not belong together');
  await signIn(there, person.email, 'correct horse battery');
  await expect(there.getByRole('button', { name: person.name })).toBeVisible();
});

test('signing out everywhere does', async ({ as, stranger }) => {
  const person = await join(await as('ada'));
  const [here, there] = [await stranger(), await stranger()];
  for (const page of [here, there]) {
    await page.goto('/');
    await signIn(page, person.email, person.password);
    await expect(page.getByRole('button', { name: person.name })).toBeVisible();
  }
  await here.goto('/account');
  await button(here, 'Sign out everywhere').click();
  await expect(here).toHaveURL(/\/login/);
  await there.goto('/');
  await expect(there).toHaveURL(/\/login/);
});

test('times are those of the zone chosen in the account', async ({ as, stranger }) => {
  const person = await join(await as('ada'));
  const page = await stranger();
  await page.goto('/account');
  await signIn(page, person.email, person.password);
  await page.getByRole('combobox', { name: 'Time zone' }).selectOption('Asia/Kathmandu');
  await button(page, 'Save time zone').click();
  await expect(page.getByRole('combobox', { name: 'Time zone' })).toHaveValue('Asia/Kathmandu');
  await openOrder(page, await submit(page));
  // Nepal is three quarters of an hour off every full hour; the page's script writes the exact time into the title.
  const shown = history(page).locator('time').first();
  const utc = new Date((await shown.getAttribute('datetime'))!);
  const minutes = String((utc.getUTCMinutes() + 45) % 60).padStart(2, '0');
  await expect(shown).toHaveAttribute('title', new RegExp(`:${minutes}`));
});
