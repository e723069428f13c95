/** Every layout of stored chats that was ever shipped is read by this version. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { restoreChat } from '../../src/storage/restore.ts';
import { storageVersion } from '../../workers/storage/frames.ts';
import { StorageLog } from '../../workers/storage/log.ts';
import { changesOf } from '../../workers/storage/old-database.ts';
import type { StoredChat } from '../../workers/storage/protocol.ts';
import { FaultFolder } from '../helpers/fault-folder.ts';
import { readBack } from '../helpers/stored-chats.ts';

const fixture = (name: string) => readFileSync(fileURLToPath(new URL(`../fixtures/storage/${name}`, import.meta.url)));

/** What the fixtures hold, however they hold it. */
function requireTheSame(chats: readonly StoredChat[]): void {
  const [first, second] = chats.map((chat) => restoreChat(chat, new Set()));
  expect(first).toMatchObject({
    id: '11111111-1111-4111-8111-111111111111',
    title: 'draw a red car',
    changed: 1764000000000,
    turns: [
      { id: 'a', from: 'person', text: 'draw a red car', about: null, form: 'auto' },
      { id: 'b', from: 'model', state: 'done', results: [{ id: 'r1', seed: '7', width: 64 }] },
      { id: 'c', from: 'unreadable' },
      { id: 'd', from: 'model', state: 'stopped', text: 'half', failure: { code: 'DEVICE_LOST' } },
    ],
  });
  expect(second?.turns).toMatchObject([{ from: 'unreadable' }]);
}

async function takenOver(): Promise<FaultFolder> {
  const folder = new FaultFolder();
  const log = await StorageLog.open(folder, 'ended');
  for (const { changes, at } of changesOf(JSON.parse(fixture('before-the-log.json').toString()))) {
    await log.append(changes, 'before-the-log', at);
  }
  log.close();
  return folder;
}

test('chats of before the log', async () => {
  const contents = await readBack(await takenOver());
  requireTheSame(contents.chats());
  expect(contents.settings()).toMatchObject({ good: { steps: '9' }, theme: 'dark' });
});

test.each(Array.from({ length: storageVersion }, (_, index) => index + 1))('a log of version %i', async (version) => {
  const folder = new FaultFolder();
  folder.put('chats.1', new Uint8Array(fixture(`version-${version}.log`)));
  const contents = await readBack(folder);
  requireTheSame(contents.chats());
  expect(contents.unreadable).toEqual([]);
});
