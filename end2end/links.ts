// Links that mails carry, read in the outbox of a server without mail settings.

import { expect, type Page } from './fixtures.ts';

/** The path of the link that the mail about an order's decision carries: `/a/…`. `ada` is a page of an administrator's. */
export async function mailedLink(ada: Page, order: string): Promise<string> {
  return linkIn(ada, '/admin/outbox?state=outbox', `PO-${order} waits for your decision`, '/a/');
}

/** The path of the link that the mail `subject` to a person brings: `/reset/…`. */
export async function passwordLink(ada: Page, person: string, subject: string): Promise<string> {
  return linkIn(ada, `/admin/outbox?state=outbox&person=${person}`, subject, '/reset/');
}

async function linkIn(ada: Page, outbox: string, subject: string, begins: string): Promise<string> {
  const mail = ada.getByRole('link', { name: subject }).first();
  // Mails are looked through every two seconds.
  await expect(async () => {
    await ada.goto(outbox);
    await expect(mail).toBeVisible({ timeout: 100 });
  }).toPass();
  await mail.click();
  const href = await ada.getByLabel('Message as text').locator(`a[href*="${begins}"]`).first().getAttribute('href');
  return new URL(href!).pathname;
}
