/** A picture's file as it leaves the page: the stored one with as much of its recipe as a person wants in it. */
import type { Recipe } from '../../model/recipe/recipe.ts';
import type { ChosenRecipe, RecipeChoice } from '../../session/recipe-choice.ts';
import { recipeOfShown } from '../state/rest.ts';
import type { Result } from '../storage/records.ts';
import type { App } from './app.ts';
import { readEmbeddings } from './sources.ts';

export interface SavedFile {
  readonly file: Blob;
  /** Gone: the one that was wanted needs embeddings that are stored no more, and would draw another picture without them. */
  readonly recipe: 'as wanted' | 'gone';
}

/** @throws PNG_DAMAGED */
export async function savedFile(app: App, result: Result, stored: Blob, choice: RecipeChoice): Promise<SavedFile> {
  const [{ chooseRecipe }, { findPngRecipe, replaceRecipe }, bytes] = await Promise.all([
    import('../../session/recipe-choice.ts'),
    import('../../model/recipe/png.ts'),
    stored.arrayBuffer(),
  ]);
  const { from, seed } = result;
  const recipe = recipeOfShown(result);
  const { model } = app.store.getState();
  const bundle = model.phase === 'ready' ? model.opened.bundle : null;
  const chosen = recipe && chooseRecipe(choice, recipe, bundle);
  const [name, file] = [`nexus-gen-${seed}.png`, new Uint8Array(bytes)];
  // The stored file is what conversations and recipes call the picture: it leaves as it is wherever it says what is wanted.
  const held = findPngRecipe(name, file);
  if (held !== null && chosen && sameTurns(held, chosen.recipe)) return { file: asPng(bytes), recipe: 'as wanted' };
  const complete = from && chosen && (await completed(app, chosen, from, held));
  return {
    file: asPng(new Uint8Array(replaceRecipe(name, file, complete))),
    recipe: chosen !== null && complete === null ? 'gone' : 'as wanted',
  };
}

/** Null where it lacks embeddings that neither the storage nor the picture's own file holds any more. */
async function completed(
  { storage }: App,
  chosen: ChosenRecipe,
  { target }: NonNullable<Result['from']>,
  held: Recipe | null,
): Promise<Recipe | null> {
  if (chosen.embeddings === 'given') return chosen.recipe;
  if (held?.embedding_values !== undefined) return { ...chosen.recipe, embedding_values: held.embedding_values };
  const [{ completeRecipe }, embeddings] = await Promise.all([
    import('../../session/recipe-choice.ts'),
    readEmbeddings(storage, target),
  ]);
  return embeddings && completeRecipe(chosen, embeddings);
}

/** A file of the disk has no type, and the clipboard takes nothing without one. */
function asPng(bytes: BlobPart): Blob {
  return new Blob([bytes], { type: 'image/png' });
}

function sameTurns({ messages }: Recipe, other: Recipe): boolean {
  return JSON.stringify(messages) === JSON.stringify(other.messages);
}
