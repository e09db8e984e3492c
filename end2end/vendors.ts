// Vendors made for one test: a hold on one of the demo's would stop every other test's orders.

import { randomUUID } from 'node:crypto';
import { expect, unique, type Page } from './fixtures.ts';

/** Adds a vendor as the person of this page, without a browser. */
export async function addVendor(page: Page, name = unique('Copper Kettle')): Promise<{ id: string; name: string }> {
  const form = { request_id: randomUUID(), name, email: 'orders@kettle.example.com', address: '3 Mill Lane\nLeeds LS1 4AP' };
  const answer = await page.request.post('/fn/create_vendor', { form, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  const id = /^\/admin\/vendors\/(\d+)/.exec(answer.headers()['location'])?.[1];
  expect(id, answer.headers()['location']).toBeTruthy();
  return { id: id!, name };
}

/** Puts a new vendor on hold (`hold`) or flags it (`flag`), without a browser. */
export async function stand(page: Page, id: string, event: 'hold' | 'flag', reason: string) {
  const version = /name="version" value="(\d+)"/.exec(await (await page.request.get(`/admin/vendors/${id}`)).text())![1];
  const form = { request_id: randomUUID(), id, version, reason };
  const answer = await page.request.post(`/fn/${event}_vendor`, { form, maxRedirects: 0 });
  expect(answer.headers()['location']).toMatch(new RegExp(`^/admin/vendors/${id}\\?`));
}
