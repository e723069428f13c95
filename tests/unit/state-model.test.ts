/** The open model as a person sees it: chosen, moved to another device, silent, and never taken for another. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { FailureError, failure } from '../../model/failure.ts';
import { createJobs } from '../../src/actions/jobs.ts';
import { chooseDevice, chooseModel, restartModel } from '../../src/actions/open-model.ts';
import { createAppStore } from '../../src/state/state.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import { newTurnId } from '../../src/storage/records.ts';
import { failureSentence } from '../../words/words.ts';
import type { JobId } from '../../workers/protocol.ts';
import { opened, reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';
import { words } from '../helpers/words.ts';

afterEach(() => void vi.unstubAllGlobals());

const named = (name: string) => ({ ...opened, bundle: { ...opened.bundle, name } });
const location = (id: string) => ({ kind: 'http', base: `https://page.test/${id}/` }) as const;
const bundles = ['one', 'two'].map((id) => ({ id, name: id, location: location(id) }));

/** A page with two models in its list, the first of which is being opened. */
async function pageWithTwoModels() {
  const page = openPage();
  await until(() => page.session.openings.length === 1);
  page.app.store.setState({ bundles });
  return page;
}

test('a message that is sent while the page starts waits for the model that was chosen before, and is answered', async () => {
  const restoring = Promise.withResolvers<void>();
  const page = openPage(memoryStorage(), restoring.promise);
  await until(() => page.state().bundles.length > 0);
  page.app.store.setState({ bundles });
  page.say('draw a car');
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(page.session.openings).toEqual([]);
  page.app.store.setState({ bundle: 'two' });
  restoring.resolve();
  await until(() => page.session.openings.length === 1);
  expect(page.session.openings[0]?.location).toMatchObject({ base: expect.stringContaining('two') });
  page.session.openings[0]?.resolve(opened);
  await page.idle();
  expect(page.answer()).toMatchObject({ state: 'done', failure: null });
  expect(page.session.openings).toHaveLength(1);
});

describe('choosing a model', () => {
  test('while another one opens shows the later one, however late the earlier one is ready', async () => {
    const page = await pageWithTwoModels();
    chooseModel(page.app, 'two');
    await until(() => page.session.openings.length === 2);
    page.session.openings[1]?.resolve(named('two'));
    await until(() => page.state().model.phase === 'ready');
    page.session.openings[0]?.resolve(named('one'));
    await new Promise((resolve) => setTimeout(resolve));
    expect(page.state().model).toMatchObject({ phase: 'ready', opened: { bundle: { name: 'two' } } });
  });

  test('while the earlier one fails late shows no failure', async () => {
    const page = await pageWithTwoModels();
    chooseModel(page.app, 'two');
    await until(() => page.session.openings.length === 2);
    page.session.openings[0]?.reject(new FailureError(failure('STOPPED', { stage: 'loading' })));
    page.session.openings[1]?.resolve(named('two'));
    await until(() => page.state().model.phase === 'ready');
    expect(page.state().notices).toEqual([]);
  });

  test('before the list of models is there opens it once, and the chosen one', async () => {
    const lists = [Promise.withResolvers<Response>(), Promise.withResolvers<Response>()];
    const page = openPage();
    await until(() => page.state().bundles.length > 0);
    let asked = 0;
    vi.stubGlobal('fetch', () => lists[asked++]?.promise);
    page.app.store.setState({ bundles: [] });
    chooseModel(page.app, 'one');
    chooseModel(page.app, 'two');
    const listed = bundles.map(({ id, name, location: { base } }) => ({ id, name, base }));
    for (const list of lists.toReversed()) list.resolve(Response.json({ bundles: listed }));
    await until(() => page.session.openings.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 20));
    const isTwo = ({ location }: (typeof page.session.openings)[number]) =>
      location.kind === 'http' && location.base.includes('two');
    const chosen = page.session.openings.filter(isTwo);
    expect(chosen).toHaveLength(1);
    expect(page.session.openings.at(-1)?.location).toMatchObject({ base: expect.stringContaining('two') });
  });

  test('during a turn stops the turn, which is no error', async () => {
    const page = await pageWithTwoModels();
    page.modelIsReady();
    page.session.answer = () => new Promise(() => undefined);
    page.say('draw a car');
    await until(() => page.session.asked.length === 1);
    chooseModel(page.app, 'two');
    await page.idle();
    expect(page.answer()).toMatchObject({ state: 'stopped', failure: null });
  });
});

describe('the device', () => {
  test('that a person chooses opens the model anew, and stops what was at work', async () => {
    const page = await pageWithTwoModels();
    page.modelIsReady();
    page.session.answer = () => new Promise(() => undefined);
    page.say('draw a car');
    await until(() => page.session.asked.length === 1);
    chooseDevice.perform(page.app, 'wasm');
    await page.idle();
    expect(page.answer().state).toBe('stopped');
    expect(page.state().device).toBe('wasm');
    expect(page.session.openings).toHaveLength(2);
    chooseDevice.perform(page.app, 'wasm');
    expect(page.session.openings).toHaveLength(2);
  });

  test('that a worker fell back to is shown, and used by the next turn', async () => {
    const page = openPage();
    page.modelIsReady();
    await until(() => page.state().model.phase === 'ready');
    const device = { ...opened.device, device: 'wasm', notice: 'WEBGPU_GONE' } as const;
    page.session.emit({ type: 'reopened', opened: { ...opened, device } });
    expect(page.state().model).toMatchObject({ opened: { device: { device: 'wasm', notice: 'WEBGPU_GONE' } } });
    page.session.answer = () => reply('Here is an image:<image>', 'picture');
    page.say('draw a car');
    await page.idle();
    expect(page.answer().results[0]?.from?.recipe.device.kind).toBe('wasm');
  });
});

describe('a turn', () => {
  test('takes nothing that is told of another one', async () => {
    const page = openPage();
    page.modelIsReady();
    const gate = Promise.withResolvers<void>();
    page.session.answer = async () => {
      await gate.promise;
      return reply('A car.', 'words');
    };
    page.say('what is this?');
    await until(() => page.session.asked.length === 1);
    const other = 'another job' as JobId;
    const data = new Uint8ClampedArray(4);
    page.session.emit({ type: 'text', job: other, delta: 'not mine', tokens: 1 });
    page.session.emit({ type: 'preview', job: other, width: 1, height: 1, data });
    page.session.emit({ type: 'imagining', job: other });
    page.session.emit({ type: 'step', job: other, step: 1, steps: 2, remainingMs: 0 });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(page.app.live.get()).toMatchObject({ text: '', preview: null, result: null });
    expect(page.state().activity).toEqual({ stage: 'reading' });
    gate.resolve();
    await page.idle();
    expect(page.answer()).toMatchObject({ text: 'A car.', results: [] });
  });

  test('whose words the lost graphics card broke off is said again, with the pictures that the new worker lacks', async () => {
    const page = openPage();
    page.modelIsReady();
    const lost = new FailureError(failure('DEVICE_LOST', { reason: 'reset', times: 1 }));
    let attempt = 0;
    let shown = '';
    page.session.answer = async ({ job }) => {
      attempt += 1;
      if (attempt === 2) {
        await until(() => page.app.live.get()?.text === '');
        return reply('A car.', 'words');
      }
      page.session.emit({ type: 'text', job, delta: 'A c', tokens: 1 });
      await until(() => page.app.live.get()?.text !== '');
      shown = page.app.live.get()?.text ?? '';
      throw lost;
    };
    page.say('what is this?');
    await page.idle();
    expect(shown).toBe('A c');
    expect(page.answer()).toMatchObject({ state: 'done', text: 'A car.', failure: null });
    expect(page.session.asked).toHaveLength(2);
  });

  test('whose words are broken off twice fails, and says that the browser has to be restarted', async () => {
    const page = openPage();
    page.modelIsReady();
    page.session.answer = () =>
      Promise.reject(new FailureError(failure('DEVICE_LOST', { reason: '', times: page.session.asked.length })));
    page.say('what is this?');
    await page.idle();
    const { failure: shown } = page.answer();
    expect(shown).toMatchObject({ code: 'DEVICE_LOST', data: { times: 2 } });
    expect(shown && failureSentence(words.en, shown)).toContain('Restart the browser');
    expect(shown && failureSentence(words.zh, shown)).toContain('重新启动浏览器');
  });
});

describe('a model that was replaced on its site', () => {
  const list = (sha256: string) => async () =>
    Response.json({ bundles: [{ id: 'fake', name: 'Fake', base: 'fake/', sha256 }] });
  const [older, newer] = ['1'.repeat(64), '2'.repeat(64)];
  const replaced = new FailureError(failure('BUNDLE_FILE', { file: 'bundle.json', problem: 'hash' }));

  async function pageOfOlderList() {
    const page = openPage();
    await until(() => page.session.openings.length === 1);
    vi.stubGlobal('fetch', list(older));
    page.app.store.setState({ bundles: [] });
    chooseDevice.perform(page.app, 'wasm');
    await until(() => page.session.openings.length === 2);
    expect(page.session.openings[1]?.location).toMatchObject({ sha256: older });
    vi.stubGlobal('fetch', list(newer));
    return page;
  }

  test('before it was opened is opened as it is now, when a person tries again', async () => {
    const page = await pageOfOlderList();
    page.session.openings[1]?.reject(replaced);
    await until(() => page.state().model.phase === 'failed');
    page.modelIsReady();
    page.say('draw a car');
    await page.idle();
    expect(page.session.openings.at(-1)?.location).toMatchObject({ sha256: newer });
    expect(page.answer().state).toBe('done');
  });

  test('while it was open is opened as it is now, when a person tries again', async () => {
    const page = await pageOfOlderList();
    page.modelIsReady();
    // A part that was at rest begins again, and finds the other model.
    page.session.answer = () => Promise.reject(replaced);
    page.say('draw a car');
    await page.idle();
    expect(page.answer()).toMatchObject({ state: 'failed', failure: replaced.failure });
    page.session.answer = () => reply('A car.', 'words');
    page.say('draw a car');
    await page.idle();
    expect(page.session.openings.at(-1)?.location).toMatchObject({ sha256: newer });
    expect(page.answer().state).toBe('done');
  });
});

test('a part of the model that does not answer is shown until it does, and can be started again', async () => {
  const page = openPage();
  const { session, app } = page;
  session.emit({ type: 'silent', side: 'painter', seconds: 60, run: 'autoencoder_decode' });
  expect(page.state().silence).toEqual({ side: 'painter', seconds: 60 });
  expect(restartModel.when(page.state())).toBe(true);
  restartModel.perform(app);
  expect(session.restarts).toBe(1);
  session.emit({ type: 'answers', side: 'language' });
  expect(page.state().silence).not.toBeNull();
  session.emit({ type: 'answers', side: 'painter' });
  expect(page.state().silence).toBeNull();
  expect(restartModel.when(page.state())).toBe(false);
});

test('work that goes wrong in an unforeseen way holds up nothing behind it, and is shown', async () => {
  const store = createAppStore(words.en);
  const jobs = createJobs(store);
  let done = false;
  jobs.add(
    { kind: 'answer', turn: newTurnId() },
    { run: () => Promise.reject(new Error('broken')), leave: () => undefined },
  );
  const run = async () => {
    done = true;
  };
  jobs.add({ kind: 'answer', turn: newTurnId() }, { run, leave: () => undefined });
  await until(() => store.getState().jobs.length === 0);
  expect(done).toBe(true);
  expect(store.getState().notices).toMatchObject([{ failure: { code: 'UNEXPECTED' } }]);
});
