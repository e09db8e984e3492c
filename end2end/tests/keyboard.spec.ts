// Without a mouse: everything can be reached, what has the focus is seen, and single keys help but never decide.

import { expect, test, type Page } from '../fixtures.ts';
import { openOrder, saveDraft, state, submit } from '../orders.ts';

/** What has the focus, whether that can be seen, and whether something lies over it. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const element = document.activeElement as HTMLElement | null;
    if (!element || element === document.body) return undefined;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    const top = document.elementFromPoint(box.x + box.width / 2, box.y + Math.min(box.height / 2, 12));
    return {
      name: (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40),
      tag: element.tagName,
      seen: outlined || style.boxShadow !== 'none',
      uncovered: top !== null && (element.contains(top) || top.contains(element)),
    };
  });

/** Presses Tab until `name` has the focus; every stop on the way must be seen. */
async function tabTo(page: Page, name: string) {
  const passed: string[] = [];
  for (let step = 0; step < 60; step++) {
    await page.keyboard.press('Tab');
    const stop = await focused(page);
    passed.push(stop?.name ?? '(nothing)');
    if (!stop) continue;
    expect(stop, 'the focus is seen').toMatchObject({ seen: true, uncovered: true });
    if (stop.name === name) return;
  }
  throw new Error(`${name} is not reached by Tab: ${passed.join(' · ')}`);
}

test('the first Tab offers to skip the menu', async ({ as }) => {
  const sam = await as('sam');
  await sam.goto('/');
  await sam.keyboard.press('Tab');
  const skip = sam.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await sam.keyboard.press('Enter');
  await expect(sam.getByRole('main')).toBeFocused();
  await sam.keyboard.press('Tab');
  await expect(sam.getByRole('main').getByRole('link').first()).toBeFocused();
});

test('an order is approved without a mouse, and every stop on the way is seen', async ({ as }) => {
  const [sam, mia] = [await as('sam'), await as('mia')];
  const id = await submit(sam);
  await openOrder(mia, id);
  await tabTo(mia, 'Approve');
  await mia.keyboard.press('Enter');
  await expect(state(mia)).toHaveText('Approved');
});

test('on a phone too', async ({ as }) => {
  const [sam, mia] = [await as('sam'), await as('mia', { viewport: { width: 400, height: 800 } })];
  const id = await submit(sam);
  await openOrder(mia, id);
  await tabTo(mia, 'Approve');
  await mia.keyboard.press('Space');
  await expect(state(mia)).toHaveText('Approved');
});

test('an order is raised without a mouse', async ({ as }) => {
  const sam = await as('sam');
  await sam.goto('/purchase-orders/new');
  await tabTo(sam, 'Submit for approval');
});

test('a goes to Approve without pressing it, r opens the form to reject', async ({ as }) => {
  const [sam, mia] = [await as('sam'), await as('mia')];
  const id = await submit(sam);
  await openOrder(mia, id);
  await mia.keyboard.press('a');
  await expect(mia.getByRole('button', { name: 'Approve' })).toBeFocused();
  await expect(state(mia)).toHaveText('Pending approval');
  await mia.keyboard.press('r');
  await expect(mia.getByLabel('Reason category')).toBeVisible();
});

test('the menus open and close by keyboard, also on a phone', async ({ as }) => {
  const sam = await as('sam', { viewport: { width: 400, height: 800 } });
  await sam.goto('/');
  const menu = sam.getByRole('navigation', { name: 'Main' });
  await expect(menu).toBeHidden();
  await sam.getByRole('button', { name: 'Menu' }).press('Enter');
  await expect(menu).toBeVisible();
  await sam.keyboard.press('Escape');
  await expect(menu).toBeHidden();
  await sam.getByRole('button', { name: 'Menu' }).press('Enter');
  await menu.getByRole('link', { name: 'Purchase orders' }).press('Enter');
  await expect(sam).toHaveURL(/\/purchase-orders$/);
  await sam.getByRole('button', { name: 'Sam Stone' }).press('Enter');
  await expect(sam.getByRole('button', { name: 'Sign out' })).toBeVisible();
});

test('? shows the shortcuts, and closes again', async ({ as }) => {
  const sam = await as('sam');
  await sam.goto('/');
  await sam.keyboard.press('?');
  const help = sam.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toBeVisible();
  await sam.keyboard.press('Escape');
  await expect(help).toBeHidden();
  // The two keys belong together for a second and a half: a busy machine may need another try.
  await expect(async () => {
    await sam.keyboard.press('g');
    await sam.keyboard.press('a');
    await expect(sam).toHaveURL(/\/approvals$/, { timeout: 1000 });
  }).toPass();
});

test('j and k move through a list, and Enter opens', async ({ as }) => {
  const sam = await as('sam');
  await saveDraft(sam);
  await saveDraft(sam);
  await sam.goto('/purchase-orders?scope=mine');
  const rows = sam.getByRole('table', { name: 'Purchase orders' }).getByRole('link', { name: /^PO-/ });
  await sam.keyboard.press('j');
  await expect(rows.nth(0)).toBeFocused();
  await sam.keyboard.press('j');
  await expect(rows.nth(1)).toBeFocused();
  await sam.keyboard.press('k');
  await expect(rows.nth(0)).toBeFocused();
  const number = /PO-\d+/.exec((await rows.nth(0).textContent())!)![0];
  await sam.keyboard.press('Enter');
  await expect(sam.getByRole('heading', { level: 1 })).toContainText(number);
});

test('keys are letters while typing, and can be turned off', async ({ as }) => {
  const [sam, mia] = [await as('sam'), await as('mia')];
  const id = await submit(sam);
  await openOrder(mia, id);
  await mia.keyboard.press('c');
  await expect(mia.getByLabel('Comment', { exact: true })).toBeFocused();
  await mia.keyboard.type('a car? jack');
  await expect(mia.getByLabel('Comment', { exact: true })).toHaveValue('a car? jack');

  await mia.getByRole('heading', { level: 1 }).click();
  await mia.keyboard.press('?');
  await mia.getByLabel('Shortcuts on').uncheck();
  await mia.getByRole('button', { name: 'Close' }).click();
  await mia.keyboard.press('a');
  await expect(mia.getByRole('button', { name: 'Approve' })).not.toBeFocused();
});

test('an order prints cleanly: without menu and buttons', async ({ as }) => {
  const sam = await as('sam');
  const id = await submit(sam);
  await openOrder(sam, id);
  await sam.emulateMedia({ media: 'print' });
  await expect(sam.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(sam.getByRole('table', { name: 'Lines' })).toBeVisible();
  await expect(sam.getByRole('navigation', { name: 'Main' })).toBeHidden();
  await expect(sam.getByRole('button', { name: 'Withdraw' })).toBeHidden();
});
