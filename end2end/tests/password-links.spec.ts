// One's own password by an emailed link: who is invited chooses their first, who forgot theirs a new one.

import { randomUUID } from 'node:crypto';
import { expect, signIn, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { passwordLink } from '../links.ts';
import { join } from '../people.ts';

const CHOSEN = 'a password of my own';

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

async function choose(page: Page, password: string, again = password) {
  await field(page, 'New password').fill(password);
  await field(page, 'New password again').fill(again);
  await button(page, 'Set password').click();
}

withAndWithoutJavaScript(() => {
  test('who is invited chooses a password and signs in with it', async ({ as, stranger }) => {
    const ada = await as('ada');
    const [name, email] = [unique('Ivy Ito'), `${randomUUID()}@example.com`];
    await ada.goto('/admin/people/new');
    await field(ada, 'Name').fill(name);
    await field(ada, 'Email').fill(email);
    await button(ada, 'Add person').click();
    await expect(ada.getByRole('status').first()).toContainText(`${name} is invited`);
    const id = /\/admin\/people\/(\d+)/.exec(ada.url())![1];
    await button(ada, 'Send invitation again').click();
    await expect(ada.getByRole('status').first()).toContainText('Invited again');

    const link = await passwordLink(ada, id, 'You are invited to Countersign');
    const ivy = await stranger();
    // As a mail scanner does.
    await ivy.goto(link);
    await ivy.goto(link);
    await expect(ivy.getByText(`Welcome, ${name}.`)).toBeVisible();
    await choose(ivy, 'short');
    await expect(field(ivy, 'New password')).toHaveAccessibleDescription(/Use at least 10 characters\./);
    await choose(ivy, CHOSEN, 'something else entirely');
    await expect(field(ivy, 'New password again')).toHaveAccessibleDescription(/not the same/);
    await choose(ivy, CHOSEN);
    await expect(ivy).toHaveURL(/\/login/);
    await expect(ivy.getByText('Your password is set.')).toBeVisible();
    await signIn(ivy, email, CHOSEN);
    await expect(ivy.getByRole('heading', { level: 1 })).toHaveText('My work');

    expect((await ivy.goto(link))?.status()).toBe(410);
    await expect(ivy.getByRole('heading', { level: 1 })).toHaveText('This link does not work any more');
    await ada.goto(`/admin/people/${id}`);
    await expect(button(ada, 'Send invitation again')).toHaveCount(0);
    await expect(ada.getByRole('list', { name: 'History' }).getByRole('listitem').first()).toContainText('Password set');
  });

  test('who forgot their password sets a new one, which ends the old one', async ({ as, stranger }) => {
    const ada = await as('ada');
    const person = await join(ada);
    const page = await stranger();
    await page.goto('/login');
    await page.getByRole('link', { name: 'Forgotten password' }).click();
    await field(page, 'Email').fill('not an address');
    await button(page, 'Send the link').click();
    await expect(field(page, 'Email')).toHaveAccessibleDescription(/Enter an email address like/);
    await expect(field(page, 'Email')).toHaveValue('not an address');
    await field(page, 'Email').fill(person.email);
    await button(page, 'Send the link').click();
    await expect(page.getByText('If somebody here has this email')).toBeVisible();

    await page.goto(await passwordLink(ada, person.id, 'Set a new password'));
    await choose(page, CHOSEN);
    await signIn(page, person.email, person.password);
    await expect(page.getByRole('alert')).toContainText('do not belong together');
    await signIn(page, person.email, CHOSEN);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('My work');
  });
});
