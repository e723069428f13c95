/** The storage's worker ends, and the one in its place cannot open the store at once. */
import { expect, test } from 'vitest';
import { failure } from '../../model/failure.ts';
import { DeviceStorage } from '../../src/storage/device.ts';
import type { Outcome } from '../../workers/protocol.ts';
import type { OpenedStorage, StorageWorker } from '../../workers/storage/protocol.ts';

const empty: OpenedStorage = { role: 'writer', chats: [], settings: {}, number: 0, others: [], told: [] };
const full = failure('NOT_KEPT', { what: 'chat', reason: 'full', detail: 'no room' });

/** Workers that open one after the other as told, and write whatever comes. */
function workersThat(...openings: readonly Outcome<OpenedStorage>[]) {
  const waiting = [...openings];
  const deaths: ((reason: string) => void)[] = [];
  let ended = 0;
  const storage = new DeviceStorage(() => {
    const opening = waiting.shift();
    if (opening === undefined) throw new Error('no more workers');
    const service: StorageWorker = {
      open: async () => opening,
      since: async () => [],
      commit: async (changes) => ({
        ok: true,
        result: changes.map((change, at) => ({ number: at + 1, at: 0, by: 'tab', change })),
      }),
      blob: async () => null,
      clean: async () => undefined,
      discard: async () => undefined,
      putBlob: async () => ({ ok: true, result: null }),
    };
    return {
      service,
      onDeath: (report) => deaths.push(report),
      end: async () => {
        ended += 1;
      },
    };
  });
  return { storage, endWorker: () => deaths.at(-1)?.('closed'), ended: () => ended };
}

const title = { kind: 'title', chat: 'c', title: 'words' } as const;

test('what found no room when the worker was replaced is kept once there is room', async () => {
  const opens = { ok: true, result: empty } as const;
  const { storage, endWorker, ended } = workersThat(opens, { ok: false, failure: full }, opens);
  await storage.open();
  endWorker();
  await expect(storage.commit([title])).rejects.toMatchObject({ failure: full });
  expect(await storage.commit([title])).toMatchObject([{ change: title }]);
  expect(ended()).toBe(1);
});
