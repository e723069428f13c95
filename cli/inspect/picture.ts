import { decodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { type Failure, failureOf } from '../../model/failure.ts';
import { readPictureHeader } from '../../model/image/header.ts';
import { findPngRecipe } from '../../model/recipe/png.ts';
import { parseRecipe, type Recipe } from '../../model/recipe/recipe.ts';
import { sentenceLine } from '../say.ts';
import { textTable } from '../table.ts';
import type { Inspection } from './inspection.ts';

type TableRow = readonly [string, string | number];

/** What a picture says of itself, and the recipe that a saved one carries, in rows. */
export function inspectPicture(file: string, bytes: Uint8Array): Inspection {
  const { kind, size } = readPictureHeader(bytes);
  const { recipe, failure } = kind === 'png' ? recipeIn(file, bytes) : { recipe: null, failure: null };
  const about: readonly TableRow[] = [
    ['picture', file],
    ['kind', kind?.toUpperCase() ?? 'unknown'],
    ['size', size === null ? 'unknown' : sizeText(size)],
    ['bytes', bytes.length],
  ];
  const rows: readonly TableRow[] =
    recipe === null ? [['recipe', failure === null ? 'none' : sentenceLine(failure)]] : recipeRows(recipe);
  return {
    text: `${textTable(about)}\n${recipe === null ? '' : '\n'}${textTable(rows)}`,
    json: {
      file,
      kind,
      width: size?.width ?? null,
      height: size?.height ?? null,
      bytes: bytes.length,
      recipe,
      failure,
    },
    found: failure === null,
  };
}

interface FoundRecipe {
  /** Null where the picture carries none, or one that cannot be read. */
  readonly recipe: Recipe | null;
  /** Why it cannot be read. */
  readonly failure: Failure | null;
}

function recipeIn(file: string, bytes: Uint8Array): FoundRecipe {
  try {
    return { recipe: findPngRecipe(file, bytes), failure: null };
  } catch (error) {
    return { recipe: null, failure: failureOf(error) };
  }
}

/**
 * A recipe that was exported on its own; null for another JSON.
 *
 * @throws RECIPE_INVALID
 */
export function inspectRecipe(file: string, bytes: Uint8Array): Inspection | null {
  const text = decodeUtf8(bytes);
  if (text === undefined || !/"format"\s*:\s*"nexus-gen-recipe"/.test(text)) return null;
  const recipe = parseRecipe(text);
  return { text: textTable([['recipe', file], ...recipeRows(recipe)]), json: { file, recipe }, found: true };
}

/** A row for each key; of what has several entries a row for each, the key in front of the first. */
function recipeRows({ messages, images, embedding_values: values, ...rest }: Recipe): readonly TableRow[] {
  const listed = (key: string, entries: readonly string[]): readonly TableRow[] =>
    entries.map((entry, at) => [at === 0 ? key : '', entry]);
  const told = messages.map(({ from, text }) => `${from}: ${text}`);
  const pictures = images.map(({ sha256, ...size }) => `${sha256} (${sizeText(size)})`);
  const { format: _, version, bundle, task, form, language, ...painting } = rest;
  return [
    ...Object.entries({ version, bundle, task, form, language }).map(([key, value]) => keyRow(key, value)),
    ...listed('messages', told),
    ...listed('images', pictures),
    ...Object.entries(painting).map(([key, value]) => keyRow(key, value)),
    ...(values === undefined ? [] : [keyRow('embedding_values', `${values.grid.join(' × ')} × ${values.hidden}`)]),
  ];
}

function keyRow(key: string, value: unknown): TableRow {
  return [key, valueText(value)];
}

function valueText(value: unknown): string {
  if (value === null) return 'none';
  if (Array.isArray(value)) return value.map(valueText).join(' – ');
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value ?? {});
  return entries.map(([key, member]) => `${key}: ${valueText(member)}`).join(', ');
}

function sizeText({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${width} × ${height}`;
}
