// Links that mails carry, read in the outbox of a server without mail settings.

import { expect, type Page } from './fixtures.ts';

/** The path of the link that the mail about an order's decision carries: `/a/…`. `ada` is a page of an administrator's. */
export async function mailedLink(ada: Page, order: string): Promise<string> {
  const mail = ada.getByRole('link', { name: `PO-${order} waits for your decision` }).first();
  // Mails are looked through every two seconds.
  await expect(async () => {
    await ada.goto('/admin/outbox?state=outbox');
    await expect(mail).toBeVisible({ timeout: 100 });
  }).toPass();
  await mail.click();
  const href = await ada.getByLabel('Mail as text').locator('a[href*="/a/"]').first().getAttribute('href');
  return new URL(href!).pathname;
}
