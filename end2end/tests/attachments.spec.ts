// Files of a record: added, read by those who see it, removed from a draft.

import { expect, test, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { act, history, openOrder, saveDraft, state, submit } from '../orders.ts';

const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const files = (page: Page) => page.getByRole('list', { name: 'Attachments' }).getByRole('listitem');
const choose = (page: Page, name: string, buffer: Buffer) =>
  page.getByLabel('File', { exact: true }).setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
const attach = (page: Page) => page.getByRole('button', { name: 'Attach file', exact: true }).click();

withAndWithoutJavaScript(() => {
  test('a file is attached, downloaded with its name by who sees the order, and by nobody else', async ({ as }) => {
    const [sam, mia, tess] = [await as('sam'), await as('mia'), await as('tess')];
    const id = await submit(sam);
    await openOrder(sam, id);
    await choose(sam, 'Angebot für Büro.png', PNG);
    await attach(sam);
    await expect(files(sam)).toHaveText(/Angebot für Büro\.png.*70 bytes, Sam Stone/);
    await expect(history(sam).first()).toContainText('File attached by Sam Stone');
    await expect(files(sam).getByRole('link', { name: /Remove/ })).toHaveCount(0);

    await openOrder(mia, id);
    const link = files(mia).getByRole('link', { name: 'Angebot für Büro.png' });
    const [download] = await Promise.all([mia.waitForEvent('download'), link.click()]);
    expect(download.suggestedFilename()).toBe('Angebot für Büro.png');
    const path = (await link.getAttribute('href'))!;
    expect(await (await mia.request.get(path)).body()).toEqual(PNG);
    expect((await tess.goto(path))?.status()).toBe(404);
    await mia.getByRole('button', { name: 'Approve', exact: true }).click();
    await expect(state(mia)).toHaveText('Approved');
  });

  test('a placed order is kept as a PDF, and mailed to its vendor', async ({ as }) => {
    const [sam, pat, ada] = [await as('sam'), await as('pat'), await as('ada')];
    const id = await submit(sam);
    await act(await as('mia'), id, 'approve');
    await act(pat, id, 'start_processing');
    const name = `PO-${id}.pdf`;
    // A job makes it.
    await expect(async () => {
      await openOrder(sam, id);
      await expect(files(sam)).toContainText([name], { timeout: 100 });
    }).toPass();
    const path = (await files(sam).getByRole('link', { name }).getAttribute('href'))!;
    expect((await (await sam.request.get(path)).body()).subarray(0, 5).toString()).toBe('%PDF-');
    await expect(async () => {
      await ada.goto('/admin/outbox');
      await ada.getByRole('link', { name: `Purchase order PO-${id} from` }).click({ timeout: 500 });
    }).toPass();
    await expect(ada.getByRole('main').getByRole('link', { name })).toHaveAttribute('href', path);
  });

  test('a file that is not accepted says why, and that it has to be chosen again', async ({ as }) => {
    const sam = await as('sam');
    await openOrder(sam, await submit(sam));
    await attach(sam);
    await expect(sam.getByRole('alert')).toBeFocused();
    await expect(sam.getByLabel('File', { exact: true })).toHaveAccessibleDescription(/Choose a file\./);
    for (const [name, bytes, said] of [
      ['offer.pdf', PNG, /Give it its right name\./],
      ['offer.pdf', Buffer.from('MZ\0\0'), /Programs and scripts are not accepted\./],
      ['large.txt', Buffer.alloc(26 * 1024 * 1024, 'a'), /larger than 25 MB/],
    ] as const) {
      await choose(sam, name, bytes);
      await attach(sam);
      await expect(sam.getByLabel('File', { exact: true })).toHaveAccessibleDescription(said);
      await expect(sam.getByText('A page cannot keep a chosen file')).toBeVisible();
    }
    await expect(files(sam)).toHaveCount(0);
  });

  test('a file of a draft is removed after a question; once somebody was asked it stays', async ({ as }) => {
    const [sam, mia] = [await as('sam'), await as('mia')];
    const id = await saveDraft(sam);
    await openOrder(sam, id);
    await choose(sam, 'wrong.png', PNG);
    await attach(sam);
    await choose(sam, 'right.png', PNG);
    await attach(sam);
    await sam.getByRole('link', { name: 'Remove wrong.png' }).click();
    await sam.getByRole('link', { name: 'Back', exact: true }).click();
    await sam.getByRole('link', { name: 'Remove wrong.png' }).click();
    await sam.getByRole('button', { name: 'Remove', exact: true }).click();
    await expect(files(sam)).toHaveText([/right\.png/]);
    await expect(history(sam).first()).toContainText('File removed by Sam Stone');
    await sam.getByRole('button', { name: 'Submit for approval', exact: true }).click();
    await expect(state(sam)).toHaveText('Pending approval');
    await act(mia, id, 'reject', { category: 'other', reason: 'No' });
    await act(sam, id, 'reopen');
    await openOrder(sam, id);
    await expect(files(sam)).toHaveText([/right\.png/]);
    await expect(sam.getByRole('link', { name: /Remove right/ })).toHaveCount(0);
  });
});
