import { expect, test } from 'vitest';
import { StorageLog } from '../../workers/storage/log.ts';
import type { Change } from '../../workers/storage/protocol.ts';
import { FaultFolder } from '../helpers/fault-folder.ts';
import { readBack, turnChange, wordsOf } from '../helpers/stored-chats.ts';

test('ten thousand messages of one chat come back in their order', async () => {
  const folder = new FaultFolder();
  const log = await StorageLog.open(folder, 'ended');
  const ids = Array.from({ length: 10_000 }, (_, turn) => `turn ${turn}`);
  const changes: Change[] = ids.map((id, turn) => turnChange('c', id, ids[turn - 1] ?? null));
  await log.append(changes, 'tab', 1);
  await log.append([turnChange('c', 'one more', ids.at(-1) ?? null)], 'tab', 2);
  log.close();
  expect(wordsOf((await readBack(folder)).chats()).c).toEqual([...ids, 'one more']);
});
