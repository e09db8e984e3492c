import { defineConfig, devices } from '@playwright/test';

// server/tools/e2e.sh starts the server, finds the browser, and sets E2E_URL and CHROMIUM.
const { CHROMIUM, CI, E2E_URL, PLAYWRIGHT_JSON_OUTPUT_FILE } = process.env;

export default defineConfig({
  testDir: 'tests',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: !!CI,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ...(PLAYWRIGHT_JSON_OUTPUT_FILE ? [['json'] as ['json']] : [])],
  use: {
    baseURL: E2E_URL ?? 'http://127.0.0.1:3000',
    locale: 'en-GB',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    trace: CI ? 'off' : 'retain-on-failure',
    launchOptions: {
      executablePath: CHROMIUM ?? '/usr/bin/chromium',
      // Chromium otherwise talks to its maker's servers, which tests must neither wait for nor need.
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--disable-dev-shm-usage',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-default-apps',
        '--disable-sync',
        '--no-first-run',
      ],
    },
  },
  // Moving the clock moves it for every test: that comes last, alone. To run it by itself: ARGS='clock --no-deps'.
  projects: [
    { name: 'chromium', testIgnore: 'clock.spec.ts', use: { ...devices['Desktop Chrome'] } },
    { name: 'clock', testMatch: 'clock.spec.ts', dependencies: ['chromium'], fullyParallel: false, workers: 1, use: { ...devices['Desktop Chrome'] } },
  ],
});
