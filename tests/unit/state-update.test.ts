/** A new version of the page, what other apps share with it, and what is told while a model is on its way. */
import { expect, test, vi } from 'vitest';
import { failure } from '../../model/failure.ts';
import type { App } from '../../src/actions/app.ts';
import { openModel } from '../../src/actions/open-model.ts';
import { takeShared } from '../../src/actions/shared.ts';
import { keepPage, update, watchReleases } from '../../src/actions/update.ts';
import { statusSentence } from '../../src/app/status.tsx';
import { en } from '../../words/en/page.ts';
import type { Shared } from '../../workers/service-worker/protocol.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

/** A page whose service worker has another version at hand. */
function pageWithNewVersion() {
  const page = openPage();
  const changeRelease = vi.fn(async () => undefined);
  const app: App = {
    ...page.app,
    serviceWorker: { ...page.app.serviceWorker, changeRelease, onOtherRelease: (tell) => tell() },
  };
  watchReleases(app);
  return { ...page, app, changeRelease };
}

test('a new version is offered, and comes when a person asks for it', () => {
  const page = pageWithNewVersion();
  expect(page.state().update).toBe('offered');
  expect(page.changeRelease).not.toHaveBeenCalled();
  update.perform(page.app);
  expect(page.changeRelease).toHaveBeenCalledTimes(1);
});

test('asked for during a drawing it comes once nothing works any more, and once', async () => {
  const page = pageWithNewVersion();
  page.modelIsReady();
  page.session.answer = () => new Promise(() => undefined);
  page.say('draw a car');
  await until(() => page.session.asked.length === 1);
  update.perform(page.app);
  expect(page.state().update).toBe('asked');
  expect(page.changeRelease).not.toHaveBeenCalled();
  page.stop();
  await page.idle();
  expect(page.changeRelease).toHaveBeenCalledTimes(1);
});

const unsettled: Readonly<Record<string, Partial<ReturnType<ReturnType<typeof openPage>['state']>>>> = {
  'a picture is being read': { attachments: [{ key: 'one', name: 'one.png', record: null }] },
  'something is not on the disk': { unsaved: failure('STORAGE_OUTDATED', {}) },
  'the message waits for its picture': { sendWhenRead: true },
};

test.each(Object.keys(unsettled))('it does not come while %s', (what) => {
  const page = pageWithNewVersion();
  page.app.store.setState(unsettled[what] ?? {});
  update.perform(page.app);
  expect(page.changeRelease).not.toHaveBeenCalled();
  page.app.store.setState({ attachments: [], unsaved: null, sendWhenRead: false });
  expect(page.changeRelease).toHaveBeenCalledTimes(1);
});

test('whether there was room to keep the page is known', async () => {
  const page = openPage();
  await keepPage({ ...page.app, serviceWorker: { ...page.app.serviceWorker, keep: async () => 'no room' } });
  expect(page.state().kept).toBe('no room');
});

/** The page as another app's share opens it. */
function sharedWith(shared: Shared | null) {
  const page = openPage();
  vi.stubGlobal('location', { href: 'https://page.test/sub/?device=wasm&shared=name' });
  const replaceState = vi.fn();
  vi.stubGlobal('history', { state: null, replaceState });
  const received = vi.fn(async () => undefined);
  const app: App = { ...page.app, serviceWorker: { ...page.app.serviceWorker, shared: async () => shared, received } };
  return { ...page, app, received, replaceState };
}

test('words that are shared come behind those of the message, and are then let go', async () => {
  const page = sharedWith({ files: [], text: 'make it blue' });
  page.app.store.setState({ text: 'a car' });
  await takeShared(page.app);
  expect(page.state().text).toBe('a car\nmake it blue');
  expect(page.received).toHaveBeenCalledWith('name');
  expect(String(page.replaceState.mock.calls[0]?.[2])).toBe('https://page.test/sub/?device=wasm');
});

test('what did not arrive is told', async () => {
  const page = sharedWith(null);
  await takeShared(page.app);
  expect(page.state().notices.map(({ failure: { code, data } }) => [code, data])).toEqual([
    ['DROP_UNREADABLE', { what: 'shared', name: '' }],
  ]);
});

test('while a model is on its way the status names what is loaded and how much of it', () => {
  const page = openPage();
  const said = () => statusSentence(page.state(), en.status);
  const load = (part: string, done: number) => page.session.emit({ type: 'loading', part, done, total: 0 });
  expect(said()).toBe('Preparing the model');
  load('onnxruntime', 12e6);
  expect(said()).toMatch(/what computes it, 10 MB so far$/);
  // The other worker is at the same file.
  load('onnxruntime', 6e6);
  expect(said()).toMatch(/what computes it, 10 MB so far$/);
  load('transformer-1.bin', 3e6);
  expect(said()).toMatch(/loading its files$/);
  load('generation_flux-1.bin', 4e6);
  expect(said()).toMatch(/loading its files, 5 MB so far$/);
});

test('nothing of a model is fetched before what keeps it can answer', async () => {
  const page = openPage();
  await until(() => page.state().bundles.length > 0);
  page.app.store.setState({ bundles: [] });
  const fetched = vi.fn(async () => Response.json({ bundles: [] }));
  vi.stubGlobal('fetch', fetched);
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  openModel({ ...page.app, serviceWorker: { ...page.app.serviceWorker, ready } }).catch(() => undefined);
  await new Promise((after) => setTimeout(after, 20));
  expect(fetched).not.toHaveBeenCalled();
  resolve();
  await until(() => fetched.mock.calls.length === 1);
});
