/** Stop: told at once, heard until a picture is shown, and what was made until then stays. */
import { describe, expect, test } from 'vitest';
import { deferred } from '../../session/deferred.ts';
import { stop, works } from '../../src/actions/compose.ts';
import { chooseDevice } from '../../src/actions/open-model.ts';
import { statusSentence } from '../../src/app/status.tsx';
import { memoryStorage } from '../../src/storage/memory.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';
import { words } from '../helpers/words.ts';

describe('Stop', () => {
  test('ends what works and what waits; the begun picture is shown as stopped', async () => {
    const page = openPage();
    page.modelIsReady();
    page.session.painting = () => new Promise(() => undefined);
    page.say('draw a red car');
    page.say('draw a tree');
    await until(() => page.session.painted.length === 1);
    page.stop();
    await page.idle();
    const states = page.turns().flatMap((turn) => (turn.from === 'model' ? [turn.state] : []));
    expect(states).toEqual(['stopped', 'stopped']);
    expect(page.turns()[1]).toMatchObject({ failure: null, results: [{ state: 'stopped' }] });
    expect(page.session.asked).toHaveLength(1);
  });

  test('is told at once, and not again, until what works has ended', async () => {
    const page = openPage();
    page.modelIsReady();
    const run = deferred<void>();
    // A run that cannot be broken off.
    page.session.paint = async ({ job, width, height }) => {
      page.session.emit({ type: 'step', job, step: 1, steps: 2, remainingMs: 0 });
      await run.promise;
      page.session.emit({ type: 'developing', job, tile: 1, tiles: 1 });
      return { width, height, data: new Uint8ClampedArray(4 * width * height).fill(255), end: 'stopped' };
    };
    const status = () => statusSentence(page.state(), words.en.page.status);
    page.say('draw a red car');
    await until(() => status() === 'Drawing step 1 of 2');
    expect(stop.when(page.state())).toBe(true);
    page.stop();
    expect([status(), stop.when(page.state()), works(page.state())]).toEqual(['Stopping…', false, true]);
    // What is asked meanwhile has a Stop of its own.
    page.say('draw a tree');
    expect([status(), stop.when(page.state())]).toEqual(['Stopping…', true]);
    page.stop();
    run.resolve();
    await page.idle();
    expect([status(), works(page.state())]).toEqual(['Stopped', false]);
    expect(page.turns()[1]).toMatchObject({ state: 'stopped', results: [{ state: 'stopped' }] });
  });

  test('when the painter has just finished leaves what was on the screen', async () => {
    const page = openPage();
    page.modelIsReady();
    page.session.painting = ({ job }) => {
      page.session.emit({ type: 'step', job, step: 1, steps: 2, remainingMs: 0 });
      page.session.emit({ type: 'preview', job, width: 2, height: 1, data: new Uint8ClampedArray(8).fill(255) });
    };
    page.say('draw a red car');
    const unsubscribe = page.app.live.subscribe(() => page.app.live.get()?.preview != null && page.stop());
    await page.idle();
    unsubscribe();
    expect(page.answer()).toMatchObject({ state: 'stopped', results: [{ state: 'stopped', width: 2, height: 1 }] });
  });

  test('while the picture is being encoded is no less of one', async () => {
    const page = openPage();
    page.modelIsReady();
    page.session.painting = ({ job }) =>
      page.session.emit({ type: 'preview', job, width: 2, height: 1, data: new Uint8ClampedArray(8).fill(255) });
    const { encodePng } = page.app;
    Object.assign(page.app, {
      encodePng: (...given: Parameters<typeof encodePng>) => {
        page.stop();
        return encodePng(...given);
      },
    });
    page.say('draw a red car');
    await page.idle();
    expect(page.answer()).toMatchObject({ state: 'stopped', results: [{ state: 'stopped', width: 2, height: 1 }] });
  });

  test('is heard while what a picture is painted from still goes to a slow disk', async () => {
    const storage = memoryStorage();
    const disk = deferred<void>();
    const { putBlob } = storage;
    const page = openPage({
      ...storage,
      putBlob: (hash, blob) => disk.promise.then(() => putBlob.call(storage, hash, blob)),
    });
    page.modelIsReady();
    page.session.painting = async ({ job }) => {
      page.session.emit({ type: 'step', job, step: 1, steps: 2, remainingMs: 0 });
      await new Promise(() => undefined);
    };
    page.say('draw a red car');
    await until(() => page.state().activity?.stage === 'step');
    page.stop();
    await page.idle();
    expect(page.answer()).toMatchObject({ state: 'stopped', results: [{ state: 'stopped' }] });
    disk.resolve();
    await until(() => page.answer().results[0]?.from !== null);
  });

  test('works while the model is still opening', async () => {
    const page = openPage();
    page.say('draw a red car');
    page.stop();
    await page.idle();
    expect(page.answer().state).toBe('stopped');
  });

  test('works on Variations while another model is still opening', async () => {
    const page = openPage();
    page.modelIsReady();
    page.say('draw a red car');
    await page.idle();
    page.session.openLater();
    chooseDevice.perform(page.app, 'wasm');
    page.vary(page.answer().results[0]?.id ?? '');
    await until(() => page.answer().results[1]?.state === 'working');
    page.stop();
    await page.idle();
    expect(page.answer().results[1]?.state).toBe('stopped');
    expect(page.state().outcome).toBe('stopped');
  });
});
