// Who gets in, for how long, and how they leave.

import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { expect, PASSWORD, signIn, test, withAndWithoutJavaScript, type Page } from '../fixtures.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

const session = async (page: Page) => (await page.context().cookies()).find(({ name }) => name === 'countersign');

/** Pages behind the sign-in, of every kind. */
const CLOSED = ['/', '/approvals', '/purchase-orders', '/purchase-orders?scope=mine', '/purchase-orders/new', '/purchase-orders/1', '/purchase-orders/1/reject', '/workflows/purchase_order', '/account', '/admin/people', '/admin/people/new', '/admin/people/1'];

withAndWithoutJavaScript(() => {
  test('who signs in comes to what they asked for, with a session of their own', async ({ stranger }) => {
    const page = await stranger();
    await page.goto('/purchase-orders?scope=mine');
    await expect(page).toHaveURL(/\/login\?next=/);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(/Sign in/);
    await signIn(page, `${randomUUID()}@example.com`);
    await expect(page.getByRole('alert')).toBeVisible();
    const before = await session(page);
    await signIn(page, 'tess@example.com');
    await expect(page).toHaveURL(/\/purchase-orders\?scope=mine/);
    await expect(page.getByRole('button', { name: 'Tess Tran' })).toBeVisible();
    const cookie = (await session(page))!;
    expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', secure: false, path: '/' });
    expect(before?.value, 'what was typed wrongly is carried over by a session').toBeTruthy();
    expect(cookie.value).not.toBe(before!.value);
  });

  test('a wrong password and an unknown email are told apart by nothing', async ({ stranger }) => {
    const page = await stranger();
    const said: string[] = [];
    for (const email of ['tess@example.com', `${randomUUID()}@example.com`]) {
      await page.goto('/login');
      await signIn(page, email, 'not the password');
      await expect(page).toHaveURL(/\/login/);
      said.push((await page.getByRole('alert').textContent())!);
      await expect(page.getByLabel('Email', { exact: true })).toHaveValue(email);
      await expect(page.getByLabel('Password', { exact: true })).toHaveValue('');
    }
    expect(said[0]).toContain('Email and password do not belong together.');
    expect(said[1]).toBe(said[0]);
  });

  test('who signs out is out, and their old cookie with them', async ({ stranger }) => {
    const page = await stranger();
    await page.goto('/login');
    await signIn(page, 'tess@example.com');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('My work');
    const old = (await session(page))!;
    await page.getByRole('button', { name: 'Tess Tran' }).click();
    await button(page, 'Sign out').click();
    await expect(page).toHaveURL(/\/login/);
    await page.context().addCookies([old]);
    await page.goto('/');
    await expect(page).toHaveURL(/\/login/);
    await page.goBack();
    await expect(page.getByRole('button', { name: 'Tess Tran' })).toHaveCount(0);
  });
});

test('the demo lists its people with their roles', async ({ stranger }) => {
  const page = await stranger();
  await page.goto('/login');
  for (const name of ['Ada Admin', 'Carla Chief', 'Sam Stone', 'Mia Moss', 'Aud Abel']) {
    await expect(page.getByText(name)).toBeVisible();
  }
  await expect(page.getByText('mia@example.com')).toBeVisible();
  await expect(page.getByText(PASSWORD, { exact: true })).toBeVisible();
});

test('signing in never leads to another site', async ({ stranger }) => {
  const page = await stranger();
  for (const next of ['https://example.org/', '//example.org/', '/\\example.org', '/%5Cexample.org', 'javascript:alert(1)', '/\t/example.org']) {
    await page.context().clearCookies();
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    const origin = new URL(page.url()).origin;
    await signIn(page, 'tess@example.com');
    await expect(page.getByRole('button', { name: 'Tess Tran' })).toBeVisible();
    expect(new URL(page.url()).origin, next).toBe(origin);
  }
});

test('nobody sees a page without signing in', async ({ stranger }) => {
  const page = await stranger();
  for (const path of CLOSED) {
    await page.goto(path);
    const shown = new URL(page.url());
    expect(shown.pathname, path).toBe('/login');
    expect(shown.searchParams.get('next') ?? '/', path).toBe(path);
  }
});

test('an action that nobody signed in for is not carried out', async ({ stranger }) => {
  const page = await stranger();
  for (const name of ['save_purchase_order', 'approve_purchase_order', 'cancel_purchase_order', 'change_password', 'create_person']) {
    const answer = await page.request.post(`/fn/${name}`, { form: { id: '1', version: '1' }, maxRedirects: 0 });
    expect([303, 401], name).toContain(answer.status());
    if (answer.status() === 303) expect(answer.headers()['location'], name).toContain('/login');
  }
});

test('a form of another site does nothing, even with the cookie', async ({ as }) => {
  const sam = await as('sam');
  await sam.goto('/');
  for (const [name, value] of [['origin', 'https://example.org'], ['sec-fetch-site', 'cross-site']]) {
    const headers = { [name]: value };
    const answer = await sam.request.post('/fn/save_purchase_order', { form: { intent: 'save_draft' }, headers, maxRedirects: 0 });
    expect(answer.status(), JSON.stringify(headers)).toBe(403);
    expect(await answer.text()).toContain('nothing was done');
  }
});

/** One wrong guess. Guesses count against the address they come from too: these come from another one of this machine's. */
const guess = (site: string, email: string) =>
  new Promise<void>((resolve, reject) => {
    const { hostname, port } = new URL(site);
    const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' };
    const options = { hostname, port, path: '/fn/sign_in', method: 'POST', localAddress: '127.0.0.77', headers };
    const sent = http.request(options, (answer) => answer.resume().on('end', resolve)).on('error', reject);
    sent.end(new URLSearchParams({ request_id: randomUUID(), email, password: 'a guess' }).toString());
  });

test('who guesses is slowed down, and told for how long', async ({ stranger, baseURL }) => {
  const email = `${randomUUID()}@example.com`;
  const page = await stranger();
  // Every wrong guess doubles the wait: soon it is longer than a slow machine needs to send the form.
  await expect(async () => {
    await Promise.all(Array.from({ length: 6 }, () => guess(baseURL!, email)));
    await page.goto('/login');
    const answer = page.waitForResponse((response) => response.request().isNavigationRequest() && response.status() !== 303);
    await signIn(page, email, 'one more guess');
    expect((await answer).status()).toBe(429);
  }).toPass();
  await expect(page.getByRole('alert')).toContainText(/Too many tries\. Wait \d+ seconds? and try again\./);
  await expect(page.getByLabel('Email', { exact: true })).toHaveValue(email);
});
