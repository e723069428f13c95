/** The tests' own `test`: a person at a fresh page, and at its end nothing wrong in the console and nothing asked of other hosts. */
import { test as base, expect } from '@playwright/test';
import { User } from '../helpers/user.ts';
import { port } from './addresses.ts';

export { expect };

interface Fixtures {
  readonly user: User;
  /** Console errors that a test brings about on purpose; the page's and its workers'. */
  readonly expectedErrors: RegExp;
  /** Other hosts that a test has the page ask. */
  readonly allowedHosts: readonly string[];
}

const nothing = /(?!)/;
const home = `http://localhost:${port}/`;

export const test = base.extend<Fixtures>({
  expectedErrors: [nothing, { option: true }],
  allowedHosts: [[], { option: true }],
  user: async ({ page, context, expectedErrors, allowedHosts }, use) => {
    const errors: string[] = [];
    const foreign: string[] = [];
    context.on('console', (message) => {
      if (message.type() === 'error') errors.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => errors.push(String(error.error())));
    context.on('request', (request) => {
      const url = request.url();
      const isAllowed = [home, ...allowedHosts].some((host) => url.startsWith(host)) || /^(blob|data):/.test(url);
      if (!isAllowed) foreign.push(url);
    });
    await use(new User(page));
    expect(errors.filter((text) => !expectedErrors.test(text))).toEqual([]);
    expect(foreign).toEqual([]);
  },
});
