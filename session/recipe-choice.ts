/** What of a picture's recipe goes into its file (the setting "Recipe in saved pictures"). */
import { writeEmbeddings } from '../model/recipe/embedding-values.ts';
import type { Recipe } from '../model/recipe/recipe.ts';
import { shortenRecipe } from '../model/recipe/shorten.ts';
import type { BundleSummary, ImageEmbeddings } from '../workers/protocol.ts';
import { isFrom } from './bundle-identity.ts';

/** What the picture needs, everything that was said before it, or nothing. */
export type RecipeChoice = 'picture' | 'conversation' | 'none';

export interface ChosenRecipe {
  readonly recipe: Recipe;
  /** Whether the picture's embeddings follow from it: from its words and its seed, or from their values in it. */
  readonly embeddings: 'given' | 'lacking';
}

/**
 * The recipe for a file, or none.
 *
 * @param recipe of the picture, with the whole path of turns
 * @param bundle the open one
 */
export function chooseRecipe(choice: RecipeChoice, recipe: Recipe, bundle: BundleSummary | null): ChosenRecipe | null {
  if (choice === 'none') return null;
  const trained = bundle !== null && isFrom(bundle, recipe.bundle.sha256) ? bundle : null;
  const { recipe: chosen, words } =
    choice === 'picture' ? shortenRecipe(recipe, trained) : { recipe, words: 'suffice' as const };
  // The words of a variation were sampled with another seed.
  const given = words === 'suffice' && chosen.sampling.seed === undefined;
  return { recipe: chosen, embeddings: given || chosen.embedding_values !== undefined ? 'given' : 'lacking' };
}

/**
 * The recipe that goes into a file, with the values of the embeddings where they do not follow from the rest of it.
 *
 * @param embeddings that the picture was painted from
 */
export function completeRecipe({ recipe, embeddings: have }: ChosenRecipe, embeddings: ImageEmbeddings): Recipe {
  return have === 'given' ? recipe : { ...recipe, embedding_values: writeEmbeddings(embeddings) };
}
