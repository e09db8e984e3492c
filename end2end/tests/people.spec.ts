// Administrators' pages of people: who joins, what they may, and who takes over when they leave.

import { randomUUID } from 'node:crypto';
import { expect, signIn, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { openOrder, route, state, submit } from '../orders.ts';
import { join } from '../people.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const history = (page: Page) => page.getByRole('list', { name: 'History' }).getByRole('listitem');

withAndWithoutJavaScript(() => {
  test('an administrator adds a person, who signs in and is asked as their manager says', async ({ as, stranger }) => {
    const ada = await as('ada');
    const name = unique('Nina Novak');
    const email = `${randomUUID()}@example.com`;
    await ada.goto('/admin/people');
    await ada.getByRole('link', { name: 'New person' }).click();
    await field(ada, 'Name').fill(name);
    await field(ada, 'Email').fill('not an address');
    await field(ada, 'Password').fill('short');
    await ada.getByLabel('Purchasing').check();
    await button(ada, 'Add person').click();
    await expect(field(ada, 'Email')).toHaveAccessibleDescription(/Enter an email address like/);
    await expect(field(ada, 'Name')).toHaveValue(name);
    await expect(field(ada, 'Email')).toHaveValue('not an address');
    await expect(ada.getByLabel('Purchasing')).toBeChecked();

    await field(ada, 'Email').fill(email);
    await field(ada, 'Manager').selectOption({ label: 'Dora Diaz (dora@example.com)' });
    await field(ada, 'Department').selectOption({ label: 'Sales' });
    await field(ada, 'Password').fill('a password of her own');
    await button(ada, 'Add person').click();
    await expect(ada.getByRole('heading', { level: 1 })).toHaveText(name);
    await expect(state(ada)).toHaveText('Active');
    await expect(history(ada)).toContainText([/Added by Ada Admin/]);

    const nina = await stranger();
    await nina.goto('/account');
    await signIn(nina, email, 'a password of her own');
    await expect(nina.getByRole('main')).toContainText('Purchasing');
    await expect(nina.getByRole('main')).toContainText('Dora Diaz');
    await openOrder(nina, await submit(nina));
    await expect(route(nina)).toContainText(['Dora Diaz']);
  });

  test('a change is kept with who made it', async ({ as }) => {
    const ada = await as('ada');
    const person = await join(ada);
    await ada.goto(`/admin/people/${person.id}`);
    await field(ada, 'Name').fill(`${person.name} Miller`);
    await ada.getByLabel('Legal reviewer').check();
    await button(ada, 'Save').click();
    await expect(ada.getByRole('heading', { level: 1 })).toHaveText(`${person.name} Miller`);
    await expect(ada.getByLabel('Legal reviewer')).toBeChecked();
    await expect(history(ada).first()).toContainText('Changed by Ada Admin');
    await expect(history(ada).first()).toContainText(`${person.name} → ${person.name} Miller`);

    await button(ada, 'Grant override').click();
    await expect(button(ada, 'Take override away')).toBeVisible();
    await expect(history(ada).first()).toContainText('Override granted by Ada Admin');
  });

  test('who leaves is signed out, and what waits for them goes to whom the administrator names', async ({ as, stranger }) => {
    const [ada, tess] = [await as('ada'), await as('tess')];
    const manager = await join(ada);
    const report = await join(ada, { manager: manager.id });
    const [boss, raiser] = [await stranger(), await stranger()];
    await boss.goto('/');
    await signIn(boss, manager.email, manager.password);
    await expect(boss.getByRole('heading', { level: 1 })).toHaveText('My work');
    await raiser.goto('/');
    await signIn(raiser, report.email, report.password);
    await expect(raiser.getByRole('heading', { level: 1 })).toHaveText('My work');
    const id = await submit(raiser);

    await ada.goto(`/admin/people/${manager.id}`);
    await ada.getByRole('link', { name: 'Deactivate' }).click();
    await expect(ada.getByRole('table', { name: 'What waits for them' })).toContainText(`PO-${id}`);
    await expect(ada.getByText('One person reports to them.')).toBeVisible();
    await field(ada, 'Reassign to').selectOption({ label: 'Tess Tran (tess@example.com)' });
    await button(ada, 'Deactivate').click();
    await expect(state(ada)).toHaveText('Deactivated');
    await expect(history(ada).first()).toContainText(`PO-${id}`);

    await boss.goto('/');
    await expect(boss).toHaveURL(/\/login/);
    await signIn(boss, manager.email, manager.password);
    await expect(boss.getByRole('alert')).toContainText('do not belong together');
    await openOrder(tess, id);
    await button(tess, 'Approve').click();
    await expect(state(tess)).toHaveText('Approved');

    await button(ada, 'Reactivate').click();
    await expect(state(ada)).toHaveText('Active');
  });
});

test('nobody grants themselves override, nor deactivates themselves', async ({ as }) => {
  const ada = await as('ada');
  await ada.goto('/admin/people?q=ada');
  await ada.getByRole('link', { name: 'Ada Admin' }).click();
  await expect(button(ada, 'Deactivate')).toHaveAttribute('aria-disabled', 'true');
  await expect(button(ada, 'Deactivate')).toHaveAccessibleDescription('Nobody deactivates themselves.');
  for (const name of ['Grant override', 'Take override away']) {
    const own = button(ada, name);
    if (await own.count()) await expect(own).toHaveAttribute('aria-disabled', 'true');
  }
  const id = /people\/(\d+)/.exec(ada.url())![1];
  const answer = await ada.goto(`/admin/people/${id}/deactivate`);
  expect(answer?.status()).toBe(403);
});

test('auditors read people and change nothing', async ({ as }) => {
  const [ada, aud] = [await as('ada'), await as('aud')];
  const person = await join(ada);
  await aud.goto(`/admin/people?q=${encodeURIComponent(person.name)}`);
  await expect(aud.getByRole('link', { name: 'New person' })).toHaveCount(0);
  await aud.getByRole('link', { name: person.name, exact: true }).click();
  await expect(aud.getByRole('heading', { level: 1 })).toHaveText(person.name);
  await expect(aud.getByRole('main').getByRole('button')).toHaveCount(0);
  await expect(aud.getByRole('main').getByRole('textbox')).toHaveCount(0);
  for (const path of ['/admin/people/new', `/admin/people/${person.id}/deactivate`]) expect((await aud.goto(path))?.status(), path).toBe(403);
  const posted = await aud.request.post('/fn/deactivate_person', { form: { id: person.id, version: '1' }, maxRedirects: 0 });
  expect(posted.status()).toBe(403);
});

test('staff see neither the pages of people nor the way to them', async ({ as }) => {
  const sam = await as('sam');
  await sam.goto('/');
  await expect(sam.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'People' })).toHaveCount(0);
  for (const path of ['/admin/people', '/admin/people/new', '/admin/people/1', '/admin/people/1/deactivate']) {
    const answer = await sam.goto(path);
    expect(answer?.status(), path).toBe(403);
    await expect(sam.getByRole('heading', { level: 1 })).toHaveText('Not allowed');
  }
});
