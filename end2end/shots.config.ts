// `npm run shots`: pictures of every page into shots/, to be looked at. E2E_URL names the server (`make run`'s by default).

import { defineConfig } from '@playwright/test';
import tests from './playwright.config.ts';

export default defineConfig({ ...tests, testDir: '.', testMatch: 'shots.ts', outputDir: 'test-results/shots', reporter: 'line' });
