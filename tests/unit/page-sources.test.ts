/** What a turn is given from the page's storage: pictures, and the embeddings of those that were drawn. */
import { expect, test, vi } from 'vitest';
import { fail, failureOf } from '../../model/failure.ts';
import { ReachedKeeper } from '../../src/actions/keep-reached.ts';
import { keepPainting, keepSource } from '../../src/actions/paint-result.ts';
import { sourcesOf } from '../../src/actions/sources.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import type { TurnId, TurnRecord } from '../../src/storage/records.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { openPage } from '../helpers/page.ts';
import { exampleRecipe } from '../helpers/recipes.ts';

// Decoding is the browser's.
vi.mock('../../src/engine/picture-files.ts', () => ({
  async readPixels(blob: Blob, file: string) {
    if ((await blob.text()) === 'damaged') fail('PICTURE_DAMAGED', { file, problem: 'undecodable' });
    if ((await blob.text()) === 'slow') fail('PICTURE_SLOW', { file, seconds: 30 });
    return { width: 1, height: 1, data: new Uint8Array(3) };
  },
}));

const embeddings = { data: Float32Array.of(1, 2, 3, 4), hidden: 4, grid: [1, 2, 2] } as const;

async function pageWithDrawing() {
  const storage = memoryStorage();
  const { app } = openPage(storage);
  const recipe = exampleRecipe();
  const from = await keepSource(storage, { target: embeddings, reference: null, decoder: 'generation' }, recipe);
  const painting = { width: 1, height: 1, data: new Uint8ClampedArray(4).fill(255), end: 'finished' } as const;
  const keeper = new ReachedKeeper(app, 't' as TurnId, 'r');
  const kept = await keepPainting(app, { painting, fileRecipe: recipe }, new AbortController().signal, keeper);
  const result = { id: 'r', state: 'done', prompt: '', seed: '1', width: 1, height: 1, model: 'Fake', ...kept, from };
  const answer = { id: 't', from: 'model', state: 'done', text: '', form: null, failure: null, turnsLeftOut: 0 };
  const turns = [{ ...answer, results: [result] }] as unknown as readonly TurnRecord[];
  return { storage, turns, from, image: kept.image as ImageId };
}

test('a drawn picture comes with its embeddings and the bundle that imagined them', async () => {
  const { storage, turns, image } = await pageWithDrawing();
  const picture = await sourcesOf(storage, turns).picture(image);
  expect(picture?.drawnFrom).toEqual({ embeddings, bundle: exampleRecipe().bundle.sha256 });
  expect(sourcesOf(storage, turns).size(image)).toEqual({ width: 1, height: 1 });
});

test('one whose embeddings are gone, or empty, comes as any picture', async () => {
  const { storage, turns, image, from } = await pageWithDrawing();
  await storage.putBlob(from.target.blob, new Blob([]));
  expect(await sourcesOf(storage, turns).picture(image)).toMatchObject({ drawnFrom: null });
  expect(await sourcesOf({ ...storage, blob: onlyOf(storage, image) }, turns).picture(image)).toMatchObject({
    drawnFrom: null,
  });
});

test('one that is gone, or whose file is empty or damaged, is missing', async () => {
  const { storage, turns, image } = await pageWithDrawing();
  expect(await sourcesOf(storage, turns).picture('f'.repeat(64) as ImageId)).toBeNull();
  for (const content of ['', 'damaged']) {
    await storage.putBlob(image, new Blob([content]));
    expect(await sourcesOf(storage, turns).picture(image)).toBeNull();
  }
});

test('one that cannot be read in time is told by the name that a person knows it by', async () => {
  const { storage, turns, image } = await pageWithDrawing();
  const pictures = [{ id: 'a'.repeat(64), name: 'cat.jpg', width: 1, height: 1 }];
  const asked = { id: 'q', from: 'person', text: '', pictures, reference: null } as unknown as TurnRecord;
  const brought = 'a'.repeat(64) as ImageId;
  for (const id of [image, brought]) await storage.putBlob(id, new Blob(['slow']));
  const sources = sourcesOf(storage, [asked, ...turns]);
  expect(await sources.picture(brought).catch(failureOf)).toMatchObject({ data: { file: 'cat.jpg' } });
  expect(await sources.picture(image).catch(failureOf)).toMatchObject({ data: { file: 'nexus-gen-1.png' } });
});

function onlyOf(storage: ReturnType<typeof memoryStorage>, kept: string) {
  return async (hash: string) => (hash === kept ? storage.blob(hash) : null);
}
