/** A worker that lives for one call, and ends before it has answered. */
import { afterEach, expect, test, vi } from 'vitest';
import { failure } from '../../model/failure.ts';
import { scriptNotLoaded } from '../../session/spawned-worker.ts';
import { oneCall } from '../../src/engine/one-call.ts';

afterEach(() => vi.useRealTimers());

function endingBy(reason: string) {
  return {
    service: {},
    onDeath: (report: (reason: string) => void) => report(reason),
    end: async () => undefined,
  };
}

const neverAnswered = () => new Promise<never>(() => undefined);

test('whose script does not come is a part of the page that is missing', async () => {
  await expect(oneCall(endingBy(scriptNotLoaded), neverAnswered)).rejects.toMatchObject({
    failure: { code: 'PAGE_PART' },
  });
});

test('that breaks is something unforeseen', async () => {
  const unforeseen = { failure: { code: 'UNEXPECTED', data: { message: 'out of memory' } } };
  await expect(oneCall(endingBy('out of memory'), neverAnswered)).rejects.toMatchObject(unforeseen);
});

test('that takes too long is given up with its sentence, and ended', async () => {
  vi.useFakeTimers();
  const end = vi.fn(async () => undefined);
  const slow = failure('PICTURE_SLOW', { file: 'a.heic', seconds: 30 });
  const limit = { seconds: 30, failure: slow };
  const call = oneCall({ service: {}, onDeath: () => undefined, end }, neverAnswered, limit).catch((error) => error);
  await vi.advanceTimersByTimeAsync(29_999);
  expect(end).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(await call).toMatchObject({ failure: slow });
  expect(end).toHaveBeenCalledOnce();
});
