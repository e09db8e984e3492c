// Purchase orders made and moved without a browser, by the same posts its forms send: for tests about what comes after.

import { randomUUID } from 'node:crypto';
import { expect, unique, type Page } from './fixtures.ts';

export interface Line {
  description?: string;
  quantity?: string;
  unit?: string;
  unitPrice?: string;
  costCentre?: string;
}

export interface Draft {
  vendor?: string;
  justification?: string;
  lines?: Line[];
}

/** One line of this total. */
export const costing = (total: string): Line[] => [
  { description: 'Laptop', quantity: '1', unit: 'each', unitPrice: total, costCentre: 'CC-200' },
];

/** Saves a draft as the person of this page. Returns its number without prefix. */
export const saveDraft = (page: Page, draft: Draft = {}) => send(page, draft, 'save_draft');

/** Saves and submits an order as the person of this page. Returns its number without prefix. */
export const submit = (page: Page, draft: Draft = {}) => send(page, draft, 'submit');

async function send(page: Page, draft: Draft, intent: string): Promise<string> {
  const { vendor = 'Northwind Supply', justification = unique('Laptops'), lines = costing('900.00') } = draft;
  const form = await (await page.request.get('/purchase-orders/new')).text();
  const vendorId = new RegExp(`<option value="(\\d+)"[^>]*>${vendor}`).exec(form)?.[1];
  expect(vendorId, `the vendor ${vendor}`).toBeTruthy();
  const fields: [string, string][] = [
    ['request_id', randomUUID()],
    ['vendor', vendorId!],
    ['currency', 'USD'],
    ['justification', justification],
    ...lines.flatMap((line): [string, string][] => [
      ['line_description', line.description ?? ''],
      ['line_quantity', line.quantity ?? ''],
      ['line_unit', line.unit ?? ''],
      ['line_unit_price', line.unitPrice ?? ''],
      ['line_cost_centre', line.costCentre ?? ''],
    ]),
    ['intent', intent],
  ];
  const location = await post(page, '/fn/save_purchase_order', fields);
  const id = /^\/purchase-orders\/(\d+)/.exec(location)?.[1];
  expect(id, `the order's address in ${location}`).toBeTruthy();
  return id!;
}

/** Carries out an event as the person of this page, from the page as it is now. */
export async function act(page: Page, id: string, event: string, fields: Record<string, string> = {}) {
  const version = await versionOf(page, id, event);
  const all = { request_id: randomUUID(), id, version, ...fields };
  await post(page, `/fn/${event}_purchase_order`, Object.entries(all));
}

/** Comments on an order as the person of this page. */
export const say = (page: Page, id: string, comment: string) =>
  post(page, '/fn/add_comment', [['request_id', randomUUID()], ['kind', 'purchase_order'], ['id', id], ['comment', comment]]);

/** Attaches a file to an order as the person of this page. */
export async function attach(page: Page, id: string, name: string, text: string) {
  const file = { name, mimeType: 'text/plain', buffer: Buffer.from(text) };
  const multipart = { request_id: randomUUID(), kind: 'purchase_order', id, file };
  const answer = await page.request.post('/attachments', { multipart, maxRedirects: 0 });
  expect(answer.status(), name).toBe(303);
}

/** The version that the form of this event carries: on the order's page, or on a page of its own. */
export async function versionOf(page: Page, id: string, event = ''): Promise<string> {
  for (const path of [`/purchase-orders/${id}`, `/purchase-orders/${id}/${event}`]) {
    const version = /name="version" value="(\d+)"/.exec(await (await page.request.get(path)).text())?.[1];
    if (version) return version;
  }
  return '0';
}

async function post(page: Page, path: string, fields: [string, string][]): Promise<string> {
  const answer = await page.request.post(path, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    data: new URLSearchParams(fields).toString(),
    maxRedirects: 0,
  });
  expect(answer.status(), path).toBe(303);
  const location = answer.headers()['location'];
  const shown = await page.request.get(location);
  expect(shown.status(), `${path} leads to ${location}`).toBe(200);
  return location;
}

/** An order's page, opened; resolves when it is there. */
export async function openOrder(page: Page, id: string) {
  await page.goto(`/purchase-orders/${id}`);
  await expect(page.getByRole('heading', { level: 1 })).toContainText(`PO-${id}`);
}

/** The order's state as the page says it. */
export const state = (page: Page) => page.getByRole('status', { name: 'State' });

/** The fields of one line of the form. */
export const line = (page: Page, number: number) => page.getByRole('group', { name: `Line ${number}`, exact: true });

/** Types a line's fields. */
export async function fillLine(page: Page, number: number, typed: Line) {
  const group = line(page, number);
  const labels: [string, string | undefined][] = [
    ['Description', typed.description],
    ['Quantity', typed.quantity],
    ['Unit', typed.unit],
    ['Unit price', typed.unitPrice],
    ['Cost centre', typed.costCentre],
  ];
  for (const [label, value] of labels) {
    if (value !== undefined) await group.getByLabel(label, { exact: true }).fill(value);
  }
}

/** The order's number in the address of the page. */
export const idOf = (page: Page) => /\/purchase-orders\/(\d+)/.exec(page.url())![1];

/** What happened, newest first. */
export const history = (page: Page) => page.getByRole('list', { name: 'Activity' }).getByRole('listitem');

/** The steps of the route. */
export const route = (page: Page) => page.getByRole('list', { name: 'Route' }).getByRole('listitem');
