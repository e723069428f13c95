/** What of a picture's recipe goes into its file (the setting "Recipe in saved pictures"). */
import { writeEmbeddings } from '../model/recipe/embedding-values.ts';
import type { Recipe } from '../model/recipe/recipe.ts';
import { shortenRecipe } from '../model/recipe/shorten.ts';
import type { BundleSummary, ImageEmbeddings } from '../workers/protocol.ts';
import { isFrom } from './bundle-identity.ts';

/** What the picture needs, everything that was said before it, or nothing. */
export type RecipeChoice = 'picture' | 'conversation' | 'none';

/**
 * The recipe for a file, or none. Where its words and its seed would not give the embeddings again, it holds their values.
 *
 * @param recipe of the picture, with the whole path of turns
 * @param embeddings that the picture was painted from
 * @param bundle the open one
 */
export async function chosenRecipe(
  choice: RecipeChoice,
  recipe: Recipe,
  embeddings: () => Promise<ImageEmbeddings>,
  bundle: BundleSummary | null,
): Promise<Recipe | null> {
  if (choice === 'none') return null;
  const trained = bundle !== null && isFrom(bundle, recipe.bundle.sha256) ? bundle : null;
  const { recipe: chosen, words } =
    choice === 'picture' ? shortenRecipe(recipe, trained) : { recipe, words: 'suffice' as const };
  // The words of a variation were sampled with another seed.
  const given = words === 'suffice' && chosen.sampling.seed === undefined;
  if (given || chosen.embedding_values !== undefined) return chosen;
  return { ...chosen, embedding_values: writeEmbeddings(await embeddings()) };
}
