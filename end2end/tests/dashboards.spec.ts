// The approvals dashboard: numbers that lead to the lists behind them, for those who watch.

import { expect, test, unique, withAndWithoutJavaScript, type Page } from '../fixtures.ts';
import { act, submit } from '../orders.ts';

const DASHBOARD = '/dashboards/approvals';

/** The number a link shows, and the one the list says it leads to. */
async function followed(page: Page, link: ReturnType<Page['locator']>): Promise<[string, string]> {
  const shown = /[\d,]+/.exec((await link.textContent()) ?? '')![0];
  await link.click();
  const counted = (await page.locator('.pager-summary').textContent()) ?? '';
  return [shown, /[\d,]+/.exec(counted)![0]];
}

withAndWithoutJavaScript(() => {
  test('every number of the dashboard leads to a list of as many orders', async ({ as }) => {
    const carla = await as('carla');
    const order = await submit(await as('sam'), { justification: unique('Chairs') });
    await act(await as('mia'), order, 'reject', { category: 'policy', reason: 'Not from this vendor.' });
    await submit(await as('sam'), { justification: unique('Chairs') });
    const links = [
      (page: Page) => page.getByRole('link', { name: /in approval/ }),
      (page: Page) => page.getByRole('row', { name: /^Pending approval/ }).getByRole('link').first(),
      (page: Page) => page.getByRole('row', { name: /^Mia Moss Pending approval/ }).first().getByRole('link').first(),
      (page: Page) => page.getByRole('row', { name: /^Policy/ }).getByRole('link'),
    ];
    for (const link of links) {
      // Others decide meanwhile: looked at again until both numbers are of one moment.
      await expect(async () => {
        await carla.goto(DASHBOARD);
        const [shown, counted] = await followed(carla, link(carla));
        expect(counted).toBe(shown);
      }).toPass();
    }
  });

  test('a manager watches their own people, for the period and department asked for', async ({ as }) => {
    const mia = await as('mia');
    await mia.goto(DASHBOARD);
    await expect(mia.getByText('Purchase orders of everyone who reports to you')).toBeVisible();
    await mia.getByLabel('Period', { exact: true }).selectOption('90 days');
    await mia.getByRole('button', { name: 'Show', exact: true }).click();
    await expect(mia).toHaveURL(/scope=team&days=90/);
    await expect(mia.getByRole('img', { name: 'What was decided over time' })).toBeVisible();
    await mia.getByText('As a table').click();
    await mia.getByRole('table', { name: 'What was decided over time' }).getByRole('link').first().click();
    await expect(mia.locator('.pager-summary')).toBeVisible();
    await expect(mia).toHaveURL(/scope=team&(approved|rejected)_on=/);
  });
});

test('the figures are fetched again while the page is open', async ({ as }) => {
  const carla = await as('carla');
  await carla.clock.install();
  await carla.goto(DASHBOARD);
  const asked = carla.waitForResponse((response) => response.url().includes(DASHBOARD));
  await carla.clock.fastForward('01:05');
  expect((await asked).status()).toBe(200);
  await expect(carla.getByRole('heading', { name: 'What waits, and for whom?' })).toBeVisible();
});

test('staff without people of their own have no dashboard', async ({ as }) => {
  const sam = await as('sam');
  await sam.goto('/');
  await expect(sam.getByRole('link', { name: 'Dashboard' })).toHaveCount(0);
  const answer = await sam.goto(DASHBOARD);
  expect(answer?.status()).toBe(403);
});
