/** A recipe to be repeated: its settings, its turns, and the pictures that it was made from. */
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { decodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { type FailureData, fail } from '../../model/failure.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import { pngSignature } from '../../model/recipe/png-chunks.ts';
import { parseRecipe, type Recipe } from '../../model/recipe/recipe.ts';
import type { ImageId, Sampling, Seed, Turn } from '../../workers/protocol.ts';
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

/** What a recipe may ask for and cannot be drawn here yet is refused: the picture would be another one. */
function requireDrawable(recipe: Recipe): void {
  for (const key of ['region', 'composite', 'enlarge'] as const) {
    const value = recipe[key];
    if (value === undefined || value === false || (key === 'composite' && value !== true)) continue;
    fail('RECIPE_INVALID', { key, expected: 'nothing', actual: JSON.stringify(value) });
  }
  if (recipe.mask !== undefined && recipe.reference === null) {
    fail('RECIPE_INVALID', { key: 'reference', expected: 'the picture that the mask lies on', actual: 'null' });
  }
}

function recipeIn(file: string, bytes: Uint8Array): Recipe {
  if (pngSignature.every((byte, at) => bytes[at] === byte)) return readPngRecipe(file, bytes);
  return parseRecipe(decodeUtf8(bytes) ?? '');
}

/** What holds where nothing else is given. */
export function settingsOfRecipe(recipe: Recipe, path: string): Settings {
  const { steps, size, guidance, cfg, negative, decoder, language, prefill, cfg_range: cfgRange = null } = recipe;
  const { temperature, topP, maxTokens } = recipe.sampling;
  return {
    seed: BigInt(recipe.seed),
    preset: null,
    steps,
    size,
    guidance,
    cfg,
    cfgRange,
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
  };
}

/** With the seed of the words, where it is not the picture's. */
export function samplingOfRecipe({ sampling: { seed, ...sampling } }: Recipe): Sampling {
  return seed === undefined ? sampling : { ...sampling, seed: seed as Seed };
}

export function turnsOfRecipe({ messages }: Recipe): readonly Turn[] {
  return messages as readonly Turn[];
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

/** Throws RECIPE_PICTURE_MISSING with what the recipe says of a picture. */
export function missing({ images, messages, mask }: Recipe, id: ImageId): never {
  const { width, height } = images.find(({ sha256 }) => sha256 === id) ?? { width: 0, height: 0 };
  return fail('RECIPE_PICTURE_MISSING', {
    sha256: id,
    width,
    height,
    ...(id === mask ? { came: 'mask', words: '' } : originOf(messages, id)),
  });
}

/** The words of a person tell them which picture is meant; a long message is known by its beginning. */
const quotedLength = 60;

function originOf(
  messages: Recipe['messages'],
  id: ImageId,
): Pick<FailureData['RECIPE_PICTURE_MISSING'], 'came' | 'words'> {
  // A picture that was drawn may be shown again by the turn that edits it: how it came first is what it is.
  const at = messages.findIndex((turn) => (turn.from === 'person' ? turn.images.includes(id) : turn.drawn === id));
  const turn = messages[at];
  if (turn === undefined) return { came: 'beside', words: '' };
  const asked = turn.from === 'person' ? turn : messages[at - 1];
  const words = (asked?.text ?? '').replaceAll(/\s+/g, ' ').trim();
  const quoted = [...words].length > quotedLength ? `${[...words].slice(0, quotedLength).join('')}…` : words;
  return { came: turn.from === 'person' ? 'brought' : 'drawn', words: quoted };
}
