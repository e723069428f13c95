/** Image embeddings in a recipe's text. */
import { base64Decode, base64Encode } from '@bufbuild/protobuf/wire';
import { fail } from '../failure.ts';
import type { Recipe } from './recipe.ts';

/** [rows, hidden], row by row of the grid. */
export interface RecipeEmbeddings {
  readonly data: Float32Array;
  readonly hidden: number;
  readonly grid: readonly [number, number, number];
}

/** Little-endian, as every machine that runs this has its numbers. */
export function writeEmbeddings({ data, hidden, grid }: RecipeEmbeddings): NonNullable<Recipe['embedding_values']> {
  return { hidden, grid: [...grid], float32: base64Encode(new Uint8Array(Float32Array.from(data).buffer)) };
}

/** Null where the recipe's own words and seed give them. Throws RECIPE_INVALID. */
export function readEmbeddings({ embedding_values: values }: Recipe): RecipeEmbeddings | null {
  if (values === undefined) return null;
  const { hidden, grid, float32 } = values;
  const bytes = Uint8Array.from(base64Decode(float32));
  if (bytes.length === 0 || bytes.length % (hidden * 4) !== 0) {
    fail('RECIPE_INVALID', {
      key: 'embedding_values.float32',
      expected: `rows of ${hidden} numbers`,
      actual: `${bytes.length} bytes`,
    });
  }
  return { data: new Float32Array(bytes.buffer), hidden, grid };
}
