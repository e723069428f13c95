/** Everything that is needed to draw a picture again (CONTRACTS "Recipe"). */
import { z } from 'zod';
import { sideRange } from '../diffusion/size.ts';
import { fail } from '../failure.ts';
import { firstIssue } from '../schema-issue.ts';
import { isSeed } from '../seed.ts';

/** SHA-256 in hexadecimal; of a picture that of the original file's bytes. */
const hash = z.string().regex(/^[0-9a-f]{64}$/);
const side = z.int().positive().max(16_384);
const drawnSide = z.int().min(sideRange.low).max(sideRange.high);
const scale = z.number().min(0).max(30);
const share = z.number().min(0).max(1);
const words = z.string().max(200_000);
const name = z.string().max(1000);

const seed = z.string().refine(isSeed, { params: { expected: '0 … 18446744073709551615' } });

const turn = z.discriminatedUnion('from', [
  z.object({ from: z.literal('person'), text: words, images: z.array(hash).max(100) }),
  z.object({ from: z.literal('model'), text: words, drawn: hash.nullable() }),
]);

const schema = z.object({
  format: z.literal('nexus-gen-recipe'),
  version: z.literal(1),
  bundle: z.object({ id: name, sha256: hash }),
  task: z.enum(['auto', 'draw', 'edit', 'ask']),
  /** How the words were put to the model in the end. */
  form: z.enum(['plain', 'draw', 'edit', 'ask']),
  language: z.enum(['auto', 'en', 'zh']).default('auto'),
  /** The path of turns from the conversation's root, words as typed; the last is the person's that was drawn. */
  messages: z.array(turn).min(1).max(10_000),
  /** Every picture that `messages`, `reference` and `start` name. */
  images: z.array(z.object({ sha256: hash, width: side, height: side })).max(10_000),
  /** The picture that was edited, where the person picked one. */
  reference: hash.nullable().default(null),
  /** The picture that drawing started from. */
  start: hash.nullable().default(null),
  seed,
  steps: z.int().min(1).max(1000),
  schedule: z.enum(['flow-match']),
  cfg: scale,
  guidance: scale,
  negative: words,
  size: z.object({ width: drawnSide, height: drawnSide }),
  decoder: z.enum(['generation', 'editing']),
  strength: share,
  /** Where alone the picture was to change, in pixels; null everywhere. */
  region: z.object({ left: z.int().min(0), top: z.int().min(0), width: side, height: side }).nullable(),
  prefill: z.enum(['pass', 'loop']),
  sampling: z.object({ temperature: z.number().min(0), topP: share, maxTokens: z.int().positive() }),
  /** Of the drawn image embeddings, float32, little-endian. */
  embeddings: hash,
  /** Of the software, by name. */
  versions: z.record(name, name),
  device: z.object({
    kind: z.enum(['webgpu', 'wasm']),
    adapter: name,
    activations: z.enum(['float32', 'float16']),
  }),
});

export type Recipe = z.infer<typeof schema>;

/** Throws RECIPE_INVALID with the first key that is wrong. */
export function readRecipe(json: unknown): Recipe {
  const result = schema.safeParse(json);
  return result.success ? result.data : fail('RECIPE_INVALID', firstIssue(result.error, json));
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
