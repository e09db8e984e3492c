// Purchase orders as people meet them: every event from draft to completed, and everything that can be refused on the way.

import { expect, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { act, costing, fillLine, history, idOf, line, openOrder, route, saveDraft, state, submit } from '../orders.ts';

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const summary = (page: Page) => page.getByRole('alert').filter({ hasText: 'to correct' });
const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

withAndWithoutJavaScript(() => {
  test('an order over 10,000 climbs from draft over three levels to completed', async ({ as }) => {
    test.slow();
    const sam = await as('sam');
    const title = unique('Laptops for the design team');

    await test.step('Sam saves a draft that is far from complete, and it has a number', async () => {
      await sam.goto('/');
      await sam.getByRole('link', { name: 'New purchase order' }).click();
      await field(sam, 'Justification').fill(`${title}\nThe old ones are six years old.`);
      await field(sam, 'Vendor').selectOption({ label: 'Northwind Supply' });
      await button(sam, 'Save draft').click();
      await expect(sam).toHaveURL(/\/purchase-orders\/\d+/);
      await expect(state(sam)).toHaveText('Draft');
      await expect(sam.getByRole('heading', { level: 1 })).toHaveText(`PO-${idOf(sam)} ${title}`);
    });
    const id = idOf(sam);

    await test.step('he comes back to it, adds lines, and the totals are exact', async () => {
      await sam.goto('/purchase-orders?scope=mine');
      await sam.getByRole('link', { name: `PO-${id}` }).click();
      await fillLine(sam, 1, { description: 'Laptop', quantity: '10', unit: 'each', unitPrice: '1,150.00', costCentre: 'CC-200' });
      await button(sam, 'Add line').click();
      await expect(line(sam, 2)).toBeVisible();
      await expect(line(sam, 1).getByLabel('Unit price')).toHaveValue('1,150.00');
      await expect(line(sam, 1).getByLabel('Cost centre')).toHaveValue('CC-200');
      await fillLine(sam, 2, { description: 'Cable', quantity: '1000.5', unit: 'm', unitPrice: '0.4998' });
      await field(sam, 'Needed by').fill('2099-12-31');
      await field(sam, 'Ship to').fill('14 Harbour Road\nBristol');
      await button(sam, 'Save draft').click();
      await expect(sam.getByText(`Draft PO-${id} saved.`)).toBeVisible();
      // 1000.5 × 0.4998 = 500.0499, half up.
      await expect(line(sam, 2)).toContainText('500.05');
      await expect(line(sam, 1)).toContainText('11,500.00');
      await expect(sam.getByRole('status', { name: 'Total' })).toHaveText('12,000.05');
      await expect(field(sam, 'Needed by')).toHaveValue('2099-12-31');
      await expect(field(sam, 'Ship to')).toHaveValue('14 Harbour Road\nBristol');
    });

    await test.step('he corrects a price and sees who will be asked', async () => {
      await fillLine(sam, 2, { quantity: '1000', unitPrice: '0.5' });
      await button(sam, 'Save draft').click();
      await expect(sam.getByRole('status', { name: 'Total' })).toHaveText('12,000.00');
      await expect(sam.getByText('10,000.01 or more: Mia Moss, then Fay Finch, then Carla Chief.')).toBeVisible();
      await expect(route(sam)).toContainText(['Mia Moss', 'Fay Finch', 'Carla Chief']);
    });

    await test.step('he submits it and can only wait, withdraw or cancel', async () => {
      await button(sam, 'Submit for approval').click();
      await expect(state(sam)).toHaveText('Pending approval');
      await expect(route(sam).filter({ hasText: 'Mia Moss' })).toHaveAttribute('aria-current', 'step');
      await expect(button(sam, 'Withdraw')).toBeVisible();
      await expect(button(sam, 'Cancel')).toBeVisible();
      await expect(button(sam, 'Approve')).toHaveCount(0);
      await expect(button(sam, 'Reject')).toHaveCount(0);
      await expect(field(sam, 'Vendor')).toHaveCount(0);
    });

    const levels: [string, string, string, string][] = [
      ['mia', 'Pending approval', 'The old ones are slow indeed.', 'Requires finance review'],
      ['fay', 'Requires finance review', 'Within the budget.', 'Requires executive review'],
      ['carla', 'Requires executive review', '', 'Approved'],
    ];
    for (const [firstName, before, note, after] of levels) {
      await test.step(`${firstName} approves`, async () => {
        const approver = await as(firstName);
        await openOrder(approver, id);
        await expect(state(approver)).toHaveText(before);
        await field(approver, 'Note').fill(note);
        await button(approver, 'Approve').click();
        await expect(state(approver)).toHaveText(after);
        await expect(button(approver, 'Approve')).toHaveCount(0);
      });
    }

    const pat = await as('pat');
    await test.step('Pat places it', async () => {
      await pat.goto('/purchase-orders?scope=placed');
      await pat.getByRole('link', { name: `PO-${id}` }).click();
      await expect(state(pat)).toHaveText('Approved');
      await button(pat, 'Start processing').click();
      await expect(state(pat)).toHaveText('Processing');
    });

    await test.step('more than was ordered is refused beside its line', async () => {
      await field(pat, 'Received of line 1').fill('11');
      await field(pat, 'Received of line 2').fill('250.5');
      await field(pat, 'Note').fill('Three boxes.');
      await button(pat, 'Receive').click();
      await expect(field(pat, 'Received of line 1')).toHaveAccessibleDescription(/Received must be between zero and what was ordered/);
      await expect(field(pat, 'Received of line 1')).toHaveValue('11');
      await expect(field(pat, 'Received of line 2')).toHaveValue('250.5');
      await expect(field(pat, 'Note')).toHaveValue('Three boxes.');
    });

    await test.step('she receives a part, and completing wants a reason', async () => {
      await field(pat, 'Received of line 1').fill('4');
      await button(pat, 'Receive').click();
      await expect(summary(pat)).toHaveCount(0);
      await expect(state(pat)).toHaveText('Processing');
      await expect(field(pat, 'Received of line 1')).toHaveValue('4');
      await button(pat, 'Complete').click();
      await button(pat, 'Complete').click();
      await expect(field(pat, 'Note')).toHaveAccessibleDescription(/Not everything was received: say why the order is complete\./);
      await pat.getByRole('link', { name: `Back to PO-${id}` }).click();
    });

    await test.step('she receives the rest and completes it', async () => {
      await button(pat, 'Receive everything').click();
      await expect(field(pat, 'Received of line 1')).toHaveValue('10');
      await expect(field(pat, 'Received of line 2')).toHaveValue('1000');
      await button(pat, 'Complete').click();
      await expect(pat).toHaveURL(new RegExp(`/purchase-orders/${id}/complete`));
      await button(pat, 'Complete').click();
      await expect(state(pat)).toHaveText('Completed');
      await expect(button(pat, 'Complete')).toHaveCount(0);
    });

    await test.step('Sam reads the whole story, newest first', async () => {
      await openOrder(sam, id);
      await expect(state(sam)).toHaveText('Completed');
      await expect(history(sam)).toContainText([
        'Completed by Pat Price',
        'Received by Pat Price',
        'Received by Pat Price',
        'Processing started by Pat Price',
        /Approved \(level 3\) by Carla Chief/,
        /Approved \(level 2\) by Fay Finch/,
        /Approved \(level 1\) by Mia Moss/,
        /Submitted for approval.* by Sam Stone/,
        'Created by Sam Stone',
      ]);
      await expect(history(sam).filter({ hasText: 'Mia Moss' })).toContainText('The old ones are slow indeed.');
      await expect(history(sam).filter({ hasText: 'Fay Finch' })).toContainText('Requires finance review → Requires executive review');
      for (const name of ['Withdraw', 'Cancel', 'Reopen', 'Receive', 'Complete']) await expect(button(sam, name)).toHaveCount(0);
    });
  });

  test('a rejected order says why, comes back with its lines, and is decided anew at every level', async ({ as }) => {
    test.slow();
    const [sam, mia, fay] = [await as('sam'), await as('mia'), await as('fay')];
    const id = await submit(sam, {
      justification: unique('Desks'),
      lines: [
        { description: 'Desk', quantity: '2', unit: 'each', unitPrice: '1200', costCentre: 'CC-100' },
        { description: 'Lamp', quantity: '3', unit: 'each', unitPrice: '49.90' },
      ],
    });
    await act(mia, id, 'approve');

    await test.step('Fay rejects; without category and reason it is not done', async () => {
      await openOrder(fay, id);
      await button(fay, 'Reject').click();
      await button(fay, 'Reject').click();
      await expect(summary(fay)).toContainText('2 things to correct');
      await expect(field(fay, 'Reason category')).toHaveAccessibleDescription('Choose a reason category.');
      await expect(field(fay, 'Reason')).toHaveAccessibleDescription('Say why.');
      await field(fay, 'Reason category').selectOption('Price');
      await field(fay, 'Reason').fill('Last year they cost half.');
      await button(fay, 'Reject').click();
      await expect(state(fay)).toHaveText('Rejected');
    });

    await test.step('Sam sees why, and what he had ordered', async () => {
      await openOrder(sam, id);
      await expect(state(sam)).toHaveText('Rejected');
      await expect(sam.getByRole('region', { name: 'Why it was rejected' })).toContainText('Price: Last year they cost half.');
      await expect(sam.getByRole('table', { name: /Lines/ })).toContainText('Lamp');
    });

    await test.step('he reopens it with its lines, changes one, and submits again', async () => {
      await button(sam, 'Reopen').click();
      await expect(state(sam)).toHaveText('Draft');
      await expect(line(sam, 1).getByLabel('Description')).toHaveValue('Desk');
      await expect(line(sam, 1).getByLabel('Cost centre')).toHaveValue('CC-100');
      await expect(line(sam, 2).getByLabel('Unit price')).toHaveValue('49.90');
      await fillLine(sam, 1, { unitPrice: '600' });
      await button(sam, 'Submit for approval').click();
      await expect(state(sam)).toHaveText('Pending approval');
      await expect(sam.getByRole('definition').filter({ hasText: /^2$/ })).toBeVisible();
    });

    await test.step('Mia, who had approved, and Fay are asked again', async () => {
      await openOrder(mia, id);
      const changed = mia.getByRole('table', { name: 'Changed since round 1' });
      await expect(changed.getByRole('row').nth(1)).toContainText(/Desk: 2 each at 1,200\.00.*Desk: 2 each at 600\.00/);
      await expect(changed.getByRole('row').last()).toContainText('Total');
      await button(mia, 'Approve').click();
      await expect(state(mia)).toHaveText('Requires finance review');
      await openOrder(fay, id);
      await button(fay, 'Approve').click();
      await expect(state(fay)).toHaveText('Approved');
      await expect(history(fay)).toContainText([
        'Approved (level 2) by Fay Finch',
        'Approved (level 1) by Mia Moss',
        /Submitted for approval.* by Sam Stone/,
        /Reopened.* by Sam Stone/,
        'Rejected (level 2) by Fay Finch',
        'Approved (level 1) by Mia Moss',
        /Submitted for approval.* by Sam Stone/,
        'Created by Sam Stone',
      ]);
      await expect(history(fay).filter({ hasText: 'Rejected' }).last()).toContainText('Last year they cost half.');
    });
  });

  test('lines are added and removed, and everything typed stays', async ({ as }) => {
    const sam = await as('sam');
    await sam.goto('/purchase-orders/new');
    await field(sam, 'Justification').fill('Two\nlines of it');
    await field(sam, 'Needed by').fill('2099-01-02');
    await field(sam, 'Vendor').selectOption({ label: 'Acme Tools' });
    await fillLine(sam, 1, { description: 'First "quoted" & <b>', quantity: 'a few', unit: 'each', unitPrice: '1' });
    await button(sam, 'Add line').click();
    await fillLine(sam, 2, { description: 'Second', quantity: '2', unit: 'kg', unitPrice: '3.3333', costCentre: 'C2' });
    await button(sam, 'Add line').click();
    await expect(line(sam, 3).getByLabel('Description')).toBeInViewport();
    await fillLine(sam, 3, { description: 'Third', quantity: '3', unit: 'm', unitPrice: '0.0001' });

    await button(sam, 'Remove line 1').click();
    await expect(line(sam, 3)).toHaveCount(0);
    await expect(line(sam, 1).getByLabel('Description')).toHaveValue('Second');
    await expect(line(sam, 1).getByLabel('Quantity')).toHaveValue('2');
    await expect(line(sam, 1).getByLabel('Unit', { exact: true })).toHaveValue('kg');
    await expect(line(sam, 1).getByLabel('Unit price')).toHaveValue('3.3333');
    await expect(line(sam, 1).getByLabel('Cost centre')).toHaveValue('C2');
    await expect(line(sam, 2).getByLabel('Description')).toHaveValue('Third');
    await expect(field(sam, 'Justification')).toHaveValue('Two\nlines of it');
    await expect(field(sam, 'Needed by')).toHaveValue('2099-01-02');
    await expect(field(sam, 'Vendor').locator('option:checked')).toHaveText('Acme Tools');
    await expect(sam.getByRole('status', { name: 'Total' })).toHaveText('6.67');

    await button(sam, 'Remove line 2').click();
    await button(sam, 'Remove line 1').click();
    await expect(line(sam, 1).getByLabel('Description')).toHaveValue('');
    await expect(line(sam, 2)).toHaveCount(0);
  });

  test('bad input comes back as typed, each message beside its field, and the summary has the focus', async ({ as }) => {
    const sam = await as('sam');
    await sam.goto('/purchase-orders/new');
    await field(sam, 'Justification').fill('Kept as it is');
    await field(sam, 'Needed by').fill('2001-02-03');
    await fillLine(sam, 1, { description: 'Screws', quantity: 'twelve', unit: 'box', unitPrice: '1.23456' });
    await button(sam, 'Save draft').click();

    await expect(summary(sam)).toBeFocused();
    await expect(summary(sam)).toContainText('3 things to correct');
    await expect(field(sam, 'Needed by')).toHaveAccessibleDescription('Choose today or a later day.');
    await expect(line(sam, 1).getByLabel('Quantity')).toHaveAccessibleDescription('Use digits and a point, like 12.50.');
    await expect(line(sam, 1).getByLabel('Unit price')).toHaveAccessibleDescription('Use at most 4 decimals.');
    await expect(field(sam, 'Justification')).toHaveValue('Kept as it is');
    await expect(field(sam, 'Needed by')).toHaveValue('2001-02-03');
    await expect(line(sam, 1).getByLabel('Quantity')).toHaveValue('twelve');
    await expect(line(sam, 1).getByLabel('Unit price')).toHaveValue('1.23456');

    await summary(sam).getByRole('link', { name: 'Use digits and a point, like 12.50.' }).click();
    await expect(line(sam, 1).getByLabel('Quantity')).toBeFocused();
  });

  test('submitting what is not complete says everything that is missing, and saves nothing', async ({ as }) => {
    const sam = await as('sam');
    const title = unique('Half of an order');
    await sam.goto('/purchase-orders/new');
    await field(sam, 'Justification').fill(title);
    await fillLine(sam, 1, { description: 'Screws', quantity: '', unit: 'box', unitPrice: '2' });
    await button(sam, 'Submit for approval').click();
    await expect(summary(sam)).toBeFocused();
    await expect(field(sam, 'Vendor')).toHaveAccessibleDescription('Choose a vendor.');
    await expect(line(sam, 1).getByLabel('Quantity')).toHaveAccessibleDescription('Enter a quantity above zero.');
    await expect(field(sam, 'Justification')).toHaveValue(title);
    await sam.goto('/purchase-orders?scope=mine');
    await expect(sam.getByText(title)).toHaveCount(0);
  });

  test('an order to a vendor on hold is refused beside the vendor, with everything typed kept', async ({ as }) => {
    const sam = await as('sam');
    await sam.goto('/purchase-orders/new');
    const shady = field(sam, 'Vendor').locator('option', { hasText: 'Shady Goods' });
    await field(sam, 'Vendor').selectOption(await shady.getAttribute('value'));
    await field(sam, 'Justification').fill('Cheap ones');
    await fillLine(sam, 1, { description: 'Watches', quantity: '7', unit: 'each', unitPrice: '9.99' });
    await button(sam, 'Submit for approval').click();
    await expect(field(sam, 'Vendor')).toHaveAccessibleDescription(/Shady Goods is on hold: Two deliveries never arrived/);
    await expect(summary(sam)).toBeFocused();
    await expect(field(sam, 'Vendor').locator('option:checked')).toContainText('Shady Goods');
    await expect(field(sam, 'Justification')).toHaveValue('Cheap ones');
    await expect(line(sam, 1).getByLabel('Quantity')).toHaveValue('7');
    await expect(line(sam, 1).getByLabel('Unit price')).toHaveValue('9.99');
  });

  test('a double click on Save draft makes one order', async ({ as }) => {
    const sam = await as('sam');
    const title = unique('Only one');
    await sam.goto('/purchase-orders/new');
    await field(sam, 'Justification').fill(title);
    await button(sam, 'Save draft').dblclick();
    await expect(sam.getByRole('heading', { level: 1 })).toContainText(title);
    await sam.goto('/purchase-orders?scope=mine');
    await expect(sam.getByRole('link', { name: title })).toHaveCount(1);
  });

  test('a withdrawn order is a draft again, and a cancelled one is final', async ({ as }) => {
    const sam = await as('sam');
    const id = await submit(sam);
    await openOrder(sam, id);
    await button(sam, 'Withdraw').click();
    await field(sam, 'Note').fill('One more thing.');
    await button(sam, 'Withdraw').click();
    await expect(state(sam)).toHaveText('Draft');
    await expect(line(sam, 1).getByLabel('Description')).toHaveValue('Laptop');
    await expect(history(sam).first()).toContainText('One more thing.');

    await button(sam, 'Cancel').click();
    await expect(sam.getByText('A cancelled order is final')).toBeVisible();
    await sam.getByRole('link', { name: `Back to PO-${id}` }).click();
    await expect(state(sam)).toHaveText('Draft');
    await button(sam, 'Cancel').click();
    await button(sam, 'Cancel').click();
    await expect(state(sam)).toHaveText('Cancelled');
    await expect(sam.getByRole('button', { name: /Reopen|Submit|Withdraw|Cancel/ })).toHaveCount(0);
  });

  test('after approval only purchasing cancels, and says why', async ({ as }) => {
    const [sam, mia, pat] = [await as('sam'), await as('mia'), await as('pat')];
    const id = await submit(sam);
    await act(mia, id, 'approve');
    await openOrder(sam, id);
    await expect(button(sam, 'Cancel')).toHaveCount(0);
    await openOrder(pat, id);
    await button(pat, 'Cancel').click();
    await button(pat, 'Cancel').click();
    await expect(field(pat, 'Note')).toHaveAccessibleDescription('Say why in the note.');
    await field(pat, 'Note').fill('The vendor closed down.');
    await button(pat, 'Cancel').click();
    await expect(state(pat)).toHaveText('Cancelled');
    await expect(history(pat).first()).toContainText('The vendor closed down.');
  });

  test("who holds override decides in the approver's place, with a reason that everybody reads", async ({ as }) => {
    const [sam, vik] = [await as('sam'), await as('vik')];
    const id = await submit(sam);
    await openOrder(vik, id);
    await expect(vik.getByRole('heading', { name: "Decide in Mia Moss's place" })).toBeVisible();
    await field(vik, 'Note').fill('Go ahead.');
    await button(vik, 'Approve').click();
    await expect(field(vik, 'Override reason')).toHaveAccessibleDescription(/Say why you decide in the approver's place\./);
    await expect(field(vik, 'Note')).toHaveValue('Go ahead.');
    await field(vik, 'Override reason').fill('Mia is ill.');
    await button(vik, 'Approve').click();
    await expect(state(vik)).toHaveText('Approved');
    await openOrder(sam, id);
    const decided = history(sam).first();
    await expect(decided).toContainText('Approved (level 1) by Vik Vance');
    await expect(decided).toContainText('(override)');
    await expect(decided).toContainText('Override reason: Mia is ill.');
  });

  test('who acts on a page that is out of date is told what happened, and keeps what they wrote', async ({ as }) => {
    const [sam, mia, vik] = [await as('sam'), await as('mia'), await as('vik')];
    const id = await submit(sam, { lines: costing('2500.00') });
    await openOrder(vik, id);
    await field(vik, 'Override reason').fill('Mia is ill.');
    await field(vik, 'Note').fill('A note worth keeping.');
    await act(mia, id, 'approve');
    const [answer] = await Promise.all([
      vik.waitForResponse((response) => response.request().isNavigationRequest() && response.status() !== 303),
      button(vik, 'Approve').click(),
    ]);
    expect(answer.status()).toBe(409);
    await expect(vik.getByRole('alert')).toContainText(/Already approved by Mia Moss a moment ago\..*requires finance review/);
    await expect(vik.getByText('A note worth keeping.').first()).toBeVisible();
    await expect(state(vik)).toHaveText('Requires finance review');
    await expect(history(vik).first()).toContainText('Mia Moss');
  });

  test('a draft saved in two windows is refused in the second, with nothing lost of what was typed', async ({ as }) => {
    const sam = await as('sam');
    const id = await saveDraft(sam, { justification: 'As it was' });
    const other = await sam.context().newPage();
    await openOrder(sam, id);
    await openOrder(other, id);
    await field(sam, 'Justification').fill('As the first window has it');
    await button(sam, 'Save draft').click();
    await expect(sam.getByText(`Draft PO-${id} saved.`)).toBeVisible();
    await field(other, 'Justification').fill('As the second window has it');
    await fillLine(other, 1, { quantity: '4' });
    await button(other, 'Save draft').click();
    await expect(other.getByRole('alert')).toContainText('This draft was saved elsewhere since you opened it.');
    await expect(field(other, 'Justification')).toHaveValue('As the second window has it');
    await expect(line(other, 1).getByLabel('Quantity')).toHaveValue('4');
    await openOrder(sam, id);
    await expect(field(sam, 'Justification')).toHaveValue('As the first window has it');
  });
});

test('Enter in a field saves the draft: it neither adds a line nor submits', async ({ as }) => {
  const sam = await as('sam');
  await sam.goto('/purchase-orders/new');
  await line(sam, 1).getByLabel('Description').fill('Chair');
  await line(sam, 1).getByLabel('Description').press('Enter');
  await expect(sam).toHaveURL(/\/purchase-orders\/\d+/);
  await expect(state(sam)).toHaveText('Draft');
});

test('who may not see an order is told that there is none', async ({ as }) => {
  const [sam, tess, pat] = [await as('sam'), await as('tess'), await as('pat')];
  const id = await submit(sam);
  for (const stranger of [tess, pat]) {
    const answer = await stranger.goto(`/purchase-orders/${id}`);
    expect(answer?.status()).toBe(404);
    await expect(stranger.getByRole('heading', { level: 1 })).toHaveText('Not found');
    await expect(stranger.getByText('Laptops')).toHaveCount(0);
  }
  await act(await as('mia'), id, 'approve');
  await openOrder(pat, id);
  await expect(state(pat)).toHaveText('Approved');
  expect((await tess.goto(`/purchase-orders/${id}`))?.status()).toBe(404);
});

test('what is not yours to do has no button, and asking for it all the same changes nothing', async ({ as }) => {
  const [sam, mia, aud] = [await as('sam'), await as('mia'), await as('aud')];
  const id = await submit(sam);
  await openOrder(aud, id);
  await expect(aud.getByRole('button', { name: /Approve|Reject|Withdraw|Cancel/ })).toHaveCount(0);
  for (const page of [sam, aud]) {
    const answer = await page.goto(`/purchase-orders/${id}/reject`);
    expect(answer?.status()).toBe(403);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('Not allowed');
    const posted = await page.request.post('/fn/approve_purchase_order', { form: { id, version: '1' } });
    expect([403, 409]).toContain(posted.status());
  }
  await openOrder(mia, id);
  await expect(state(mia)).toHaveText('Pending approval');
});

test('an order of a thousand goes to two levels, one cent less to one', async ({ as }) => {
  const sam = await as('sam');
  for (const [total, names] of [['999.99', ['Mia Moss']], ['1000.00', ['Mia Moss', 'Fay Finch']], ['10000.00', ['Mia Moss', 'Fay Finch']], ['10000.01', ['Mia Moss', 'Fay Finch', 'Carla Chief']]] as const) {
    await openOrder(sam, await saveDraft(sam, { lines: costing(total) }));
    await expect(route(sam)).toHaveCount(names.length);
    await expect(route(sam)).toContainText([...names]);
  }
});

test('what waits for a decision stands in the inbox until it is made', async ({ as }) => {
  const [sam, carla] = [await as('sam'), await as('carla')];
  const title = unique('For Carla');
  const id = await submit(sam, { justification: title, lines: costing('12000') });
  await act(await as('mia'), id, 'approve');
  await act(await as('fay'), id, 'approve');
  const inInbox = async () => {
    await carla.goto('/approvals');
    for (;;) {
      if (await carla.getByRole('link', { name: title }).count()) return true;
      const next = carla.getByRole('link', { name: 'Next page' });
      if (!(await next.count())) return false;
      await next.click();
      await carla.waitForLoadState();
    }
  };
  expect(await inInbox()).toBe(true);
  const row = carla.getByRole('row').filter({ hasText: title });
  await expect(row).toContainText('Sam Stone');
  await expect(row).toContainText('Northwind Supply');
  await expect(row).toContainText('12,000.00 USD');
  await carla.getByRole('link', { name: title }).click();
  await expect(carla.locator('#preview')).toContainText(title);
  await button(carla, 'Approve').click();
  await expect(carla.getByRole('list', { name: 'Results' })).toContainText(`PO-${id}: Approved.`);
  expect(await inInbox()).toBe(false);
});

test('the page of the workflow shows every state and every transition', async ({ as }) => {
  const sam = await as('sam');
  await sam.goto('/purchase-orders');
  await sam.getByRole('link', { name: 'How it works' }).click();
  await expect(sam.getByRole('heading', { level: 1 })).toHaveText('How purchase orders run');
  const table = sam.getByRole('table', { name: 'Transitions of a purchase order' });
  await expect(table.getByRole('row').filter({ hasText: 'Submit for approval' })).toContainText('Its submitter');
  for (const name of ['Draft', 'Pending approval', 'Requires finance review', 'Requires executive review', 'Approved', 'Rejected', 'Processing', 'Completed', 'Cancelled']) {
    await expect(table.getByRole('cell', { name, exact: true }).first()).toBeVisible();
  }
});
