// A second factor from setting it up to losing it. Nobody of the demo has one: each test makes its people.

import { expect, postSignIn, signIn, test, withAndWithoutJavaScript } from '../fixtures.ts';
import { code, enter, setUp } from '../factors.ts';
import { costing, submit } from '../orders.ts';
import { join, team } from '../people.ts';

withAndWithoutJavaScript(() => {
  test('who sets a second factor up signs in with a code, and with a recovery code when the phone is lost', async ({ as, stranger }) => {
    const ada = await as('ada');
    const person = await join(ada);
    const page = await stranger();
    await postSignIn(page.request, person.email, person.password);
    await page.goto('/account');
    await page.getByRole('link', { name: 'Set up a second factor' }).click();
    await expect(page.getByRole('img', { name: 'QR code for your authenticator app' })).toBeVisible();
    await enter(page, '12', 'Turn on');
    await expect(page.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(/not the code your app shows/);
    const secret = await setUp(page);
    const recovery = await page.locator('.recovery-codes code').allInnerTexts();
    expect(recovery).toHaveLength(10);

    const other = await stranger();
    await other.goto('/login?next=/account');
    await signIn(other, person.email, person.password);
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Enter your code');
    await enter(other, '000000', 'Sign in');
    await expect(other.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(/This code is not right/);
    await enter(other, code(secret, 0), 'Sign in');
    await expect(other.getByRole('heading', { level: 1 })).toHaveText('Account');

    const third = await stranger();
    await third.goto('/login');
    await signIn(third, person.email, person.password);
    await enter(third, recovery[0], 'Sign in');
    await expect(third.getByRole('heading', { level: 1 })).toHaveText('My work');
    await third.goto('/account/second-factor');
    await expect(third.getByText('9 of 10 are left.')).toBeVisible();

    await ada.goto(`/admin/people/${person.id}`);
    await ada.getByRole('link', { name: 'Take away' }).click();
    await ada.getByRole('button', { name: 'Take away' }).click();
    await expect(ada.getByLabel('Reason', { exact: true })).toHaveAccessibleDescription(/how you know/);
    await ada.getByLabel('Reason', { exact: true }).fill('Came to my desk with an identity card');
    await ada.getByRole('button', { name: 'Take away' }).click();
    await expect(ada.getByText('Taken away.')).toBeVisible();
    await expect(ada.getByRole('list', { name: 'History' }).getByRole('listitem').first()).toContainText('Second factor taken away');
    await third.goto('/login');
    await signIn(third, person.email, person.password);
    await expect(third.getByRole('heading', { level: 1 })).toHaveText('My work');
  });

  test('a second factor is turned off after asking', async ({ as, stranger }) => {
    const person = await join(await as('ada'));
    const page = await stranger();
    await postSignIn(page.request, person.email, person.password);
    await page.goto('/account/second-factor');
    await setUp(page);
    await page.getByRole('link', { name: 'Turn off' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Turn your second factor off');
    await page.getByRole('button', { name: 'Turn off' }).click();
    await expect(page.getByText('Your second factor is off.')).toBeVisible();
  });
});

// They change the same settings.
test.describe.configure({ mode: 'default' });

test('an office that requires one leads its holder to set it up first, and on to where they were going', async ({ as, stranger }) => {
  const ada = await as('ada');
  // Nobody else of the demo reviews in marketing but Max, whom no other test needs.
  const person = await join(ada, { roles: ['marketing_reviewer'] });
  await ada.goto('/admin/second-factor');
  await ada.getByLabel('Marketing reviewer', { exact: true }).check();
  await ada.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ada.getByText('Saved.')).toBeVisible();
  const page = await stranger();
  await page.goto('/login?next=/purchase-orders');
  await signIn(page, person.email, person.password);
  await expect(page.getByText('Your organisation requires a second factor of you.')).toBeVisible();
  await setUp(page);
  await page.getByRole('link', { name: 'Go on' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Purchase orders');
  await ada.getByLabel('Marketing reviewer', { exact: true }).uncheck();
  await ada.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ada.getByLabel('Marketing reviewer', { exact: true })).not.toBeChecked();
});

test('approving above the amount leads over a code and back to the order', async ({ as, open }) => {
  const ada = await as('ada');
  const { manager, staff } = await team(ada, open);
  // No other test raises so much.
  await ada.goto('/admin/second-factor');
  await ada.getByLabel('Approvals above (USD)', { exact: true }).fill('9,000,000');
  await ada.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ada.getByText('Saved.')).toBeVisible();
  const id = await submit(staff, { lines: costing('9000000.01') });
  await manager.goto(`/purchase-orders/${id}`);
  await expect(manager.getByRole('button', { name: 'Approve', exact: true })).toHaveAccessibleDescription(
    'Above 9,000,000.00 USD approving takes a second factor: set one up.',
  );
  await manager.getByRole('link', { name: 'Second factor' }).click();
  await setUp(manager);
  await manager.getByRole('link', { name: 'Go on' }).click();
  await expect(manager).toHaveURL(new RegExp(`/purchase-orders/${id}$`));
  await manager.getByRole('button', { name: 'Approve', exact: true }).click();
  await expect(manager.getByRole('status', { name: 'State' })).toHaveText('Requires finance review');
  await ada.getByLabel('Approvals above (USD)', { exact: true }).fill('');
  await ada.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(ada.getByLabel('Approvals above (USD)', { exact: true })).toHaveValue('');
});
