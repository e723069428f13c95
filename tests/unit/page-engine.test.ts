/** The engine on a device that does not hold both sides at once, and on one that does. */
import { expect, test } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { Spawned } from '../../src/engine/worker-host.ts';
import type { JobId, MemoryPlan, Painting, PaintOrder, TurnRequest } from '../../workers/protocol.ts';
import { opened, reply } from '../helpers/fake-engine.ts';

type Side = 'language' | 'painter';

/** What was started and ended, in turn. */
function engineOn(residency: MemoryPlan['residency']) {
  const told: string[] = [];
  const outcome = <Result>(result: Result) => Promise.resolve({ ok: true, result } as const);
  function spawned<Service>(side: Side, service: Service): Spawned<Service> {
    told.push(`${side} starts`);
    return { service, onDeath: () => undefined, end: () => told.push(`${side} ends`) };
  }
  const common = {
    open: () => outcome({ ...opened, memory: { ...opened.memory, residency } }),
    cancel: async () => undefined,
  };
  const language = { ...common, lacking: () => outcome([]), speak: () => outcome(reply('Here it is', 'picture')) };
  const workers = {
    spawnLanguage: () => spawned('language', language),
    spawnPainter: () => spawned('painter', { ...common, paint: () => outcome(painting) }),
    spawnPicture: () => {
      throw new Error('nothing is encoded here');
    },
  };
  return { engine: createEngine(workers, 'auto'), told };
}

const job = 'job' as JobId;
const painting: Painting = { width: 1, height: 1, data: new Uint8ClampedArray(4), end: 'finished' };
const never = new AbortController().signal;
const order = {
  request: { job } as TurnRequest,
  contents: async () => [],
  plan: async () => ({ width: 2, height: 2 }) as PaintOrder,
};

async function twoTurns(residency: MemoryPlan['residency']): Promise<readonly string[]> {
  const { engine, told } = engineOn(residency);
  await engine.open({ kind: 'http', base: '/' });
  await engine.run(order, never);
  await engine.run(order, never);
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
