/** The log under every fault at every operation: what was acknowledged is there afterwards, once, and in its order. */
import { expect, test } from 'vitest';
import { StorageLog } from '../../workers/storage/log.ts';
import type { Change } from '../../workers/storage/protocol.ts';
import { amounts, randomNumbers, seed } from '../helpers/amounts.ts';
import { type Fault, FaultFolder, faults, GoneError } from '../helpers/fault-folder.ts';
import { readBack, turnChange, wordsOf } from '../helpers/stored-chats.ts';

/** Long enough that a few turns, written twice, let the log be rewritten. */
const filler = 'x'.repeat(600);
const turns = 14;

interface Acknowledged {
  readonly order: string[];
  title: string;
}

/** Questions one after the other in one chat; each that fails is written again, as the page does it. */
async function converse(folder: FaultFolder, acknowledged: Acknowledged): Promise<void> {
  let log = await opened(folder);
  for (let turn = 0; turn < turns; turn++) {
    const id = `turn ${turn}`;
    if (acknowledged.order.includes(id)) continue;
    const changes: Change[] = [
      turnChange('c', id, acknowledged.order.at(-1) ?? null, `${id} ${filler}`),
      { kind: 'title', chat: 'c', title: id },
    ];
    for (let attempt = 0; ; attempt++) {
      if (attempt === 4) throw new Error(`${id} was refused again and again`);
      try {
        await log.append(changes, 'tab', turn);
        await log.append([turnChange('c', id, null, `${id} ${filler}!`)], 'tab', turn);
        break;
      } catch (error) {
        if (error instanceof GoneError || isGone(error)) throw error;
        // In the middle the page is opened anew.
        if (turn % 2 === 0) {
          log.close();
          log = await opened(folder);
        }
      }
    }
    acknowledged.order.push(id);
    acknowledged.title = id;
  }
  log.close();
}

async function opened(folder: FaultFolder) {
  for (let attempt = 0; ; attempt++) {
    try {
      return await StorageLog.open(folder, 'ended', { smallestBytes: 10_000 });
    } catch (error) {
      if (attempt === 3 || isGone(error)) throw error;
      // The file that was opened last belongs to a worker that has ended.
      folder.closeAll();
    }
  }
}

function isGone(error: unknown): boolean {
  return error instanceof GoneError || String(error).includes('the process is gone');
}

async function countOperations(): Promise<number> {
  const folder = new FaultFolder();
  await converse(folder, { order: [], title: '' });
  return folder.operations;
}

async function withFault(fault: Fault, number: number): Promise<void> {
  const folder = new FaultFolder();
  const acknowledged: Acknowledged = { order: [], title: '' };
  folder.failAt(number, fault);
  try {
    await converse(folder, acknowledged);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
  folder.restart();
  const where = `${fault} at operation ${number}`;
  const contents = await readBack(folder);
  expect(contents.unreadable, where).toEqual([]);
  const words = (wordsOf(contents.chats()).c ?? []).map((text) => text.slice(0, 7).trim());
  expect(words.slice(0, acknowledged.order.length), where).toEqual(acknowledged.order);
  // One more may have reached the disk without its acknowledgement.
  expect(words.length, where).toBeLessThanOrEqual(acknowledged.order.length + 1);
  expect(new Set(words).size, where).toBe(words.length);

  // The next page goes on where this one ended.
  await converse(folder, acknowledged);
  const after = wordsOf((await readBack(folder)).chats()).c ?? [];
  expect(
    after.map((text) => text.slice(0, 7).trim()),
    where,
  ).toEqual(acknowledged.order);
  expect(acknowledged.order, where).toHaveLength(turns);
  expect(folder.fileNames, where).toHaveLength(1);
}

const operations = await countOperations();

test('a second fault while the first is being mended', { timeout: 60_000 + amounts.doubleFaults * 50 }, async () => {
  const random = randomNumbers(seed);
  const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
  for (let round = 0; round < amounts.doubleFaults; round++) {
    const folder = new FaultFolder();
    const acknowledged: Acknowledged = { order: [], title: '' };
    const told: string[] = [];
    for (let fault = 0; fault < 2; fault++) {
      const [number, what] = [1 + Math.floor(random() * operations), pick(faults)];
      told.push(`${what} at ${number}`);
      folder.failAt(number, what);
      await converse(folder, acknowledged).catch((error: unknown) => {
        if (!isGone(error)) throw error;
      });
      folder.restart();
    }
    const where = `seed ${seed}, round ${round}: ${told.join(', then ')}`;
    const contents = await readBack(folder);
    expect(contents.unreadable, where).toEqual([]);
    const words = (wordsOf(contents.chats()).c ?? []).map((text) => text.slice(0, 7).trim());
    expect(
      words.filter((word) => acknowledged.order.includes(word)),
      where,
    ).toEqual(acknowledged.order);
    expect(new Set(words).size, where).toBe(words.length);
  }
});

test.each(faults)('a fault at each operation: %s', async (fault) => {
  expect(operations).toBeGreaterThan(100);
  for (let number = 1; number <= operations; number++) await withFault(fault, number);
});
