/** A picture's file as it leaves the page: the stored one with as much of its recipe as a person wants in it. */
import { fail } from '../../model/failure.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import type { RecipeChoice } from '../../session/recipe-choice.ts';
import type { Result } from '../storage/records.ts';
import type { App } from './app.ts';
import { readEmbeddings } from './sources.ts';

/** @throws PNG_DAMAGED, PICTURE_GONE where the recipe would need embeddings that are gone */
export async function savedFile(
  { storage, store }: App,
  { from, seed }: Result,
  stored: Blob,
  choice: RecipeChoice,
): Promise<Blob> {
  const [{ chosenRecipe }, { findPngRecipe, replaceRecipe }, bytes] = await Promise.all([
    import('../../session/recipe-choice.ts'),
    import('../../model/recipe/png.ts'),
    stored.arrayBuffer(),
  ]);
  const { model } = store.getState();
  const bundle = model.phase === 'ready' ? model.opened.bundle : null;
  const embeddings = async (kept: NonNullable<typeof from>) =>
    (await readEmbeddings(storage, kept.target)) ?? fail('PICTURE_GONE', {});
  const recipe = from && (await chosenRecipe(choice, from.recipe, () => embeddings(from), bundle));
  const [name, file] = [`nexus-gen-${seed}.png`, new Uint8Array(bytes)];
  // The stored file is what conversations and recipes call the picture: it leaves as it is wherever it says what is wanted.
  const held = findPngRecipe(name, file);
  if (held !== null && recipe !== null && sameTurns(held, recipe)) return asPng(bytes);
  return asPng(new Uint8Array(replaceRecipe(name, file, recipe)));
}

/** A file of the disk has no type, and the clipboard takes nothing without one. */
function asPng(bytes: BlobPart): Blob {
  return new Blob([bytes], { type: 'image/png' });
}

function sameTurns({ messages }: Recipe, other: Recipe): boolean {
  return JSON.stringify(messages) === JSON.stringify(other.messages);
}
