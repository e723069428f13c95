/** What a painting leaves behind: a PNG by its content with its recipe inside, and what it was painted from. */
import type { Recipe } from '../../model/recipe/recipe.ts';
import type { Drawing, ImageId, Painting } from '../../workers/protocol.ts';
import type { BlobHash, PaintedFrom, Result } from '../storage/records.ts';
import { contentHash, type Storage } from '../storage/storage.ts';
import type { App } from './app.ts';
import { keepEmbeddings } from './request.ts';

/** A picture stopped half-way cannot be repeated, so it carries no recipe; the mark that a model made it stays. */
export async function keepPainting(
  { encodePng, storage }: App,
  painting: Painting,
  recipe: Recipe | null,
): Promise<Partial<Result>> {
  const stopped = painting.end === 'stopped';
  const png = await encodePng(painting, stopped ? null : recipe);
  const image = (await contentHash(png)) as ImageId;
  await storage.putBlob(image, new Blob([png], { type: 'image/png' }));
  return { image, state: stopped ? 'stopped' : 'done', width: painting.width, height: painting.height };
}

export async function keepSource(
  storage: Storage,
  { target, reference }: Drawing,
  recipe: (embeddings: BlobHash) => Recipe,
): Promise<PaintedFrom> {
  const kept = await keepEmbeddings(storage, target);
  const edited =
    reference === null
      ? null
      : { image: reference.image, embeddings: await keepEmbeddings(storage, reference.embeddings) };
  return { target: kept, reference: edited, recipe: recipe(kept.blob) };
}
