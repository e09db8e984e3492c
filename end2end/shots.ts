// Every page, wide and narrow, light and dark.

import { test } from './fixtures.ts';
import { PAGES } from './pages.ts';

for (const { name, open } of PAGES) {
  test(name, async ({ as, stranger }) => {
    test.slow();
    const page = await open({ as, stranger });
    for (const [size, width, height] of [['wide', 1280, 800], ['narrow', 400, 800]] as const) {
      await page.setViewportSize({ width, height });
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.screenshot({ path: `shots/${name}-${size}-${colorScheme}.png`, fullPage: true });
      }
    }
  });
}
