// What people say about a record: beside what happened, with people mentioned.

import { expect, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { history, line, openOrder, saveDraft, state, submit } from '../orders.ts';

const comment = (page: Page) => page.getByLabel('Comment', { exact: true });
const add = (page: Page) => page.getByRole('button', { name: 'Add comment', exact: true }).click();

withAndWithoutJavaScript(() => {
  test('a comment stands among what happened, and who is mentioned is told', async ({ as }) => {
    const [sam, mia] = [await as('sam'), await as('mia')];
    const id = await submit(sam);
    const text = unique('Is this the one we spoke about, @mia?');
    await openOrder(sam, id);
    await comment(sam).fill(text);
    await add(sam);
    await expect(history(sam).first()).toContainText('Comment by Sam Stone');
    await expect(history(sam).first()).toContainText(text);
    await expect(history(sam).first()).toContainText('Mentioned: Mia Moss');
    await expect(history(sam).first()).toBeInViewport();
    await expect(comment(sam)).toHaveValue('');

    await mia.goto('/');
    const told = mia.getByRole('list', { name: 'You were mentioned' });
    await told.getByRole('listitem').filter({ hasText: `PO-${id}` }).getByRole('link').click();
    await expect(mia).toHaveURL(new RegExp(`/purchase-orders/${id}#comment-`));
    await expect(state(mia)).toHaveText('Pending approval');
    await comment(mia).fill('Yes.\nIt is.');
    await add(mia);
    await expect(history(mia).first()).toContainText('Comment by Mia Moss');
    await mia.goto('/');
    await expect(told.getByRole('listitem').filter({ hasText: `PO-${id}` })).toHaveCount(0);
  });

  test('who may not see the record is not mentioned, and the text stays', async ({ as }) => {
    const sam = await as('sam');
    await openOrder(sam, await submit(sam));
    await comment(sam).fill('What does the law say, @Leo Lane?');
    await add(sam);
    await expect(sam.getByRole('alert')).toBeFocused();
    await expect(comment(sam)).toHaveAccessibleDescription(/Leo Lane may not see this order/);
    await expect(comment(sam)).toHaveValue('What does the law say, @Leo Lane?');
    await comment(sam).fill('What does the law say, Leo Lane?');
    await add(sam);
    await expect(history(sam).first()).toContainText('What does the law say, Leo Lane?');
  });

  test('a draft is talked about too, and auditors only read', async ({ as }) => {
    const [sam, aud] = [await as('sam'), await as('aud')];
    const id = await saveDraft(sam);
    await openOrder(sam, id);
    await comment(sam).fill('Not yet.');
    await add(sam);
    await expect(history(sam).first()).toContainText('Not yet.');
    await openOrder(aud, id);
    await expect(history(aud).first()).toContainText('Not yet.');
    await expect(comment(aud)).toHaveCount(0);
  });
});

test('sending a comment asks before it drops what was typed into the draft', async ({ as }) => {
  const sam = await as('sam');
  await openOrder(sam, await saveDraft(sam));
  await line(sam, 1).getByLabel('Description').fill('Not saved yet');
  await comment(sam).fill('One word');
  sam.once('dialog', (dialog) => dialog.dismiss());
  await add(sam);
  await expect(sam.getByRole('button', { name: 'Add comment' })).toBeEnabled();
  await expect(line(sam, 1).getByLabel('Description')).toHaveValue('Not saved yet');
  await expect(comment(sam)).toHaveValue('One word');
});
