import { z } from 'zod';
import { fail } from '../failure.ts';
import { firstIssue } from '../schema-issue.ts';
import type { SamplingSettings } from './sample.ts';

const tokenId = z.int().nonnegative();

/** Missing keys have transformers' own defaults. */
const schema = z.object({
  do_sample: z.boolean().default(false),
  temperature: z.number().positive().default(1),
  top_k: z.int().nonnegative().default(50),
  top_p: z.number().positive().max(1).default(1),
  repetition_penalty: z.number().positive().default(1),
  eos_token_id: z.union([tokenId, z.array(tokenId).min(1)]),
});

export interface GenerationConfig {
  readonly sampling: SamplingSettings;
  /** Ids that end a reply. */
  readonly endIds: readonly number[];
}

/** A checkpoint's generation_config.json (REFERENCE "Tokens"). Throws CONFIG_INVALID. */
export function readGenerationConfig(json: unknown): GenerationConfig {
  const result = schema.safeParse(json);
  if (!result.success) return fail('CONFIG_INVALID', firstIssue(result.error, json));
  const { do_sample, temperature, top_k: topK, top_p: topP, repetition_penalty, eos_token_id } = result.data;
  return {
    sampling: {
      choice: do_sample ? { kind: 'sampled', temperature, topK, topP } : { kind: 'greedy' },
      repetitionPenalty: repetition_penalty,
    },
    endIds: typeof eos_token_id === 'number' ? [eos_token_id] : eos_token_id,
  };
}
