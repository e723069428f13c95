/** Everything that is needed to draw a picture again. */
import { z } from 'zod';
import { fail } from '../failure.ts';
import { firstIssue } from '../schema-issue.ts';
import * as field from './fields.ts';
import { fromVersion1, version1 } from './version-1.ts';

const size = z.strictObject({ width: field.drawnSide, height: field.drawnSide });

const turn = z.discriminatedUnion('from', [
  z.strictObject({
    from: z.literal('person'),
    text: field.words,
    images: z.array(field.hash).max(field.picturesOfTurnLimit),
  }),
  z.strictObject({ from: z.literal('model'), text: field.words, drawn: field.hash.nullable() }),
]);

/** Embeddings that the recipe's own words and seed would not give again, as float32 values. */
const embeddingValues = z.strictObject({
  hidden: z.int().positive().max(65_536),
  grid: z.tuple([z.int().positive(), z.int().positive(), z.int().positive()]),
  /** Little-endian, row by row, in base64. */
  float32: z.base64().max(3_000_000),
});

const schema = z.strictObject({
  format: z.literal('nexus-gen-recipe'),
  version: z.literal(2),
  /** Its hash is that of the files which its language side and the picture's decoder use. */
  bundle: z.strictObject({ id: field.name, sha256: field.hash }),
  task: field.task,
  /** How the words were put to the model in the end. */
  form: field.form,
  language: field.language,
  /** Words as typed; the last turn is the person's that was drawn. */
  messages: z.array(turn).min(1).max(field.messagesLimit),
  /** Every picture that `messages`, `reference`, `start`, `mask` and `composite` name. */
  images: z
    .array(z.strictObject({ sha256: field.hash, width: field.side, height: field.side }))
    .max(field.messagesLimit),
  /** The picture that was edited, where `messages` do not show it, and in any case where there is a `mask`. */
  reference: field.hash.nullable(),
  /** The picture that drawing started from. */
  start: field.hash.nullable(),
  seed: field.seed,
  steps: field.steps,
  schedule: z.strictObject({
    kind: z.literal('flow-match'),
    shift: z.number().positive(),
    sigma_min: field.share,
    sigma_max: field.share,
    train_timesteps: z.int().positive(),
  }),
  cfg: field.scale,
  guidance: field.scale,
  negative: field.words,
  size,
  decoder: field.decoder,
  strength: field.share,
  prefill: field.prefill,
  sampling: z.strictObject({
    temperature: field.temperature,
    topP: field.share,
    maxTokens: field.maxTokens,
    /** That of the words, where it is not the picture's: a variation keeps the words of the picture it varies. */
    seed: field.seed.optional(),
  }),
  /** Hash of the drawn image embeddings, float32, little-endian. */
  embeddings: field.hash,
  embedding_values: embeddingValues.optional(),
  versions: field.versions,
  device: field.device,
  /** The part of the steps, from and to, that is guided away from a negative branch; all of them where it is left out. */
  cfg_range: z
    .tuple([field.share, field.share])
    .refine(([from, to]) => from <= to, 'a range that does not fall')
    .optional(),
  /** A step was not run whose velocity was expected to be the last one's but for this share; each was where it is left out. */
  step_cache: field.share.optional(),
  /** Where alone the picture was to change, in pixels. */
  region: z
    .strictObject({ left: z.int().min(0), top: z.int().min(0), width: field.side, height: field.side })
    .optional(),
  /**
   * The picture that says by its light where alone `reference` was to change (model/image/mask.ts): outside of it the picture's own latents
   * are kept at every step, and its own pixels in the end.
   */
  mask: field.hash.optional(),
  /**
   * The unedited part of the picture is the edited one's own (`keepRest`, model/image/unedited.ts); or whether everything outside
   * region and mask is, as recipes once said it.
   */
  composite: z.union([field.composite, z.boolean()]).optional(),
  /** How the file's picture was enlarged from `size`; or the size that was drawn in before it was enlarged to that, as recipes once said it. */
  enlarge: z.union([field.enlargement, size]).optional(),
});

export type Recipe = z.infer<typeof schema>;
export type Composite = z.infer<typeof field.composite>;
export type Enlargement = z.infer<typeof field.enlargement>;

/** A recipe of any version, as one of today's. Throws RECIPE_INVALID with the first key that is wrong. */
export function readRecipe(json: unknown): Recipe {
  const isOld = typeof json === 'object' && json !== null && 'version' in json && json.version === 1;
  const result = isOld ? version1.safeParse(json) : schema.safeParse(json);
  if (!result.success) return fail('RECIPE_INVALID', firstIssue(result.error, json));
  return result.data.version === 1 ? fromVersion1(result.data) : result.data;
}

/** The recipe in a JSON text. Throws RECIPE_INVALID. */
export function parseRecipe(text: string): Recipe {
  return readRecipe(parseJson(text));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail('RECIPE_INVALID', { key: '', expected: 'JSON', actual: JSON.stringify(text.slice(0, 40)) });
  }
}

/** The recipe as JSON, keys in the schema's order: equal recipes are equal texts. Throws RECIPE_INVALID. */
export function recipeText(recipe: Recipe): string {
  return JSON.stringify(readRecipe(recipe), null, 1);
}
