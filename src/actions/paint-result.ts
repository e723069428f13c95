/** What a painting leaves behind: a PNG by its content with its recipe inside, and what it was painted from. */
import type { Recipe } from '../../model/recipe/recipe.ts';
import type { PaintingEvent } from '../../session/turn-events.ts';
import type { Drawing, ImageEmbeddings, ImageId, Painting } from '../../workers/protocol.ts';
import type { BlobHash, PaintedFrom, Result, StoredEmbeddings } from '../storage/records.ts';
import { contentHash, type Storage } from '../storage/storage.ts';
import type { App } from './app.ts';
import type { ReachedKeeper } from './keep-reached.ts';

type PaintedEvent = Extract<PaintingEvent, { readonly type: 'painted' }>;

/**
 * The mark that a model made it is in the file also where there is no recipe. A Stop that comes when the painter has finished,
 * and before it is shown, leaves what is on the screen, as any other.
 */
export async function keepPainting(
  { encodePng, storage, live }: App,
  event: Pick<PaintedEvent, 'painting' | 'fileRecipe'>,
  signal: AbortSignal,
  keeper: ReachedKeeper,
): Promise<Partial<Result>> {
  const stopped = (): Painting | null => {
    const preview = signal.aborted ? live.get()?.preview : null;
    return preview == null
      ? null
      : { ...preview, data: preview.data.slice(), end: 'stopped', reached: event.painting.reached };
  };
  const encode = (found: Painting) => encodePng(found, found.end === 'stopped' ? null : event.fileRecipe);
  let painting = stopped() ?? event.painting;
  let png = await encode(painting);
  const late = painting.end === 'stopped' ? null : stopped();
  if (late !== null) {
    painting = late;
    png = await encode(late);
  }
  const image = (await contentHash(png)) as ImageId;
  await storage.putBlob(image, new Blob([png], { type: 'image/png' }));
  const state = painting.end === 'stopped' ? 'stopped' : 'done';
  if (state === 'stopped' && painting.reached !== undefined) keeper.take(painting.reached);
  const reached = state === 'stopped' ? {} : { reached: undefined };
  return { ...reached, image, state, width: painting.width, height: painting.height, made: Date.now() };
}

export async function keepSource(
  storage: Storage,
  { target, reference }: Drawing,
  recipe: Recipe,
): Promise<PaintedFrom> {
  const edited = reference && {
    image: reference.image,
    embeddings: await keepEmbeddings(storage, reference.embeddings),
  };
  return { target: await keepEmbeddings(storage, target), reference: edited, recipe };
}

async function keepEmbeddings(storage: Storage, { data, hidden, grid }: ImageEmbeddings): Promise<StoredEmbeddings> {
  const bytes = Float32Array.from(data);
  const blob = (await contentHash(bytes)) as BlobHash;
  await storage.putBlob(blob, new Blob([bytes]));
  return { blob, hidden, grid };
}
