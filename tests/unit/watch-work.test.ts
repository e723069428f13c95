/** What happens beside the model's work: the screen is kept on while it lasts, and its end is told where nobody sees it. */

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchWork } from '../../src/actions/watch-work.ts';
import { type AppState, createAppStore } from '../../src/state/state.ts';
import type { TurnId } from '../../src/storage/records.ts';
import { settles } from '../helpers/until.ts';
import { words } from '../helpers/words.ts';

const told: string[] = [];
let held = 0;
const page = Object.assign(new EventTarget(), { hidden: false });
const lock = {
  async release() {
    held -= 1;
  },
};

class FakeNotification extends EventTarget {
  constructor(_: string, { body }: NotificationOptions) {
    super();
    told.push(body ?? '');
  }
}

beforeEach(() => {
  told.length = 0;
  held = 0;
  page.hidden = false;
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.stubGlobal('document', page);
  vi.stubGlobal('Notification', FakeNotification);
  const request = async () => {
    held += 1;
    return lock;
  };
  vi.stubGlobal('navigator', { wakeLock: { request } });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const job = {
  id: 'job',
  subject: { kind: 'answer', turn: 'turn' as TurnId },
  state: 'working',
} as AppState['jobs'][number];

function work(store: ReturnType<typeof createAppStore>, ms: number, outcome: AppState['outcome'] = 'done'): void {
  store.setState({ jobs: [job], outcome: null });
  vi.advanceTimersByTime(ms);
  store.setState({ outcome });
  store.setState({ jobs: [] });
}

test('the end of long work is told once it is wanted, where the page is out of sight, in its language', () => {
  const store = createAppStore(words.en);
  watchWork(store);
  page.hidden = true;
  work(store, 20_000);
  expect(told).toEqual([]);
  store.setState({ endNotice: 'told' });
  work(store, 20_000);
  work(store, 20_000, 'failed');
  store.setState({ words: words.zh });
  work(store, 20_000);
  expect(told).toEqual(['Your picture is done', 'It could not be finished', '您的图片已完成']);
});

test('nothing is told of short work, of stopped work, or to who is looking', () => {
  const store = createAppStore(words.en);
  store.setState({ endNotice: 'told' });
  watchWork(store);
  work(store, 20_000);
  page.hidden = true;
  work(store, 9000);
  work(store, 20_000, 'stopped');
  expect(told).toEqual([]);
});

test('the screen stays on while something works, and again when the page is back in sight', async () => {
  const store = createAppStore(words.en);
  watchWork(store);
  store.setState({ jobs: [job] });
  await settles(() => expect(held).toBe(1));
  page.hidden = true;
  page.dispatchEvent(new Event('visibilitychange'));
  await settles(() => expect(held).toBe(0));
  page.hidden = false;
  page.dispatchEvent(new Event('visibilitychange'));
  await settles(() => expect(held).toBe(1));
  store.setState({ jobs: [] });
  await settles(() => expect(held).toBe(0));
});
