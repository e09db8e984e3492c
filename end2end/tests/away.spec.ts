// Away: who decides meanwhile, what is handed over, what is forwarded or reassigned. Each test has people of its own.

import type { Locator } from '@playwright/test';
import { expect, postSignIn, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { history, openOrder, route, state, submit } from '../orders.ts';
import { join, type Person } from '../people.ts';

const button = (page: Page | Locator, name: string) => page.getByRole('button', { name, exact: true });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });
const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);
const chosen = ({ name, email }: Person) => ({ label: `${name} (${email})` });

withAndWithoutJavaScript(() => {
  test('who is away is stood in for by their delegate, who decides for them by name', async ({ as, stranger }) => {
    const ada = await as('ada');
    const top = await join(ada, { name: unique('Tara Top') });
    const boss = await join(ada, { name: unique('Bea Boss'), manager: top.id });
    const other = await join(ada, { name: unique('Otto Other') });
    const worker = await join(ada, { name: unique('Will Work'), manager: boss.id });
    const enter = async ({ email, password }: Person) => {
      const page = await stranger();
      await postSignIn(page.request, email, password);
      return page;
    };
    const [bea, otto, will, tara] = [await enter(boss), await enter(other), await enter(worker), await enter(top)];
    const handed = await submit(will);
    const left = await submit(will);

    await bea.goto('/account');
    await bea.getByRole('link', { name: 'Set away period' }).click();
    await field(bea, 'First day').fill(day(2));
    await field(bea, 'Last day').fill(day(-2));
    await field(bea, 'Delegate').selectOption(chosen(other));
    await field(bea, 'Reason').fill('Skiing');
    await bea.getByRole('checkbox', { name: `PO-${handed}` }).check();
    await button(bea, 'Save').click();
    await expect(field(bea, 'Last day')).toHaveAccessibleDescription(/before the first/);
    await expect(field(bea, 'Reason')).toHaveValue('Skiing');
    await expect(bea.getByRole('checkbox', { name: `PO-${handed}` })).toBeChecked();
    await field(bea, 'First day').fill(day(-1));
    await field(bea, 'Last day').fill(day(2));
    await button(bea, 'Save').click();
    await expect(bea.getByRole('status')).toContainText('One order was handed over');
    const listed = bea.getByRole('list', { name: 'Away periods' }).getByRole('listitem');
    await expect(listed).toContainText([new RegExp(`Now.*${other.name} decides\\. Skiing`, 's')]);

    // For good, and meanwhile.
    await otto.goto('/approvals');
    await expect(otto.getByRole('row', { name: new RegExp(`PO-${handed}\\b`) })).toContainText('Handed over to you');
    await expect(otto.getByRole('row', { name: new RegExp(`PO-${left}\\b`) })).toContainText(`For ${boss.name}, who is away`);
    await openOrder(will, left);
    await expect(route(will).first()).toContainText(boss.name);
    await expect(route(will).first()).toContainText(new RegExp(`Away until .*; ${other.name} decides`));
    await openOrder(otto, left);
    await expect(otto.getByRole('heading', { name: `Your decision for ${boss.name}` })).toBeVisible();
    await button(otto, 'Approve').click();
    await expect(state(otto)).toHaveText('Approved');
    await expect(history(otto).first()).toContainText(`${other.name} for ${boss.name}`);
    await openOrder(otto, handed);
    await expect(history(otto).first()).toContainText(`Handed over (level 1) by ${boss.name}`);

    // Back again.
    const third = await submit(will);
    await bea.goto('/account');
    await button(bea, 'Cancel away period').click();
    await expect(bea.getByRole('status')).toContainText('Away period cancelled.');
    await bea.goto('/approvals');
    await expect(bea.getByRole('row', { name: new RegExp(`PO-${third}\\b`) })).toBeVisible();

    // Forwarded instead.
    await openOrder(bea, third);
    await button(bea, 'Forward').click();
    await button(bea, 'Forward').click();
    await expect(bea.getByRole('alert')).toContainText('Choose who is to decide.');
    await field(bea, 'To').selectOption({ label: top.name });
    await field(bea, 'Note').fill('You know the vendor.');
    await button(bea, 'Forward').click();
    await expect(bea.getByRole('status').first()).toContainText(`PO-${third} forwarded.`);
    await expect(history(bea).first()).toContainText(`Forwarded (level 1) by ${boss.name}`);
    await expect(history(bea).first()).toContainText(`${boss.name} → ${top.name}`);
    await openOrder(tara, third);
    await button(tara, 'Approve').click();
    await expect(state(tara)).toHaveText('Approved');
  });

  test('administrators set it for others, and reassign what waits', async ({ as, stranger }) => {
    const ada = await as('ada');
    const boss = await join(ada, { name: unique('Bea Boss') });
    const other = await join(ada, { name: unique('Otto Other') });
    const worker = await join(ada, { name: unique('Will Work'), manager: boss.id });
    const will = await stranger();
    await postSignIn(will.request, worker.email, worker.password);
    const id = await submit(will);

    await ada.goto(`/admin/people/${boss.id}`);
    await ada.getByRole('link', { name: 'Set away period' }).click();
    await expect(ada.getByRole('heading', { level: 1 })).toHaveText(`Set away period of ${boss.name}`);
    await field(ada, 'First day').fill(day(3));
    await field(ada, 'Last day').fill(day(4));
    await button(ada, 'Save').click();
    await expect(ada).toHaveURL(new RegExp(`/admin/people/${boss.id}\\b`));
    await expect(ada.getByRole('list', { name: 'History' }).getByRole('listitem').first()).toContainText('Away period set by Ada Admin');
    await ada.getByRole('link', { name: 'Change', exact: true }).click();
    await field(ada, 'Delegate').selectOption(chosen(other));
    await button(ada, 'Save').click();
    await expect(ada.getByRole('list', { name: 'Away periods' })).toContainText(`${other.name} decides.`);

    await openOrder(ada, id);
    await button(ada, 'Reassign').click();
    await field(ada, 'To').selectOption(chosen(other));
    await button(ada, 'Reassign').click();
    await expect(field(ada, 'Note')).toHaveAccessibleDescription(/Say why/);
    await field(ada, 'Note').fill('Bea changes to Sales.');
    await button(ada, 'Reassign').click();
    await expect(ada.getByRole('status').first()).toContainText(`PO-${id} reassigned.`);
    await expect(route(ada).first()).toContainText(other.name);
  });
});
