// WCAG 2.2 AA on every page there is: light and dark, wide and narrow, contrast included.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, test, type Page } from '../fixtures.ts';
import { PAGES } from '../pages.ts';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** What can differ between light and dark. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];
const WIDE = { width: 1280, height: 900 };
const NARROW = { width: 400, height: 800 };

for (const { name, open } of PAGES) {
  test(`${name} is accessible in light and dark, wide and narrow`, async ({ as, stranger }) => {
    test.slow();
    const page = await open({ as, stranger });
    for (const viewport of [WIDE, NARROW]) {
      await page.setViewportSize(viewport);
      await noSidewaysScrolling(page);
      for (const colorScheme of ['light', 'dark'] as const) {
        // Without motion: a colour on its way from light to dark is neither.
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await settled(page);
        // The rows of a long list are alike.
        const axe = new AxeBuilder({ page }).exclude('tbody tr:nth-child(n+9)');
        const { violations } = await (colorScheme === 'light' ? axe.withTags(RULES) : axe.withRules(OF_COLOURS)).analyze();
        expect.soft(briefly(violations), `${viewport.width} px, ${colorScheme}`).toEqual([]);
      }
    }
    await page.setViewportSize({ width: 320, height: 640 });
    await noSidewaysScrolling(page);
  });
}

/** Colours are what they will stay: two frames were drawn and nothing moves any more. */
async function settled(page: Page) {
  await page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done));
    await frame();
    await frame();
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => {})));
    await frame();
  });
}

async function noSidewaysScrolling(page: Page) {
  const wider = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .slice(0, 5)
      .map((element) => `${element.tagName.toLowerCase()}.${element.className}`);
  });
  expect.soft(wider, `wider than ${page.viewportSize()!.width} px`).toEqual([]);
}

type Violations = Awaited<ReturnType<AxeBuilder['analyze']>>['violations'];

const briefly = (violations: Violations) =>
  violations.map(({ id, help, nodes }) => ({
    id,
    help,
    where: nodes.slice(0, 5).map(({ target, html, failureSummary }) => `${target.join(' ')} ${html.slice(0, 120)} ${failureSummary ?? ''}`),
  }));
