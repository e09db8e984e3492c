// Every page there is, and how to come to it: for what must hold on all of them, and for pictures.

import type { BrowserContextOptions } from '@playwright/test';
import { setUp } from './factors.ts';
import { expect, postSignIn, signIn, unique, type Page } from './fixtures.ts';
import { mailedLink, passwordLink } from './links.ts';
import { act, attach, costing, fillLine, openOrder, saveDraft, say, submit } from './orders.ts';
import { join } from './people.ts';
import { proposeRules } from './rules.ts';
import { addVendor, stand } from './vendors.ts';

export interface Visitors {
  as: (firstName: string, options?: BrowserContextOptions) => Promise<Page>;
  stranger: (options?: BrowserContextOptions) => Promise<Page>;
}

export interface Place {
  /** What it shows, in words; unique. */
  name: string;
  /** Goes there with data of its own. */
  open: (visitors: Visitors) => Promise<Page>;
}

const at = (name: string, firstName: string, path: string): Place => ({
  name,
  open: async ({ as }) => {
    const page = await as(firstName);
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    return page;
  },
});

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click();

/** An order moved on by these people, then shown to `reader`. */
const order = (name: string, reader: string, steps: [string, string, Record<string, string>?][], then?: (page: Page) => Promise<unknown>): Place => ({
  name,
  open: async ({ as }) => {
    const id = await submit(await as('sam'), { justification: unique('Workstations for the design team'), lines: STORY });
    for (const [who, event, fields] of steps) await act(await as(who), id, event, fields);
    const page = await as(reader);
    await openOrder(page, id);
    await then?.(page);
    return page;
  },
});

/** What somebody who is not signed in does with the link of a mail. */
const byLink = (name: string, then: (page: Page, link: string) => Promise<unknown>): Place => ({
  name,
  open: async ({ as, stranger }) => {
    const id = await submit(await as('sam'), { justification: unique('Workstations for the design team'), lines: STORY });
    const link = await mailedLink(await as('ada'), id);
    const page = await stranger();
    await then(page, link);
    return page;
  },
});

const STORY = [
  { description: 'Workstation 16", 64 GB', quantity: '5', unit: 'each', unitPrice: '2,150.00', costCentre: 'CC-200' },
  { description: 'Docking station', quantity: '5', unit: 'each', unitPrice: '219.90', costCentre: 'CC-200' },
  { description: 'Cable, by the metre', quantity: '302.4', unit: 'm', unitPrice: '0.4983', costCentre: '' },
];
const MIA: [string, string, Record<string, string>?] = ['mia', 'approve', { note: 'The old ones are six years old and slow everybody down.' }];
const FAY: [string, string, Record<string, string>?] = ['fay', 'approve', { note: 'Within the budget of this quarter.' }];
const CARLA: [string, string] = ['carla', 'approve'];
const PAT: [string, string] = ['pat', 'start_processing'];
const TO_APPROVED = [MIA, FAY, CARLA];
const REJECTED: [string, string, Record<string, string>?] = ['fay', 'reject', { category: 'price', reason: 'Last year the same cost a third less.\nAsk Acme Tools for an offer too.' }];

export const PAGES: Place[] = [
  {
    name: 'sign-in',
    open: async ({ stranger }) => {
      const page = await stranger();
      await page.goto('/login');
      return page;
    },
  },
  {
    name: 'forgotten-password',
    open: async ({ stranger }) => {
      const page = await stranger();
      await page.goto('/login/forgotten');
      return page;
    },
  },
  {
    name: 'password-link',
    open: async ({ as, stranger }) => {
      const ada = await as('ada');
      const { id } = await join(ada, { password: '' });
      const page = await stranger();
      await page.goto(await passwordLink(ada, id, 'You are invited to Countersign'));
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Choose your password');
      return page;
    },
  },
  {
    name: 'password-link-unknown',
    open: async ({ stranger }) => {
      const page = await stranger();
      await page.goto('/reset/no-such-link');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link does not work any more');
      return page;
    },
  },
  {
    name: 'approval-link-unknown',
    open: async ({ stranger }) => {
      const page = await stranger();
      await page.goto('/a/no-such-link');
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link is not known');
      return page;
    },
  },
  byLink('approval-link', (page, link) => page.goto(link)),
  byLink('approval-link-reject', (page, link) => page.goto(`${link}/reject`)),
  byLink('approval-link-used', async (page, link) => {
    await page.goto(link);
    await press(page, 'Approve');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('This link was used');
  }),
  at('not-found', 'sam', '/no-such-page'),
  at('not-allowed', 'sam', '/admin/people'),
  at('my-work', 'sam', '/'),
  at('my-work-of-an-approver', 'fay', '/'),
  at('my-work-of-purchasing', 'pat', '/'),
  at('my-work-empty', 'aud', '/'),
  at('orders-mine', 'sam', '/purchase-orders?scope=mine'),
  at('orders-all', 'carla', '/purchase-orders?scope=all'),
  at('orders-filtered', 'carla', '/purchase-orders?scope=all&state=approved&total_from=1000&q=team&sort=total&panel=filters'),
  at('orders-with-a-wrong-filter', 'carla', '/purchase-orders?scope=all&total_from=1e3'),
  at('orders-nothing-fits', 'sam', '/purchase-orders?q=zzzz'),
  at('orders-empty', 'aud', '/purchase-orders?scope=mine'),
  at('approvals', 'fay', '/approvals'),
  {
    name: 'approvals-open',
    open: async ({ as }) => {
      const page = await as('fay');
      await page.goto('/approvals?select=all');
      await page.locator('a.row-link').first().click();
      await expect(page.locator('#preview')).toBeVisible();
      return page;
    },
  },
  {
    name: 'approvals-reject',
    open: async ({ as }) => {
      const page = await as('fay');
      await page.goto('/approvals?select=all');
      await press(page, 'Reject selected');
      await press(page, 'Reject');
      await expect(page.getByRole('alert')).toBeVisible();
      return page;
    },
  },
  at('approvals-empty', 'aud', '/approvals'),
  at('dashboard', 'carla', '/dashboards/approvals'),
  at('dashboard-of-a-manager', 'mia', '/dashboards/approvals?days=7'),
  {
    name: 'dashboard-as-a-table',
    open: async ({ as }) => {
      const page = await as('aud');
      await page.goto('/dashboards/approvals?days=90');
      await page.getByText('As a table').click();
      await expect(page.getByRole('table', { name: 'What was decided over time' })).toBeVisible();
      return page;
    },
  },
  at('workflow', 'sam', '/workflows/purchase_order'),
  at('account', 'sam', '/account'),
  at('second-factor-set-up', 'sam', '/account/second-factor'),
  {
    name: 'second-factor-codes',
    open: async ({ as, stranger }) => {
      const person = await join(await as('ada'));
      const page = await stranger();
      await postSignIn(page.request, person.email, person.password);
      await page.goto('/account/second-factor');
      await setUp(page);
      return page;
    },
  },
  at('second-factor-off', 'sam', '/account/second-factor/off'),
  {
    name: 'second-factor-code',
    open: async ({ as, stranger }) => {
      const person = await join(await as('ada'));
      const first = await stranger();
      await postSignIn(first.request, person.email, person.password);
      await first.goto('/account/second-factor');
      await setUp(first);
      const page = await stranger();
      await page.goto('/login');
      await signIn(page, person.email, person.password);
      await expect(page.getByRole('heading', { level: 1 })).toHaveText('Enter your code');
      return page;
    },
  },
  at('second-factor-required', 'ada', '/admin/second-factor'),
  at('second-factor-required-read', 'aud', '/admin/second-factor'),
  {
    name: 'notifications',
    open: async ({ as }) => {
      await submit(await as('sam'), { justification: unique('Chairs for the meeting room'), lines: STORY });
      const page = await as('mia');
      await page.goto('/notifications');
      await expect(page.getByRole('button', { name: 'Mark all as read' })).toBeVisible();
      return page;
    },
  },
  at('notifications-empty', 'aud', '/notifications'),
  at('away-form', 'mia', '/account/away'),
  {
    name: 'away-form-with-errors',
    open: async ({ as }) => {
      const page = await as('mia');
      await submit(await as('sam'));
      await page.goto('/account/away');
      await page.getByLabel('First day').fill('2026-03-06');
      await page.getByLabel('Last day').fill('2026-03-04');
      await press(page, 'Save');
      await expect(page.getByRole('alert')).toBeVisible();
      return page;
    },
  },
  at('people', 'ada', '/admin/people'),
  at('person-new', 'ada', '/admin/people/new'),
  at('person', 'ada', '/admin/people/4'),
  at('person-away', 'ada', '/admin/people/4/away'),
  {
    name: 'person-who-is-away',
    open: async ({ as }) => {
      const page = await as('ada');
      const { id } = await join(page, { name: unique('Nora North') });
      await page.goto(`/admin/people/${id}/away`);
      const day = (from: number) => new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10);
      await page.getByLabel('First day').fill(day(-2));
      await page.getByLabel('Last day').fill(day(9));
      await page.getByLabel('Reason').fill('Parental leave');
      await press(page, 'Save');
      await expect(page.getByRole('list', { name: 'Away periods' })).toBeVisible();
      return page;
    },
  },
  at('person-for-auditors', 'aud', '/admin/people/4'),
  at('person-deactivate', 'ada', '/admin/people/6/deactivate'),
  at('vendors', 'pat', '/admin/vendors'),
  at('vendor-new', 'pat', '/admin/vendors/new'),
  at('vendor', 'pat', '/admin/vendors/1'),
  at('vendor-for-auditors', 'aud', '/admin/vendors/3'),
  at('vendor-hold', 'pat', '/admin/vendors/1/hold'),
  {
    name: 'vendor-on-hold-and-flagged',
    open: async ({ as }) => {
      const [pat, ada] = [await as('pat'), await as('ada')];
      const { id } = await addVendor(pat);
      await stand(pat, id, 'flag', 'Prices went up twice within a month.');
      await stand(ada, id, 'hold', 'Two deliveries never arrived, and nobody answers the phone.');
      await pat.goto(`/admin/vendors/${id}`);
      await expect(pat.getByRole('status', { name: 'State' })).toHaveText('On hold, under review');
      return pat;
    },
  },
  at('departments', 'ada', '/admin/departments'),
  at('department-new', 'ada', '/admin/departments/new'),
  at('department', 'ada', '/admin/departments/1'),
  at('department-for-auditors', 'aud', '/admin/departments/1'),
  at('cost-centres', 'ada', '/admin/cost-centres'),
  at('cost-centre-new', 'ada', '/admin/cost-centres/new'),
  at('cost-centre', 'ada', '/admin/cost-centres/1'),
  at('rules', 'ada', '/admin/rules'),
  at('rules-new', 'ada', '/admin/rules/new'),
  at('rules-in-force', 'ada', '/admin/rules/1'),
  at('rules-for-auditors', 'aud', '/admin/rules/1'),
  at('rules-change', 'ada', '/admin/rules/1/change'),
  at('rules-boundaries', 'ada', '/admin/rules/1/boundaries'),
  at('rates', 'ada', '/admin/rates'),
  at('rates-for-auditors', 'aud', '/admin/rates'),
  at('rates-of-one', 'ada', '/admin/rates?currency=EUR'),
  at('rules-four-eyes', 'ada', '/admin/rules/four-eyes'),
  {
    name: 'rules-proposed',
    open: async ({ as }) => {
      const ada = await as('ada');
      await proposeRules(ada);
      return ada;
    },
  },
  {
    name: 'rules-with-errors',
    open: async ({ as }) => {
      const ada = await as('ada');
      await ada.goto('/admin/rules/new');
      await press(ada, 'Propose');
      await expect(ada.getByRole('alert')).toBeVisible();
      return ada;
    },
  },
  {
    name: 'rules-withdraw',
    open: async ({ as }) => {
      const ada = await as('ada');
      await ada.goto(`${await proposeRules(ada)}/withdraw`);
      await expect(ada.getByRole('heading', { level: 1 })).toHaveText('Withdraw');
      return ada;
    },
  },
  {
    name: 'outbox',
    open: async ({ as }) => {
      await submit(await as('sam'), { justification: unique('Lamps for the desks'), lines: STORY });
      const page = await as('ada');
      await page.goto('/admin/outbox');
      await expect(page.locator('a.row-link').first()).toBeVisible();
      return page;
    },
  },
  {
    name: 'outbox-mail',
    open: async ({ as }) => {
      await submit(await as('sam'), { justification: unique('Shelves for the store'), lines: STORY });
      const page = await as('ada');
      await page.goto('/admin/outbox');
      await page.locator('a.row-link').first().click();
      await expect(page.getByRole('heading', { name: 'Text' })).toBeVisible();
      return page;
    },
  },
  at('audit', 'aud', '/admin/audit'),
  at('clock', 'ada', '/admin/clock'),
  at('clock-jump', 'ada', '/admin/clock/jump?number=3&unit=days'),
  at('clock-jump-wrong', 'ada', '/admin/clock/jump?number=soon&unit=days'),
  at('audit-filtered', 'ada', '/admin/audit?kind=vendor'),
  at('order-new', 'sam', '/purchase-orders/new'),
  {
    name: 'order-form-with-errors',
    open: async ({ as }) => {
      const page = await as('sam');
      await page.goto('/purchase-orders/new');
      await page.getByLabel('Needed by').fill('2001-02-03');
      await page.getByLabel('Quantity').fill('twelve');
      await page.getByLabel('Unit price').fill('1.23456');
      await press(page, 'Submit for approval');
      await expect(page.getByRole('alert')).toBeVisible();
      return page;
    },
  },
  {
    name: 'order-draft',
    open: async ({ as }) => {
      const page = await as('sam');
      const id = await saveDraft(page, { justification: unique('Workstations for the design team'), lines: STORY });
      await openOrder(page, id);
      return page;
    },
  },
  order('order-pending-for-its-submitter', 'sam', []),
  order('order-pending-for-its-approver', 'mia', []),
  {
    name: 'order-with-files-and-comments',
    open: async ({ as }) => {
      const [sam, mia] = [await as('sam'), await as('mia')];
      const id = await submit(sam, { justification: unique('Workstations for the design team'), lines: STORY });
      await attach(sam, id, 'Offer of Northwind Supply, valid until the end of the month.txt', 'Five of them');
      await attach(mia, id, 'plan.txt', 'A plan');
      await say(mia, id, '@sam, is the larger memory really needed?\nThe last ones had half of it.');
      await act(mia, id, 'approve', { note: 'Go ahead with what you have.' });
      await say(sam, id, 'It is: the models are @Dora Diaz\'s and do not fit. @fay knows the figures.');
      await openOrder(sam, id);
      return sam;
    },
  },
  {
    name: 'attachment-remove',
    open: async ({ as }) => {
      const sam = await as('sam');
      const id = await saveDraft(sam);
      await attach(sam, id, 'wrong.txt', 'Something else');
      await openOrder(sam, id);
      await sam.getByRole('link', { name: 'Remove wrong.txt' }).click();
      await expect(sam.getByRole('heading', { level: 1 })).toHaveText('Remove wrong.txt');
      return sam;
    },
  },
  {
    name: 'attachment-refused',
    open: async ({ as }) => {
      const sam = await as('sam');
      await openOrder(sam, await submit(sam));
      await press(sam, 'Attach file');
      await expect(sam.getByRole('alert')).toBeVisible();
      return sam;
    },
  },
  {
    name: 'my-work-mentioned',
    open: async ({ as }) => {
      const [sam, dora] = [await as('sam'), await as('dora')];
      await say(sam, await submit(sam), 'Does this fit with your plan, @dora?');
      await dora.goto('/');
      await expect(dora.getByRole('list', { name: 'You were mentioned' })).toBeVisible();
      return dora;
    },
  },
  order('order-pending-for-override', 'vik', []),
  order('order-finance', 'fay', [MIA]),
  order('order-executive', 'carla', [MIA, FAY]),
  order('order-approved', 'pat', TO_APPROVED),
  order('order-processing', 'pat', [...TO_APPROVED, PAT]),
  order('order-completed', 'sam', [...TO_APPROVED, PAT, ['pat', 'receive', { 'received-1': '5', 'received-2': '5', 'received-3': '300' }], ['pat', 'complete', { note: 'The rest of the cable is not needed.' }]]),
  order('order-rejected', 'sam', [MIA, REJECTED]),
  order('order-reopened', 'sam', [MIA, REJECTED, ['sam', 'reopen']]),
  {
    name: 'order-changed-since-round-1',
    open: async ({ as }) => {
      const [sam, mia] = [await as('sam'), await as('mia')];
      const id = await submit(sam, { justification: unique('Workstations for the design team'), lines: STORY });
      await act(mia, id, 'reject', { category: 'price', reason: 'Ask for an offer.' });
      await act(sam, id, 'reopen');
      await openOrder(sam, id);
      await fillLine(sam, 1, { unitPrice: '1,990.00' });
      await press(sam, 'Submit for approval');
      await openOrder(mia, id);
      await expect(mia.getByRole('table', { name: 'Changed since round 1' })).toBeVisible();
      return mia;
    },
  },
  order('order-cancelled', 'sam', [['sam', 'cancel', { note: 'We found some in the cellar.' }]]),
  order('reject-form', 'mia', [], (page) => press(page, 'Reject')),
  order('reject-form-with-errors', 'mia', [], async (page) => {
    await press(page, 'Reject');
    await press(page, 'Reject');
    await expect(page.getByRole('alert')).toBeVisible();
  }),
  order('forward-form', 'mia', [], (page) => press(page, 'Forward')),
  order('forward-to-nobody', 'carla', [MIA, FAY], (page) => press(page, 'Forward')),
  order('reassign-form', 'ada', [], async (page) => {
    await press(page, 'Reassign');
    await press(page, 'Reassign');
    await expect(page.getByRole('alert')).toBeVisible();
  }),
  order('cancel-form', 'sam', [], (page) => press(page, 'Cancel')),
  order('complete-form', 'pat', [...TO_APPROVED, PAT], (page) => press(page, 'Complete')),
  {
    name: 'order-changed-meanwhile',
    open: async ({ as }) => {
      const [sam, vik] = [await as('sam'), await as('vik')];
      const id = await submit(sam, { lines: costing('2500') });
      await openOrder(vik, id);
      await vik.getByLabel('Override reason').fill('Mia is ill.');
      await act(await as('mia'), id, 'approve');
      await press(vik, 'Approve');
      await expect(vik.getByRole('alert')).toBeVisible();
      return vik;
    },
  },
];
