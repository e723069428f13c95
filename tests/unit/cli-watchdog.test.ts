/** Waiting for Chrome: as long as it gives signs of life, and no longer. */
import { expect, test } from 'vitest';
import { Watchdog } from '../../cli/watchdog.ts';
import { failure, failureOf } from '../../model/failure.ts';

const silent = failure('CHROME_ENDED', { reason: 'silent' });
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

test('what never answers ends in a failure', async () => {
  const waited = new Watchdog(100).within(new Promise(() => undefined), silent);
  expect(await waited.catch(failureOf)).toEqual(silent);
});

test('what goes on giving signs of life is waited for', async () => {
  const watchdog = new Watchdog(200);
  const working = async () => {
    for (let sign = 0; sign < 10; sign += 1) {
      await pause(50);
      watchdog.heard();
    }
    return 'done';
  };
  expect(await watchdog.within(working(), silent)).toBe('done');
});

test('a failure of its own comes through as it is', async () => {
  const broken = new Watchdog(1000).within(Promise.reject(new Error('broken')), silent);
  await expect(broken).rejects.toThrow('broken');
});
