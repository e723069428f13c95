/** Recipes as they were first written, and what they are today. */
import { z } from 'zod';
import * as field from './fields.ts';

const turn = z.discriminatedUnion('from', [
  z.object({
    from: z.literal('person'),
    text: field.words,
    images: z.array(field.hash).max(field.picturesOfTurnLimit),
  }),
  z.object({ from: z.literal('model'), text: field.words, drawn: field.hash.nullable() }),
]);

/** Keys that it does not name were passed over. */
export const version1 = z.object({
  format: z.literal('nexus-gen-recipe'),
  version: z.literal(1),
  bundle: z.object({ id: field.name, sha256: field.hash }),
  task: field.task,
  form: field.form,
  language: field.language.default('auto'),
  messages: z.array(turn).min(1).max(field.messagesLimit),
  images: z.array(z.object({ sha256: field.hash, width: field.side, height: field.side })).max(field.messagesLimit),
  reference: field.hash.nullable().default(null),
  start: field.hash.nullable().default(null),
  seed: field.seed,
  steps: field.steps,
  schedule: z.enum(['flow-match']),
  cfg: field.scale,
  guidance: field.scale,
  negative: field.words,
  size: z.object({ width: field.drawnSide, height: field.drawnSide }),
  decoder: field.decoder,
  strength: field.share,
  region: z.object({ left: z.int().min(0), top: z.int().min(0), width: field.side, height: field.side }).nullable(),
  prefill: field.prefill,
  sampling: z.object({ temperature: field.temperature, topP: field.share, maxTokens: field.maxTokens }),
  embeddings: field.hash,
  versions: field.versions,
  device: z.object({ kind: field.deviceKind, adapter: field.name, activations: field.activations }),
});

/** The one schedule there was, FLUX's. */
const flowMatch = {
  kind: 'flow-match',
  shift: 3,
  sigma_min: 0.003 / 1.002,
  sigma_max: 1,
  train_timesteps: 1000,
} as const;

/** Its hash of the bundle was that of bundle.json, which no bundle of today answers to. */
export function fromVersion1({ region, ...recipe }: z.infer<typeof version1>) {
  return { ...recipe, version: 2 as const, schedule: flowMatch, ...(region === null ? {} : { region }) };
}
