// What a browser is sent: little, once, compressed, and allowed by a policy without holes.

import { expect, test, type Page } from '../fixtures.ts';
import { fillLine, line, openOrder, submit } from '../orders.ts';

interface Sent {
  url: string;
  bytes: number;
}

/** Everything that comes over the wire while `visit` runs, headers included. */
async function sentDuring(page: Page, visit: () => Promise<unknown>): Promise<Sent[]> {
  const network = await page.context().newCDPSession(page);
  const urls = new Map<string, string>();
  const sent: Sent[] = [];
  network.on('Network.responseReceived', (event) => urls.set(event.requestId, event.response.url));
  network.on('Network.loadingFinished', (event) => sent.push({ url: urls.get(event.requestId) ?? '', bytes: event.encodedDataLength }));
  await network.send('Network.enable');
  await visit();
  await page.waitForLoadState('networkidle');
  await network.detach();
  return sent;
}

const bytesOf = (sent: Sent[]) => sent.reduce((sum, { bytes }) => sum + bytes, 0);
const isCode = ({ url }: Sent) => /\.wasm|\/pkg\/[^/]+\.js/.test(url);

/** Development builds are neither compressed nor kept. */
const isDevelopment = (sent: Sent[]) => sent.some(({ url }) => url.includes('/assets/live/'));

test('a page without an island loads no wasm, and all of its first load is under 60 kB', async ({ stranger, as }) => {
  const anonymous = await stranger();
  const login = await sentDuring(anonymous, () => anonymous.goto('/login'));
  expect(login.filter(isCode)).toEqual([]);
  expect(login.length).toBeGreaterThan(2);
  const limit = isDevelopment(login) ? Infinity : 60_000;
  expect(bytesOf(login), JSON.stringify(login)).toBeLessThan(limit);

  const sam = await as('sam');
  for (const path of ['/', '/purchase-orders', '/approvals', '/workflows/purchase_order', '/account']) {
    const sent = await sentDuring(sam, () => sam.goto(path));
    expect(sent.filter(isCode), path).toEqual([]);
    expect(bytesOf(sent), path).toBeLessThan(limit);
  }
});

test('an order that is no draft loads no wasm either', async ({ as }) => {
  const sam = await as('sam');
  const id = await submit(sam);
  const sent = await sentDuring(sam, () => openOrder(sam, id));
  expect(sent.filter(isCode)).toEqual([]);
});

test('a page with an island loads the wasm once, and typing changes the totals without a reload', async ({ as }) => {
  const sam = await as('sam');
  const sent = await sentDuring(sam, () => sam.goto('/purchase-orders/new'));
  expect(sent.filter(({ url }) => url.endsWith('.wasm'))).toHaveLength(1);
  await sam.evaluate(() => Object.assign(window, { stays: true }));

  const total = sam.getByRole('status', { name: 'Total' });
  await expect(async () => {
    // Islands hydrate when the browser is idle: until then nothing listens.
    await fillLine(sam, 1, { quantity: '', unitPrice: '' });
    await fillLine(sam, 1, { quantity: '3', unitPrice: '400.125' });
    await expect(total).toHaveText('1,200.38', { timeout: 500 });
  }).toPass();
  await expect(line(sam, 1)).toContainText('1,200.38');
  await expect(sam.getByText('1,000.00 or more: Mia Moss, then Fay Finch.')).toBeVisible();

  await sam.getByRole('button', { name: 'Add line' }).click();
  await expect(line(sam, 2).getByLabel('Description')).toBeFocused();
  await fillLine(sam, 2, { quantity: '1', unitPrice: '10,000' });
  await expect(total).toHaveText('11,200.38');
  await expect(sam.getByText('10,000.01 or more: Mia Moss, then Fay Finch, then Carla Chief.')).toBeVisible();
  await fillLine(sam, 2, { unitPrice: 'ten' });
  await expect(total).toHaveText('1,200.38');
  await sam.getByRole('button', { name: 'Remove line 1' }).click();
  await expect(total).toHaveText('0.00');
  await expect(line(sam, 1).getByLabel('Unit price')).toHaveValue('ten');
  expect(await sam.evaluate(() => 'stays' in window)).toBe(true);
});

test('what was typed before the wasm arrived counts once it is there', async ({ as }) => {
  const sam = await as('sam');
  let release = () => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  await sam.route('**/*.wasm', async (route) => {
    await held;
    await route.continue();
  });
  await sam.goto('/purchase-orders/new', { waitUntil: 'domcontentloaded' });
  await fillLine(sam, 1, { description: 'Early bird', quantity: '2', unitPrice: '21' });
  release();
  await expect(sam.getByRole('status', { name: 'Total' })).toHaveText('42.00');
  await sam.getByRole('button', { name: 'Add line' }).click();
  await expect(line(sam, 2)).toBeVisible();
  await sam.getByRole('button', { name: 'Remove line 2' }).click();
  await expect(line(sam, 1).getByLabel('Description')).toHaveValue('Early bird');
});

test('going away from what was typed asks first; saving it does not', async ({ as }) => {
  const sam = await as('sam');
  await sam.goto('/purchase-orders/new');
  const asked: string[] = [];
  sam.on('dialog', async (dialog) => {
    asked.push(dialog.type());
    await dialog.dismiss();
  });
  await sam.getByLabel('Justification').fill('Not saved yet');
  await sam.getByRole('link', { name: 'Approvals' }).click();
  await expect.poll(() => asked).toEqual(['beforeunload']);
  await expect(sam.getByLabel('Justification')).toHaveValue('Not saved yet');
  await sam.getByRole('button', { name: 'Save draft' }).click();
  await expect(sam).toHaveURL(/\/purchase-orders\/\d+/);
  expect(asked).toHaveLength(1);
});

test('files are kept for ever under their address, and sent compressed', async ({ stranger }) => {
  const page = await stranger();
  await page.goto('/login');
  const addresses = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('link[href^="/assets/"], script[src^="/assets/"]')].map(
      (element) => element.getAttribute('href') ?? element.getAttribute('src')!,
    ),
  );
  expect(addresses.length).toBeGreaterThanOrEqual(3);
  test.skip(addresses[0].startsWith('/assets/live/'), 'a development build keeps and compresses nothing');
  for (const address of addresses) {
    const answer = await page.request.get(address, { headers: { 'accept-encoding': 'gzip, br' } });
    expect(answer.status(), address).toBe(200);
    expect(answer.headers()['cache-control'], address).toBe('public, max-age=31536000, immutable');
    if (!address.endsWith('.svg')) expect(answer.headers()['content-encoding'], address).toBe('br');
  }
  const document_ = await page.request.get('/login', { headers: { 'accept-encoding': 'br' } });
  expect(document_.headers()['content-encoding']).toBe('br');
  expect(document_.headers()['cache-control']).toBe('no-store');
});

test('there is an icon, also where browsers look for one by themselves', async ({ stranger }) => {
  const page = await stranger();
  await page.goto('/login');
  const icon = await page.locator('link[rel="icon"]').getAttribute('href');
  for (const address of [icon!, '/favicon.ico']) {
    const answer = await page.request.get(address);
    expect(answer.status(), address).toBe(200);
    expect(answer.headers()['content-type'], address).toContain('image/svg+xml');
  }
});

test('the content security policy has no holes, and a nonce of its own for every answer', async ({ as, stranger }) => {
  const pages: [Page, string][] = [
    [await stranger(), '/login'],
    [await as('sam'), '/purchase-orders/new'],
    [await as('sam'), '/no-such-page'],
  ];
  const nonces = new Set<string>();
  for (const [page, path] of pages) {
    for (let time = 0; time < 2; time++) {
      const answer = await page.goto(path);
      const policy = (await answer!.allHeaders())['content-security-policy'];
      expect(policy).toContain("default-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy).not.toContain('unsafe-inline');
      expect(policy).not.toContain("'unsafe-eval'");
      expect(policy).not.toMatch(/[\s;]\*|https?:/);
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(nonce.length).toBeGreaterThanOrEqual(16);
      nonces.add(nonce);
      // No style attribute, no handler attribute: the policy would ignore them.
      expect(await page.locator('[style], [onclick], [onsubmit], [onload], style').count(), path).toBe(0);
    }
  }
  expect(nonces.size).toBe(6);
});

test('every answer tells the browser what is never done', async ({ stranger }) => {
  const page = await stranger();
  const headers = await (await page.goto('/login'))!.allHeaders();
  expect(headers).toMatchObject({
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'same-origin',
  });
  expect(headers['server']).toBeUndefined();
});

test('an address without a page says so in the frame, and what to do next', async ({ as }) => {
  const sam = await as('sam');
  for (const path of ['/no-such-page', '/purchase-orders/999999999', '/purchase-orders/abc', '/purchase-orders/1/explode', '/workflows/nothing']) {
    const answer = await sam.goto(path);
    expect(answer?.status(), path).toBe(404);
    await expect(sam.getByRole('heading', { level: 1 })).toHaveText('Not found');
    await expect(sam.getByRole('main')).toContainText('Check the address');
    await expect(sam.getByRole('navigation', { name: 'Main' })).toBeVisible();
    await expect(sam.getByRole('link', { name: 'Go to My work' })).toBeVisible();
  }
});

test('a page that is not open to someone says so with a reference', async ({ as }) => {
  const sam = await as('sam');
  const id = await submit(sam);
  const answer = await sam.goto(`/purchase-orders/${id}/reject`);
  expect(answer?.status()).toBe(403);
  await expect(sam.getByRole('heading', { level: 1 })).toHaveText('Not allowed');
  await expect(sam.getByText(/Reference [0-9a-f]+/)).toBeVisible();
});
