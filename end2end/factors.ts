// One-time codes as an authenticator app makes them (RFC 6238), by no code of the server's.

import { createHmac } from 'node:crypto';
import { expect, type Page } from './fixtures.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function bytes(base32: string): Buffer {
  const bits = [...base32.replace(/\s/g, '')].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('');
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
}

/** What an app shows so many periods of thirty seconds from now. */
export function code(secret: string, periods = 0): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + periods));
  const mac = createHmac('sha1', bytes(secret)).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** Sets up a second factor on the page that offers one. Its secret; the code of one period ago is used then. */
export async function setUp(page: Page): Promise<string> {
  const secret = await page.locator('code.secret').innerText();
  await enter(page, code(secret, -1), 'Turn on');
  await expect(page.getByRole('heading', { name: 'Recovery codes' })).toBeVisible();
  return secret;
}

/** Types a code and sends it. */
export async function enter(page: Page, code: string, button: string) {
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByRole('button', { name: button, exact: true }).click();
}
