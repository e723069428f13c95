/** What a picture was made from, so that it can be made again (CONTRACTS "Recipe"). */
import { z } from 'zod';
import { sideRange } from '../diffusion/size.ts';
import { fail } from '../failure.ts';
import { firstIssue } from '../schema-issue.ts';

export const recipeFormat = 'nexus-gen-recipe';
export const recipeVersion = 1;
/** Bytes of a recipe's text; a conversation that fills the context many times over stays far below. */
export const recipeLimit = 2 ** 20;

/** A recipe is four levels deep; a text of brackets alone would exhaust the stack of whoever walks it. */
const depthLimit = 8;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const side = z.int().min(sideRange.low).max(sideRange.high);
const scale = z.number().min(0).max(30);
const place = z.int().nonnegative();

/** 0 … 2^64 − 1 as decimal digits, each number in one way only. */
const seed = z.string().refine((text) => /^(0|[1-9]\d{0,19})$/.test(text) && BigInt(text) < 2n ** 64n, {
  params: { expected: '0 … 18446744073709551615' },
});

/** `<image>` in a reply's words marks where its picture stands. */
const messageSchema = z.discriminatedUnion('from', [
  z.object({ from: z.literal('person'), text: z.string(), images: z.array(sha256).readonly() }).readonly(),
  z.object({ from: z.literal('model'), text: z.string(), drawn: sha256.nullable() }).readonly(),
]);

const recipeSchema = z
  .object({
    format: z.literal(recipeFormat),
    version: z.literal(recipeVersion),
    /** SHA-256 of its bundle.json, which lists those of all its files. */
    bundle: z.object({ id: z.string().min(1), sha256 }).readonly(),
    task: z.enum(['auto', 'draw', 'edit', 'ask']),
    /** The form that was used, whether it was chosen by hand or followed from the task. */
    form: z.enum(['plain', 'draw', 'edit', 'ask']),
    /** From the conversation's first turn to the one that was answered, words as typed. */
    messages: z.array(messageSchema).min(1).readonly(),
    /** Every picture that went in, by the bytes of its original file; one to start from comes last. */
    images: z.array(z.object({ sha256, width: z.int().positive(), height: z.int().positive() }).readonly()).readonly(),
    /** Of the noise and, through a separate generator, of sampled text. */
    seed,
    steps: z.int().min(1).max(1000),
    /** The sigmas of REFERENCE "Sampling": even steps, shifted by 3. */
    schedule: z.literal('shift-3'),
    cfg: scale,
    guidance: scale,
    negative: z.string(),
    /** As drawn, in pixels. */
    size: z.object({ width: side, height: side }).readonly(),
    decoder: z.enum(['generation', 'editing']),
    /** How much of the picture to start from may change; null where the drawing starts from noise alone. */
    strength: z.number().min(0).max(1).nullable(),
    /** The part of the picture that may change, in its pixels; null for all of it. */
    region: z
      .object({ left: place, top: place, width: z.int().positive(), height: z.int().positive() })
      .readonly()
      .nullable(),
    prefill: z.enum(['pass', 'loop']),
    /** Temperature 0 chooses greedily. */
    sampling: z
      .object({
        temperature: z.number().min(0).max(2),
        topP: z.number().min(0).max(1),
        maxTokens: z.int().positive(),
      })
      .readonly(),
    /** SHA-256 of the image embeddings that were painted, as little-endian float32. */
    embeddings: sha256,
    /** Of this software and of the libraries that compute. */
    versions: z.record(z.string().min(1), z.string()).transform(inOrder),
    device: z
      .object({
        device: z.enum(['webgpu', 'wasm']),
        adapter: z.string(),
        activations: z.enum(['float32', 'float16']),
      })
      .readonly(),
  })
  .superRefine(checkImages)
  .readonly();

export type Recipe = z.infer<typeof recipeSchema>;
export type RecipeMessage = z.infer<typeof messageSchema>;

function inOrder(versions: Record<string, string>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(versions).sort(([one], [other]) => (one < other ? -1 : 1)));
}

interface Pictures {
  readonly messages: readonly RecipeMessage[];
  readonly images: readonly { readonly sha256: string }[];
  readonly strength: number | null;
}

/** Whoever repeats a recipe is told by `images` which files to bring. */
function checkImages({ messages, images, strength }: Pictures, context: z.core.$RefinementCtx): void {
  const demand = (holds: boolean, path: (string | number)[], expected: string) => {
    if (!holds) context.addIssue({ code: 'custom', path, params: { expected } });
  };
  const listed = new Set(images.map((image) => image.sha256));
  messages.forEach((message, at) => {
    if (message.from !== 'person') return;
    message.images.forEach((image, index) => {
      demand(listed.has(image), ['messages', at, 'images', index], 'a picture of images');
    });
  });
  demand(messages.at(-1)?.from === 'person', ['messages', messages.length - 1, 'from'], 'person');
  demand(strength === null || images.length > 0, ['images'], 'the picture to start from');
}

/**
 * A recipe from parsed JSON; what later versions may add is left out.
 *
 * @throws RECIPE_INVALID with the first key that does not fit
 */
export function parseRecipe(json: unknown): Recipe {
  if (isDeeper(json, depthLimit)) {
    return fail('RECIPE_INVALID', { key: 'recipe', expected: `≤ ${depthLimit} levels`, actual: 'more' });
  }
  const parsed = recipeSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issue = firstIssue(parsed.error, json);
  return fail('RECIPE_INVALID', { ...issue, key: issue.key === '' ? 'recipe' : issue.key });
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}

/**
 * A recipe from the text of a JSON file or a PNG's chunk.
 *
 * @throws RECIPE_INVALID
 */
export function readRecipe(text: string): Recipe {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return fail('RECIPE_INVALID', { key: 'recipe', expected: 'JSON', actual: JSON.stringify(text.slice(0, 40)) });
  }
  return parseRecipe(json);
}

/**
 * The text of a recipe. Equal recipes give equal texts, because keys stand in the schema's order; what `readRecipe` would
 * refuse is refused here, before it is saved.
 *
 * @throws RECIPE_INVALID
 */
export function writeRecipe(recipe: Recipe): string {
  return JSON.stringify(parseRecipe(recipe));
}
