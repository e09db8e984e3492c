// Approval rules made for one test: of a department of its own, so that no other test's orders fall under them.

import { randomUUID } from 'node:crypto';
import type { BrowserContextOptions } from '@playwright/test';
import { expect, postSignIn, unique, type Page } from './fixtures.ts';
import { join } from './people.ts';

/** Adds a department as the administrator of this page, without a browser. Returns its name. */
export async function addDepartment(admin: Page): Promise<string> {
  const name = unique('Bakery');
  const form = { request_id: randomUUID(), name, head: '', active: 'true' };
  const answer = await admin.request.post('/fn/create_department', { form, maxRedirects: 0 });
  expect(answer.status()).toBe(303);
  return name;
}

/** A second administrator, signed in on a page of their own. */
export async function second(admin: Page, open: (options?: BrowserContextOptions) => Promise<Page>, options?: BrowserContextOptions): Promise<Page> {
  const { email, password } = await join(admin, { name: unique('Bea Bell'), roles: ['administrator'] });
  const page = await open(options);
  await postSignIn(page.request, email, password);
  return page;
}

/** Fills in the form of new rules for a department. */
export async function fillRules(page: Page, department: string, limit = '500.00') {
  await page.getByLabel('Department', { exact: true }).selectOption({ label: department });
  const level = (n: number) => page.getByRole('group', { name: `Level ${n}`, exact: true });
  const fill = async (n: number, from: string, approver: string) => {
    await level(n).getByLabel('From amount').fill(from);
    await level(n).getByLabel('Decided by').selectOption({ label: approver });
  };
  await fill(1, '0.00', "The submitter's manager");
  await fill(2, limit, 'Role: Finance manager');
  await fill(3, '10,000.01', 'The CFO');
  const choose = (label: string, option: string) => page.getByLabel(label, { exact: true }).selectOption({ label: option });
  await choose('Fallback', 'Carla Chief (carla@example.com)');
  await choose('Fallback alternate', 'Ada Admin (ada@example.com)');
  await page.getByLabel('Reason', { exact: true }).fill('The bakery orders more than it used to.');
}

/** Proposes rules for a new department. Returns the page's address. */
export async function proposeRules(admin: Page): Promise<string> {
  const department = await addDepartment(admin);
  await admin.goto('/admin/rules/new');
  await fillRules(admin, department);
  await admin.getByRole('button', { name: 'Propose', exact: true }).click();
  await expect(admin.getByRole('status', { name: 'State' })).toHaveText('Proposed');
  return new URL(admin.url()).pathname;
}
