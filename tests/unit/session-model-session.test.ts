/** A model session on a device that does not hold both sides at once, and on one that does. */
import { expect, test } from 'vitest';
import type { Side } from '../../session/exclusive-residency.ts';
import { createModelSession } from '../../session/model-session.ts';
import type { SpawnedWorker } from '../../session/spawned-worker.ts';
import type { JobId, MemoryPlan, Painting, PaintRequest, TurnRequest } from '../../workers/protocol.ts';
import { opened, reply } from '../helpers/fake-session.ts';

/** What was started and ended, in turn. */
function sessionOn(residency: MemoryPlan['residency']) {
  const told: string[] = [];
  const outcome = <Result>(result: Result) => Promise.resolve({ ok: true, result } as const);
  function spawned<Service>(side: Side, service: Service): SpawnedWorker<Service> {
    told.push(`${side} starts`);
    return { service, onDeath: () => undefined, end: async () => void told.push(`${side} ends`) };
  }
  const common = {
    open: () => outcome({ ...opened, memory: { ...opened.memory, residency } }),
    cancel: async () => undefined,
    memory: async () => ({ owners: {}, peak: 0 }),
    close: () => outcome(null),
  };
  const language = { ...common, lacking: () => outcome([]), speak: () => outcome(reply('Here it is', 'picture')) };
  const workers = {
    spawnLanguage: () => spawned('language', language),
    spawnPainter: () => spawned('painter', { ...common, paint: () => outcome(painting) }),
    loading: 'together',
  } as const;
  return { session: createModelSession(workers, () => 'auto'), told };
}

const job = 'job' as JobId;
const painting: Painting = { width: 1, height: 1, data: new Uint8ClampedArray(4), end: 'finished' };
const never = new AbortController().signal;

async function twoTurns(residency: MemoryPlan['residency']): Promise<readonly string[]> {
  const { session, told } = sessionOn(residency);
  await session.open({ kind: 'http', base: '/' });
  for (let turn = 1; turn <= 2; turn += 1) {
    await session.speak({ job } as TurnRequest, [], never);
    await session.paint({ job } as PaintRequest, never);
  }
  return told;
}

test('both sides stay where they fit', async () => {
  expect(await twoTurns('both')).toEqual(['language starts', 'painter starts']);
});

test.each(['one at a time', 'streamed'] as const)(
  'the side that waits is ended where they fit %s',
  async (residency) => {
    const turn = ['painter ends', 'language ends', 'painter starts'];
    expect(await twoTurns(residency)).toEqual([
      'language starts',
      'painter starts',
      ...turn,
      'painter ends',
      'language starts',
      'language ends',
      'painter starts',
    ]);
  },
);
