/** A recipe to be repeated: its settings, its turns, and the pictures that it was made from. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { decodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { fail } from '../../model/failure.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import { pngSignature } from '../../model/recipe/png-chunks.ts';
import { parseRecipe, type Recipe } from '../../model/recipe/recipe.ts';
import { usualPattern } from '../../session/file-name.ts';
import { requireDrawable } from '../../session/repetition.ts';
import { UsageError } from '../command.ts';
import { readNamed } from '../files.ts';
import type { Settings } from './options.ts';
import type { Picture } from './pictures.ts';

/** @throws FILE_UNREADABLE, LINK_DANGLING, RECIPE_MISSING, RECIPE_INVALID, PNG_DAMAGED */
export async function readRecipeFile(path: string): Promise<Recipe> {
  const file = basename(path);
  const bytes = await readNamed(path);
  const recipe = recipeIn(file, bytes);
  requireDrawable(recipe);
  return recipe;
}

function recipeIn(file: string, bytes: Uint8Array): Recipe {
  if (pngSignature.every((byte, at) => bytes[at] === byte)) return readPngRecipe(file, bytes);
  return parseRecipe(decodeUtf8(bytes) ?? '');
}

/** What holds where nothing else is given. */
export function settingsOfRecipe(recipe: Recipe, path: string): Settings {
  const { steps, size, guidance, cfg, negative, decoder, language, prefill, cfg_range: cfgRange = null } = recipe;
  const { step_cache: stepCache = null } = recipe;
  const { temperature, topP, maxTokens } = recipe.sampling;
  return {
    seed: BigInt(recipe.seed),
    preset: null,
    steps,
    size,
    guidance,
    cfg,
    cfgRange,
    stepCache,
    negative,
    decoder,
    start: null,
    strength: recipe.start === null ? null : recipe.strength,
    language,
    form: null,
    temperature,
    topP,
    maxTokens,
    prefill,
    recipe: path,
    count: 1,
    names: usualPattern,
  };
}

/** The words that were drawn, as typed. */
export function wordsOfRecipe({ messages }: Recipe): string {
  return messages.at(-1)?.text ?? '';
}

/**
 * The picture files among what stands free beside a recipe; its own words may be given again.
 *
 * @throws UsageError for words that are not the recipe's
 */
export function picturesBeside(recipe: Recipe, free: readonly string[]): readonly string[] {
  const words = wordsOfRecipe(recipe);
  const paths = free.filter((text) => text !== words);
  const stranger = paths.find((path) => !existsSync(path));
  if (stranger === undefined) return paths;
  throw new UsageError(`"${stranger}" is neither a picture nor the words of the recipe, "${words}"`);
}

/** @throws RECIPE_PICTURE_OTHER for a picture that the recipe was not made from */
export function requireNamed(recipe: Recipe, { id, file }: Picture): void {
  if (!recipe.images.some(({ sha256 }) => sha256 === id)) fail('RECIPE_PICTURE_OTHER', { file });
}
