import { expect, test } from 'vitest';
import { scanLog } from '../../workers/storage/frames.ts';
import { StorageLog } from '../../workers/storage/log.ts';
import type { Change } from '../../workers/storage/protocol.ts';
import { FaultFolder } from '../helpers/fault-folder.ts';
import { readBack, turnChange, wordsOf } from '../helpers/stored-chats.ts';

async function folderWith(...commits: readonly (readonly Change[])[]) {
  const folder = new FaultFolder();
  const log = await StorageLog.open(folder, 'ended');
  for (const changes of commits) await log.append(changes, 'tab', 1);
  log.close();
  return folder;
}

const three = [turnChange('c', 'one', null), turnChange('c', 'two', 'one'), turnChange('c', 'three', 'two')];

test('what was written is there after a restart, in its order, the latest of each thing', async () => {
  const folder = await folderWith(
    [{ kind: 'title', chat: 'c', title: 'Old' }, ...three.slice(0, 2)],
    [{ kind: 'title', chat: 'c', title: 'New' }],
    [{ kind: 'result', chat: 'c', turn: 'two', id: 'r1', result: 'first' }],
    [{ kind: 'result', chat: 'c', turn: 'two', id: 'r2', result: 'second' }],
    [{ kind: 'result', chat: 'c', turn: 'two', id: 'r1', result: 'first, done' }],
    [{ kind: 'setting', key: 'theme', value: 'dark' }],
    three.slice(2),
  );
  const contents = await readBack(folder);
  const [chat] = contents.chats();
  expect(chat).toMatchObject({ id: 'c', title: 'New', changed: 1 });
  expect(wordsOf(contents.chats())).toEqual({ c: ['one', 'two', 'three'] });
  expect(chat?.turns[1]).toMatchObject({ results: ['first, done', 'second'] });
  expect(contents.settings()).toEqual({ theme: 'dark' });
});

test('a deleted turn is gone and those behind it follow the one before it; a deleted chat is gone', async () => {
  const folder = await folderWith(
    three,
    [{ kind: 'turn-deletion', chat: 'c', id: 'two', parent: null }],
    [turnChange('other', 'x', null)],
    [{ kind: 'chat-deletion', chat: 'other' }],
    [turnChange('c', 'four', 'two')],
  );
  expect(wordsOf((await readBack(folder)).chats())).toEqual({ c: ['one', 'three', 'four'] });
});

test('turns of two tabs behind the same one stand one after the other, questions with their answers', async () => {
  const folder = await folderWith(
    [turnChange('c', 'start', null)],
    [turnChange('c', 'question 1', 'start'), turnChange('c', 'answer 1', 'question 1')],
    [turnChange('c', 'question 2', 'start'), turnChange('c', 'answer 2', 'question 2')],
  );
  expect(wordsOf((await readBack(folder)).chats())).toEqual({
    c: ['start', 'question 1', 'answer 1', 'question 2', 'answer 2'],
  });
});

test('a turn that is made beside another is the one that is shown, and what follows it stays with it', async () => {
  const beside: Change = { ...turnChange('c', 'two again', 'one'), place: 'beside' } as Change;
  const folder = await folderWith(three, [beside, turnChange('c', 'four', 'two again')]);
  expect(wordsOf((await readBack(folder)).chats())).toEqual({ c: ['one', 'two again', 'four'] });
});

test('a log that has doubled is rewritten, and says the same', async () => {
  const long = 'x'.repeat(50_000);
  const folder = new FaultFolder();
  const log = await StorageLog.open(folder, 'ended');
  for (let round = 0; round < 60; round++) {
    const changes = [turnChange('c', `turn ${round % 4}`, null, `${round} ${long}`)];
    await log.append([...changes, { kind: 'title', chat: 'c', title: `${round}` }], 'tab', round);
  }
  const before = wordsOf(log.contents.chats());
  log.close();
  expect(folder.fileNames).toHaveLength(1);
  expect(folder.fileNames).not.toEqual(['chats.1']);
  expect(folder.bytes(folder.fileNames[0] ?? '').length).toBeLessThan(1.3 * 2 ** 20);
  const contents = await readBack(folder);
  expect(wordsOf(contents.chats())).toEqual(before);
  expect(contents.number).toBe(120);
});

test('every flipped bit is noticed; no other record is lost, and a turn that cannot be read stands in its place', async () => {
  const clean = await folderWith(three.slice(0, 1), three.slice(1, 2), three.slice(2));
  const size = clean.bytes('chats.1').length;
  for (let bit = 0; bit < size * 8; bit += 7) {
    const folder = await folderWith(three.slice(0, 1), three.slice(1, 2), three.slice(2));
    folder.change('chats.1', (bytes) => {
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return bytes;
    });
    const contents = await readBack(folder);
    const words = wordsOf(contents.chats()).c ?? [];
    const whole = words.filter((word) => word !== '?');
    // The header holds no record.
    const inHeader = bit >> 3 < 12;
    expect(contents.unreadable.length, `bit ${bit}`).toBe(inHeader ? 0 : 1);
    expect(whole.length, `bit ${bit}`).toBe(inHeader ? 3 : 2);
    expect(
      ['one', 'two', 'three'].filter((word) => whole.includes(word)),
      `bit ${bit}`,
    ).toEqual(whole);
    // A later turn tells that there was one before it.
    if (!inHeader && !whole.includes('two')) expect(words, `bit ${bit}`).toEqual(['one', '?', 'three']);
    if (!inHeader && !whole.includes('one')) expect(words, `bit ${bit}`).toEqual(['?', 'two', 'three']);
  }
});

test('a damaged record of a turn that is told of elsewhere makes no version of what follows, and no chat', async () => {
  const [chat, one, two, three] = ['3f6c', '91d0', 'a7b2', '58e4'].map(
    (start) => `${start}-6a0e-4c19-8b7d-2f45c3d1e9a6`,
  );
  if (chat === undefined || one === undefined || two === undefined || three === undefined)
    throw new Error('an id lacks');
  const turns = [turnChange(chat, one, null), turnChange(chat, two, one), turnChange(chat, three, two)];
  const commits = turns.flatMap((change) => [[change], [change]]);
  const size = (await folderWith(...commits)).bytes('chats.1').length;
  for (let bit = 12 * 8; bit < size * 8; bit += 3) {
    const folder = await folderWith(...commits);
    folder.change('chats.1', (bytes) => {
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return bytes;
    });
    const contents = await readBack(folder);
    expect(contents.unreadable.length, `bit ${bit}`).toBe(1);
    const chats = contents.chats().map(({ id, turns }) => [id, turns.map(({ id, parent }) => [id, parent])]);
    const path = [one, two, three].map((id, at, path) => [id, path[at - 1] ?? null]);
    expect(chats, `bit ${bit}`).toEqual([[chat, path]]);
  }
});

test('bytes that cannot be read outlive a rewriting', async () => {
  const folder = await folderWith(...three.map((change) => [change]));
  folder.change('chats.1', (bytes) => {
    const frame = scanLog(bytes).frames[1];
    if (frame !== undefined) bytes[frame.at + 40] = 1;
    return bytes;
  });
  const kept = scanLog(folder.bytes('chats.1')).frames[1];
  const log = await StorageLog.open(folder, 'silent');
  log.close();
  const [name = ''] = folder.fileNames;
  expect(name).toBe('chats.3');
  expect(scanLog(folder.bytes(name)).frames[1]?.payload).toEqual(kept?.payload);
  expect(wordsOf((await readBack(folder)).chats())).toEqual({ c: ['one', '?', 'three'] });
});

test('a record of a newer version is kept as it is and stands unread in its place', async () => {
  const folder = await folderWith(...three.map((change) => [change]));
  const future = { kind: 'turn', chat: 'c', id: 'four', parent: 'three', place: 'behind', turn: {}, news: true };
  const log = await StorageLog.open(folder, 'ended');
  await log.append([{ ...future, kind: 'hologram' } as unknown as Change], 'tab', 1);
  log.close();
  const contents = await readBack(folder);
  expect(contents.unreadable).toMatchObject([{ why: 'newer' }]);
  expect(wordsOf(contents.chats())).toEqual({ c: ['one', 'two', 'three'] });
});

test('a log of a newer version is not written to', async () => {
  const folder = await folderWith(three);
  const { crc32 } = await import('../../model/checkpoint/crc32.ts');
  folder.change('chats.1', (bytes) => {
    const view = new DataView(bytes.buffer);
    view.setUint32(4, 99, true);
    view.setUint32(8, crc32(bytes.subarray(0, 8)), true);
    return bytes;
  });
  const before = folder.bytes('chats.1').slice();
  await expect(StorageLog.open(folder, 'ended')).rejects.toMatchObject({ failure: { code: 'STORAGE_OUTDATED' } });
  await expect(StorageLog.open(folder, 'silent')).rejects.toMatchObject({ failure: { code: 'STORAGE_OUTDATED' } });
  expect(folder.bytes('chats.1')).toEqual(before);
});

test('what a write that found no room left behind is not taken for damage', async () => {
  const folder = new FaultFolder();
  const log = await StorageLog.open(folder, 'ended');
  await log.append(three.slice(0, 1), 'tab', 1);
  folder.room = 1000;
  const long = turnChange('c', 'long', 'one', 'x'.repeat(5000));
  await expect(log.append([long], 'tab', 2)).rejects.toMatchObject({ failure: { data: { reason: 'full' } } });
  await log.append(three.slice(1, 2), 'tab', 3);
  log.close();
  const contents = await readBack(folder);
  expect(wordsOf(contents.chats())).toEqual({ c: ['one', 'two'] });
  expect(contents.unreadable).toEqual([]);
});

test('files that were removed while the log was open are noticed at the next change', async () => {
  const folder = new FaultFolder();
  const log = await StorageLog.open(folder, 'ended');
  await log.append(three.slice(0, 1), 'tab', 1);
  const bytes = folder.bytes('chats.1');
  folder.put('elsewhere', bytes);
  folder.forget('chats.1');
  await expect(log.append(three.slice(1), 'tab', 2)).rejects.toMatchObject({ failure: { code: 'STORAGE_REMOVED' } });
});
