// People made for one test: whoever signs out everywhere or is deactivated must be nobody else's.

import { randomUUID } from 'node:crypto';
import type { BrowserContextOptions } from '@playwright/test';
import { expect, postSignIn, unique, type Page } from './fixtures.ts';

export interface Person {
  id: string;
  name: string;
  email: string;
  password: string;
}

/** Adds a person as the administrator of this page, without a browser. `manager` is a person's id. Without a password they are invited. */
export async function join(
  admin: Page,
  { name = unique('Nell Newman'), manager = '', roles = [] as string[], password = 'a password of their own' } = {},
): Promise<Person> {
  const email = `${randomUUID()}@example.com`;
  const fields = [
    ['request_id', randomUUID()],
    ['name', name],
    ['email', email],
    ['manager', manager],
    ['department', ''],
    ['time_zone', 'UTC'],
    ['password', password],
    ...roles.map((role) => ['roles', role]),
  ];
  const answer = await admin.request.post('/fn/create_person', {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    data: new URLSearchParams(fields).toString(),
    maxRedirects: 0,
  });
  expect(answer.status()).toBe(303);
  const id = /^\/admin\/people\/(\d+)/.exec(answer.headers()['location'])?.[1];
  expect(id, answer.headers()['location']).toBeTruthy();
  return { id: id!, name, email, password };
}

/** A manager and one of their staff, each signed in on a page of their own: their inbox is nobody else's. */
export async function team(admin: Page, open: (options?: BrowserContextOptions) => Promise<Page>) {
  const boss = await join(admin, { name: unique('Marta Mills') });
  const worker = await join(admin, { name: unique('Stan Small'), manager: boss.id });
  const enter = async ({ email, password }: Person) => {
    const page = await open();
    await postSignIn(page.request, email, password);
    return page;
  };
  return { manager: await enter(boss), staff: await enter(worker) };
}
