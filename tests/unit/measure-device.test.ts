/** Measuring the device for the times of a plan: when it happens, what it gives way to, and how long it is remembered. */
import { afterEach, expect, test, vi } from 'vitest';
import { measureDevice } from '../../src/actions/measure-device.ts';
import { readThroughputs, throughputOf } from '../../src/state/throughputs.ts';
import { opened } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

afterEach(() => vi.unstubAllGlobals());

const rate = { weights: 3e9, operations: 4e12 };

/** A visit to the page; what one keeps the next one finds. */
async function visit(kept: Map<string, string>) {
  vi.stubGlobal('localStorage', {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  const page = openPage();
  page.app.store.setState({ throughputs: readThroughputs() });
  page.session.measuring = () => rate;
  page.modelIsReady();
  await until(() => page.state().model.phase === 'ready');
  return {
    ...page,
    /** Looks at a plan. */
    look() {
      if (measureDevice.when(page.state())) measureDevice.perform(page.app);
    },
    known: () => throughputOf(page.state()),
  };
}

test('a device is measured once, and known at the next visit; another one is not', async () => {
  const kept = new Map<string, string>();
  const first = await visit(kept);
  first.look();
  first.look();
  await until(() => first.known() !== null);
  expect(first.known()).toEqual(rate);
  expect(first.session.measured).toBe(1);

  const next = await visit(kept);
  next.look();
  expect(next.known()).toEqual(rate);
  expect(next.session.measured).toBe(0);
  next.session.emit({ type: 'reopened', opened: { ...opened, device: { ...opened.device, adapter: 'another' } } });
  expect(next.known()).toBeNull();
  next.look();
  await until(() => next.known() !== null);
  expect(next.session.measured).toBe(1);
});

test('what was kept and cannot be right is measured again', async () => {
  for (const text of ['', 'null', '{"webgpu · fake · float32 · 1":{"weights":0,"operations":"many"}}']) {
    const page = await visit(new Map([['nexus-gen throughputs', text]]));
    expect(page.known()).toBeNull();
    page.look();
    await until(() => page.known() !== null);
  }
});

test('nothing is measured while a job runs, and a job that comes meanwhile ends it', async () => {
  const page = await visit(new Map());
  const painting = Promise.withResolvers<void>();
  page.session.painting = () => painting.promise;
  page.say('draw a car');
  await until(() => page.state().jobs.length > 0);
  page.look();
  expect(page.session.measured).toBe(0);
  painting.resolve();
  await page.idle();

  page.session.measuring = () => Promise.withResolvers<typeof rate>().promise;
  page.look();
  expect(page.session.measured).toBe(1);
  page.say('draw a tree');
  await page.idle();
  expect(page.known()).toBeNull();
  page.session.measuring = () => rate;
  page.look();
  await until(() => page.known() !== null);
});

test('nothing is measured while a model is installed', async () => {
  const page = await visit(new Map());
  const { library } = page.state();
  const work = { key: { doing: 'install', where: 'here', done: 0, total: 1 } } as const;
  page.app.store.setState({ library: { ...library, work } });
  page.look();
  expect(page.session.measured).toBe(0);
});
