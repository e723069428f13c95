/** An interrupted drawing, as the page has it: how far it came is kept, and it goes on from there. */
import { describe, expect, test, vi } from 'vitest';
import { fail } from '../../model/failure.ts';
import { deleteTurn } from '../../src/actions/chats.ts';
import { chooseDevice } from '../../src/actions/open-model.ts';
import { cancelQueued } from '../../src/actions/queue.ts';
import { isInterrupted, resume, whyNotResumed } from '../../src/actions/resume.ts';
import { undo } from '../../src/actions/undo.ts';
import { finish } from '../../src/actions/vary.ts';
import { statusSentence } from '../../src/app/status.tsx';
import { commands } from '../../src/commands/commands.ts';
import { chatLines } from '../../src/storage/archive-lines.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import { restoreResult } from '../../src/storage/restore.ts';
import type { Storage } from '../../src/storage/storage.ts';
import { failureSentence } from '../../words/words.ts';
import type { Opened, PaintRequest } from '../../workers/protocol.ts';
import { opened } from '../helpers/fake-session.ts';
import { hang, onlyResult, stateBehind } from '../helpers/interrupted.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';
import { words } from '../helpers/words.ts';

/** Memory that takes what may fail, as a disk does. */
function disk(): Storage {
  const storage = memoryStorage();
  return { ...storage, bringBlob: (hash, blob) => storage.putBlob(hash, blob) };
}

/** A page whose drawing was stopped behind the second of four steps. */
async function interrupted(storage: Storage = disk()) {
  const page = openPage(storage);
  page.modelIsReady();
  page.set('seed', '7');
  hang(page, 1, 2);
  page.say('draw a red car');
  await until(() => page.answer().results[0]?.reached?.step === 2);
  page.stop();
  await page.idle();
  page.session.painting = () => undefined;
  return {
    ...page,
    storage,
    async resumed() {
      resume.perform(page.app, onlyResult(page).id);
      await page.idle();
      return onlyResult(page);
    },
    open(changes: Partial<Opened>) {
      page.app.store.setState({ model: { phase: 'ready', opened: { ...opened, ...changes } } });
      page.session.openNow({ ...opened, ...changes });
    },
  };
}

const withoutJob = ({ job: _, ...request }: PaintRequest) => request;

describe('a drawing that was stopped', () => {
  test('goes on from its last kept step, with all that it was begun with, to the file of one that was not', async () => {
    const page = await interrupted();
    expect(page.answer()).toMatchObject({ state: 'stopped', results: [{ state: 'stopped', reached: { step: 2 } }] });
    const done = await page.resumed();
    const [begun, goneOn] = page.session.painted.map(withoutJob);
    expect(goneOn).toEqual({ ...begun, resume: stateBehind(2) });
    expect(page.session.asked).toHaveLength(1);
    expect(page.answer()).toMatchObject({ state: 'done', failure: null });
    expect([done.state, done.reached]).toEqual(['done', undefined]);

    const other = openPage();
    other.modelIsReady();
    other.set('seed', '7');
    other.say('draw a red car');
    await other.idle();
    expect(onlyResult(other).from?.recipe).toEqual(done.from?.recipe);
    expect(onlyResult(other).image).toBe(done.image);
  });

  test('is said to be drawn from the start, for no words are read', async () => {
    const page = await interrupted();
    page.session.painting = () => new Promise(() => undefined);
    resume.perform(page.app, onlyResult(page).id);
    await until(() => page.session.painted.length === 2);
    expect(statusSentence(page.state(), words.en.page.status)).toBe('Drawing the picture');
    page.stop();
    await page.idle();
  });

  test('is interrupted again while it goes on, and goes on from there', async () => {
    const page = await interrupted();
    hang(page, 3);
    resume.perform(page.app, onlyResult(page).id);
    await until(() => onlyResult(page).reached?.step === 3);
    expect(page.answer().state).toBe('working');
    page.stop();
    await page.idle();
    expect(page.answer()).toMatchObject({ state: 'stopped', results: [{ state: 'stopped' }] });
    page.session.painting = () => undefined;
    expect((await page.resumed()).state).toBe('done');
    expect(page.session.painted.at(-1)?.resume).toEqual(stateBehind(3));
  });

  test('is not asked for twice, nor while it waits; taken from the queue it is as it was', async () => {
    const page = await interrupted();
    const before = page.turns();
    page.session.painting = () => new Promise(() => undefined);
    page.say('draw a tree');
    const [, first] = page.turns();
    const id = (first?.from === 'model' ? first.results[0]?.id : undefined) ?? '';
    resume.perform(page.app, id);
    expect(resume.when(page.state(), id)).toBe(false);
    resume.perform(page.app, id);
    const waiting = page.state().jobs.filter(({ subject }) => subject.kind === 'resumption');
    expect(waiting).toHaveLength(1);
    for (const job of waiting) cancelQueued.perform(page.app, job.id);
    expect(page.turns().slice(0, 2)).toEqual(before);
    expect(resume.when(page.state(), id)).toBe(true);
    page.stop();
    await page.idle();
  });

  test('that was deleted and had back goes on', async () => {
    const page = await interrupted();
    deleteTurn.perform(page.app, page.answer().id);
    undo.perform(page.app);
    expect((await page.resumed()).state).toBe('done');
  });

  test('can be gone on with from the list of commands, and where nothing was interrupted there is no such command', async () => {
    const page = await interrupted();
    const command = commands.find(({ name }) => name === 'resume');
    expect(command?.action.when(page.state())).toBe(true);
    command?.action.perform(page.app);
    await page.idle();
    expect(onlyResult(page).state).toBe('done');
    expect(command?.action.when(page.state())).toBe(false);
  });
});

test('the painter’s own last state counts where it answers a Stop with its preview', async () => {
  const page = openPage(disk());
  page.modelIsReady();
  page.session.paint = async ({ job, width, height }) => {
    page.session.emit({ type: 'reached', job, state: stateBehind(1) });
    return {
      width,
      height,
      data: new Uint8ClampedArray(4 * width * height).fill(255),
      end: 'stopped',
      reached: stateBehind(3),
    };
  };
  page.say('draw a red car');
  await page.idle();
  await until(() => onlyResult(page).reached?.step === 3);
  expect(onlyResult(page)).toMatchObject({ state: 'stopped', image: expect.any(String) });
});

test.each(['WORKER_ENDED', 'DEVICE_LOST'] as const)(
  'a drawing that failed by %s goes on, and its failure goes',
  async (code) => {
    const page = openPage(disk());
    page.modelIsReady();
    page.session.painting = async ({ job }) => {
      page.session.emit({ type: 'reached', job, state: stateBehind(2) });
      await until(() => onlyResult(page).reached !== undefined);
      if (code === 'DEVICE_LOST') fail(code, { reason: 'reset', times: 2 });
      fail('WORKER_ENDED', { worker: 'painter', reason: 'crashed' });
    };
    page.say('draw a red car');
    await page.idle();
    expect(page.answer()).toMatchObject({ state: 'failed', failure: { code } });
    page.session.painting = () => undefined;
    resume.perform(page.app, onlyResult(page).id);
    expect(page.answer().failure).toBeNull();
    await page.idle();
    expect(page.answer()).toMatchObject({ state: 'done', results: [{ state: 'done' }] });
  },
);

test('a variation that was interrupted goes on with its own seed; a draft stays one', async () => {
  const page = openPage(disk());
  page.modelIsReady();
  page.set('steps', '12');
  page.say('draw a red car');
  await page.idle();
  page.app.store.setState({ variations: { count: 1, kind: 'draft' } });
  hang(page, 2);
  page.vary(onlyResult(page).id);
  const second = () => page.answer().results[1];
  await until(() => second()?.reached?.step === 2);
  page.stop();
  await page.idle();
  page.session.painting = () => undefined;
  resume.perform(page.app, second()?.id ?? '');
  await page.idle();
  expect(page.session.painted.at(-1)).toMatchObject({ steps: 3, seed: second()?.seed, resume: stateBehind(2) });
  expect(second()).toMatchObject({ state: 'done', fullSteps: 12 });
  expect(finish.when(page.state(), second()?.id ?? '')).toBe(true);
});

describe('a disk that takes nothing', () => {
  test.each<[string, Storage['bringBlob']]>([
    ['refuses', async () => fail('NOT_KEPT', { what: 'picture', reason: 'full', detail: '' })],
    ['never answers', () => new Promise(() => undefined)],
  ])('and %s keeps no drawing from its end, and is not complained of', async (_, bringBlob) => {
    const page = openPage({ ...disk(), bringBlob });
    page.modelIsReady();
    page.session.painting = ({ job }) => {
      for (const step of [1, 2, 3]) page.session.emit({ type: 'reached', job, state: stateBehind(step) });
    };
    page.say('draw a red car');
    await page.idle();
    expect(onlyResult(page)).toMatchObject({ state: 'done' });
    expect(onlyResult(page).reached).toBeUndefined();
    expect(page.state()).toMatchObject({ notices: [], unsaved: null });
  });

  test('of the states that come meanwhile the last is kept', async () => {
    const storage = disk();
    const written: string[] = [];
    const first = Promise.withResolvers<void>();
    const page = openPage({
      ...storage,
      async bringBlob(hash, blob) {
        if (written.push(hash) === 1) await first.promise;
        await storage.bringBlob(hash, blob);
      },
    });
    page.modelIsReady();
    hang(page, 1, 2, 3);
    page.say('draw a red car');
    await until(() => written.length === 1);
    first.resolve();
    await until(() => onlyResult(page).reached?.step === 3);
    expect(written).toHaveLength(2);
    page.stop();
    await page.idle();
  });
});

describe('is refused, with what to do,', () => {
  const other = 'b'.repeat(64);
  test.each<[string, Partial<Opened>, ReturnType<typeof whyNotResumed>]>([
    [
      'of another model, or another version of it',
      { bundle: { ...opened.bundle, identity: { language: other, generation: other, editing: other } } },
      'other-model',
    ],
    ['without its decoder', { bundle: { ...opened.bundle, decoders: ['editing'] } }, 'other-model'],
    ['by the processor', { device: { ...opened.device, device: 'wasm', adapter: 'wasm' } }, 'other-device'],
    ['in another precision', { device: { ...opened.device, activations: 'float16' } }, 'other-device'],
    ['by another number of threads', { device: { ...opened.device, threads: 2 } }, 'other-device'],
  ])('%s; and goes on where that is had again', async (_, changes, why) => {
    const page = await interrupted();
    page.open(changes);
    const result = onlyResult(page);
    if (!isInterrupted(result)) throw new Error('it is not interrupted');
    expect(whyNotResumed(page.state(), result)).toBe(why);
    expect(resume.when(page.state(), result.id)).toBe(false);
    resume.perform(page.app, result.id);
    expect(page.state().jobs).toEqual([]);
    page.open({});
    expect((await page.resumed()).state).toBe('done');
  });

  test('also where that turns out only when the model is there; what was kept stays', async () => {
    const page = await interrupted();
    page.session.openLater();
    chooseDevice.perform(page.app, 'wasm');
    resume.perform(page.app, onlyResult(page).id);
    await until(() => onlyResult(page).state === 'working');
    page.session.openNow({ ...opened, device: { ...opened.device, device: 'wasm', adapter: 'wasm' } });
    await page.idle();
    const failure = { code: 'RESUME_ELSEWHERE', data: { begun: 'device', device: 'webgpu' } };
    expect(page.answer()).toMatchObject({
      state: 'failed',
      failure,
      results: [{ state: 'failed', reached: { step: 2 } }],
    });
  });

  test('where another version of the software began it', async () => {
    const page = await interrupted();
    const result = onlyResult(page);
    if (!isInterrupted(result)) throw new Error('it is not interrupted');
    const older = { ...result, reached: { ...result.reached, versions: { 'nexus-gen-web': '0.0.9' } } };
    expect(whyNotResumed(page.state(), older)).toBe('other-version');
  });

  test.each<[string, (storage: Storage, latents: string) => void]>([
    ['are gone', (storage, latents) => lose(storage, latents, null)],
    ['are cut', (storage, latents) => lose(storage, latents, new Blob([new Uint8Array(5)]))],
  ])('where its latents %s: then it is offered no more', async (_, damage) => {
    const page = await interrupted();
    damage(page.app.storage, onlyResult(page).reached?.latents ?? '');
    const result = await page.resumed();
    expect(page.answer()).toMatchObject({ state: 'failed', failure: { code: 'LATENTS_GONE', data: {} } });
    expect(page.session.painted).toHaveLength(1);
    expect(isInterrupted(result)).toBe(false);
  });

  function lose(storage: Storage, latents: string, left: Blob | null): void {
    const { blob } = storage;
    vi.spyOn(storage, 'blob').mockImplementation(async (hash) => (hash === latents ? left : blob.call(storage, hash)));
  }

  test('in sentences of both languages', () => {
    for (const language of [words.en, words.zh]) {
      const sentences = [
        failureSentence(language, { code: 'LATENTS_GONE', data: {} }),
        failureSentence(language, { code: 'RESUME_ELSEWHERE', data: { begun: 'version', device: 'wasm' } }),
        failureSentence(language, { code: 'RESUME_ELSEWHERE', data: { begun: 'device', device: 'wasm' } }),
        failureSentence(language, { code: 'RESUME_ELSEWHERE', data: { begun: 'device', device: 'webgpu' } }),
        ...Object.values(language.page.resume.notResumed),
      ];
      expect(new Set(sentences).size).toBe(7);
    }
  });
});

describe('what is stored', () => {
  test('of one from before, or damaged, offers nothing, and takes no picture along', async () => {
    const result = onlyResult(await interrupted());
    const stored = JSON.parse(JSON.stringify(result));
    expect(restoreResult(stored)).toEqual(result);
    for (const reached of [undefined, { step: 0 }, { ...stored.reached, latents: 'no hash' }, 'x']) {
      const restored = restoreResult({ ...stored, reached });
      expect(restored).toMatchObject({ id: result.id, state: 'stopped' });
      expect(restored && isInterrupted(restored)).toBe(false);
    }
  });

  test('is no part of an archive', async () => {
    const page = await interrupted();
    const latents = onlyResult(page).reached?.latents ?? '';
    const [chat] = page.state().chats.filter(({ turns }) => turns.length > 0);
    if (chat === undefined) throw new Error('no chat');
    expect(JSON.stringify(chat)).toContain(latents);
    expect(JSON.stringify(chatLines(chat))).not.toContain(latents);
  });
});
