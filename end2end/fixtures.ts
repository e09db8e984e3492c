// What every browser test stands on: people who are signed in, and a watch over everything their browsers meet.
//
// A test asks for people by their first names (`const sam = await as('sam')`) and gets a page of a browser of their own. It
// fails when any of these pages logs an error, throws, breaks the content security policy, or is answered with 500 or more.

import { randomUUID } from 'node:crypto';
import {
  test as base,
  expect,
  request as api,
  type APIRequestContext,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test';

export { expect };
export type { BrowserContext, Page };

/** The demo company's password. */
export const PASSWORD = 'countersign';

type Cookie = Awaited<ReturnType<BrowserContext['cookies']>>[number];

interface TestFixtures {
  /** A page of a browser in which this person of the demo company is signed in. */
  as: (firstName: string, options?: BrowserContextOptions) => Promise<Page>;
  /** A page of a browser in which nobody is signed in. */
  stranger: (options?: BrowserContextOptions) => Promise<Page>;
}

interface WorkerFixtures {
  /** Signs in once per person and worker: guesses are counted per address, and every test comes from the same one. */
  cookieOf: (firstName: string) => Promise<Cookie>;
}

export const test = base.extend<TestFixtures & { open: (options?: BrowserContextOptions) => Promise<Page> }, WorkerFixtures>({
  cookieOf: [
    async ({}, use, workerInfo) => {
      const baseURL = workerInfo.project.use.baseURL;
      const known = new Map<string, Promise<Cookie>>();
      const signIn = async (firstName: string) => {
        const browserless = await api.newContext({ baseURL });
        await postSignIn(browserless, `${firstName}@example.com`, PASSWORD);
        const { cookies } = await browserless.storageState();
        await browserless.dispose();
        return cookies[0];
      };
      await use((firstName) => {
        const cookie = known.get(firstName) ?? signIn(firstName);
        known.set(firstName, cookie);
        return cookie;
      });
    },
    { scope: 'worker' },
  ],

  open: async ({ browser }, use) => {
    const opened: BrowserContext[] = [];
    const problems: string[] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext(options);
      opened.push(context);
      watch(context, problems);
      return context.newPage();
    });
    await Promise.all(opened.map((context) => context.close()));
    expect(problems, 'what went wrong unseen').toEqual([]);
  },

  as: async ({ open, cookieOf }, use) => {
    await use(async (firstName, options) => {
      const page = await open(options);
      await page.context().addCookies([await cookieOf(firstName)]);
      return page;
    });
  },

  stranger: async ({ open }, use) => use(open),
});

/** Fills in and sends the sign-in form that the page shows. */
export async function signIn(page: Page, email: string, password = PASSWORD) {
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Signs in without a browser; the cookie is then the context's. */
export async function postSignIn(browserless: APIRequestContext, email: string, password: string) {
  const form = { request_id: randomUUID(), email, password };
  const answer = await browserless.post('/fn/sign_in', { form, maxRedirects: 0 });
  expect(answer.status(), `signing in ${email}`).toBe(303);
  expect(answer.headers()['location'], `signing in ${email}`).not.toContain('/login');
}

/** Collects what nobody would see otherwise. */
function watch(context: BrowserContext, problems: string[]) {
  context.on('weberror', (error) => problems.push(`thrown: ${error.error()}`));
  context.on('console', (message) => {
    // A page that answers 4xx is also told here; which pages may is each test's own to say.
    const status = /^Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
    if (message.type() === 'error' && !status) problems.push(`console: ${message.text()} (${message.location().url})`);
  });
  context.on('response', (response) => {
    const status = response.status();
    const isPart = status >= 400 && !response.request().isNavigationRequest();
    // So a page learns that its person was signed out elsewhere; it asks again whenever it wants to be told.
    const isEnd = status === 401 && response.url().endsWith('/notifications/stream');
    if (status >= 500 || (isPart && !isEnd)) problems.push(`${status}: ${response.url()}`);
  });
}

/** Runs the tests that `body` declares once with JavaScript and once without. */
export function withAndWithoutJavaScript(body: (javaScript: boolean) => void) {
  for (const javaScriptEnabled of [true, false]) {
    test.describe(javaScriptEnabled ? 'with JavaScript' : 'without JavaScript', () => {
      test.use({ javaScriptEnabled });
      body(javaScriptEnabled);
    });
  }
}

/** Something no other test says. */
export const unique = (words: string) => `${words} ${randomUUID().slice(0, 8)}`;
