/** A worker that lives for one call, and ends before it has answered. */
import { expect, test } from 'vitest';
import { scriptNotLoaded } from '../../session/spawned-worker.ts';
import { oneCall } from '../../src/engine/one-call.ts';

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
