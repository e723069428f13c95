/** Pictures of all chats: in which order, found by words, deleted and brought back, and put into one zip. */
import { unzipSync } from 'fflate';
import { expect, test } from 'vitest';
import { distinctNames, zipOf } from '../../src/actions/zip.ts';
import { withChange } from '../../src/state/changes.ts';
import { drawnPictures, picturesWith } from '../../src/state/drawn.ts';
import { deletionOfPictures } from '../../src/state/steps.ts';
import type { ChatId, ChatRecord, ModelTurn, Result, TurnId } from '../../src/storage/records.ts';
import type { ImageId, Seed } from '../../workers/protocol.ts';
import { serveArchive } from '../../workers/storage/serve-archive.ts';

function result(id: string, made?: number, state: Result['state'] = 'done'): Result {
  const size = { width: 8, height: 8 };
  const image = id.padEnd(64, '0') as ImageId;
  return { id, state, prompt: `draw a ${id}`, seed: '1' as Seed, ...size, image, from: null, model: 'nano', made };
}

function chat(id: string, changed: number, ...turns: (readonly Result[])[]): ChatRecord {
  const records = turns.map(
    (results, index): ModelTurn => ({
      id: `${id}${index}` as TurnId,
      parent: null,
      from: 'model',
      state: 'done',
      text: '<image>',
      form: 'draw',
      results,
      failure: null,
      turnsLeftOut: 0,
    }),
  );
  return { id: id as ChatId, title: id, changed, turns: records };
}

const namesOf = (chats: readonly ChatRecord[]) => drawnPictures(chats).map(({ result: { id } }) => id);

test('the newest stands first, whichever chat it is of; what is not whole is no picture', () => {
  const chats = [
    chat('a', 50, [result('boat', 10), result('half', 11, 'stopped')], [result('car', 40)]),
    chat('b', 60, [result('dog', 20)], [result('elk', 60)]),
  ];
  expect(namesOf(chats)).toEqual(['elk', 'car', 'dog', 'boat']);
});

test('pictures of which no time is known are as old as their chat, the last of it first', () => {
  const chats = [chat('a', 50, [result('boat')], [result('car')]), chat('b', 60, [result('dog')])];
  expect(namesOf(chats)).toEqual(['dog', 'car', 'boat']);
});

test('each of the sought words has to stand somewhere, in any case of letters', () => {
  const pictures = drawnPictures([chat('a', 1, [result('red boat'), result('red car')])]);
  const found = (words: string) => picturesWith(pictures, words).map(({ result: { id } }) => id);
  expect(found('  CAR red ')).toEqual(['red car']);
  expect(found('red')).toHaveLength(2);
  expect(found('')).toHaveLength(2);
  expect(found('green')).toEqual([]);
});

test('deleted pictures leave their turns, and come back in the order in which they were', () => {
  const chats = [chat('a', 50, [result('boat', 1), result('car', 2)], [result('dog', 3)])];
  const step = deletionOfPictures(drawnPictures(chats));
  const after = (changes: typeof step.back.changes, before: readonly ChatRecord[]) =>
    changes.reduce((now, change) => withChange(now, change, 0), before);
  const without = after(step.again.changes, chats);
  expect(namesOf(without)).toEqual([]);
  expect(without[0]?.turns).toHaveLength(2);
  const back = after(step.back.changes, without);
  expect(back).toEqual(chats);
});

test('a zip holds every byte of each file, under names of their own', async () => {
  const large = Uint8Array.from({ length: 700_001 }, (_, index) => index % 251);
  const names = distinctNames(['nexus-gen-1.png', 'nexus-gen-1.png', 'nexus-gen-1 (2).png']);
  expect(names).toEqual(['nexus-gen-1.png', 'nexus-gen-1 (2).png', 'nexus-gen-1 (2) (2).png']);
  const files = [large, new Uint8Array(), Uint8Array.of(1, 2, 3)];
  async function* entries() {
    for (const [index, bytes] of files.entries()) yield { name: names[index] ?? '', file: new Blob([bytes]) };
  }
  const zip = await zipOf((task) => task(serveArchive()), entries());
  expect(zip.type).toBe('application/zip');
  const read = unzipSync(new Uint8Array(await zip.arrayBuffer()));
  expect(Object.keys(read)).toEqual(names);
  expect(Object.values(read).map((bytes) => bytes.length)).toEqual([700_001, 0, 3]);
  expect(Buffer.from(read[names[0] ?? ''] ?? []).equals(large)).toBe(true);
});
