/** The Chrome that the terminal starts: whatever becomes of it, the terminal is told and does not wait for ever. */
import { expect, test } from '@playwright/test';
import { openChrome } from '../../cli/chrome.ts';
import { failureOf } from '../../model/failure.ts';

const silent = { code: 'CHROME_ENDED', data: { reason: 'silent' } };

test('a page that stops answering is given up and ended', async ({ baseURL }) => {
  const chrome = await openChrome(`${baseURL}icon.svg`, { silenceMs: 2000 });
  const endless = chrome.ask((page) =>
    page.evaluate(() => {
      for (;;);
    }),
  );
  expect(await endless.catch(failureOf)).toEqual(silent);
  await chrome.close();
});

test('a Chrome that dies is noticed at once', async ({ baseURL }) => {
  const chrome = await openChrome(`${baseURL}icon.svg`);
  const asked = chrome.ask((page) => page.evaluate(() => new Promise(() => undefined)));
  await Promise.all([expect(asked).rejects.toMatchObject({ failure: { data: { reason: 'died' } } }), chrome.close()]);
});

test('a page that works for long and says so is waited for', async ({ baseURL }) => {
  const chrome = await openChrome(`${baseURL}icon.svg`, { silenceMs: 1500 });
  const answer = await chrome.ask((page) =>
    page.evaluate(async () => {
      for (let sign = 0; sign < 5; sign += 1) {
        await new Promise((resolve) => setTimeout(resolve, 700));
        await window.nexusAlive();
      }
      return 'done';
    }),
  );
  expect(answer).toBe('done');
  await chrome.close();
});
