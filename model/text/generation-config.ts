/** A checkpoint's generation_config.json (docs/reference.md, "Tokens"): how text is sampled and where a reply ends. */
import { z } from 'zod';
import { fail } from '../failure.ts';
import { firstIssue } from '../schema-issue.ts';
import type { SamplingSettings } from './sample.ts';

const tokenId = z.int().nonnegative();

/** Missing keys have transformers' own defaults, but for `max_new_tokens` (docs/reference.md, "Tokens"). */
export const generationConfigSchema = z.object({
  do_sample: z.boolean().default(false),
  /** 0 chooses greedily. */
  temperature: z.number().nonnegative().default(1),
  top_k: z.int().nonnegative().default(50),
  top_p: z.number().positive().max(1).default(1),
  repetition_penalty: z.number().positive().default(1),
  max_new_tokens: z.int().positive().default(1024),
  /** Ids that end a reply; without any, `eos_token_id` of config.json alone. */
  eos_token_id: z
    .union([tokenId.transform((id) => [id]), z.array(tokenId)])
    .default([])
    .readonly(),
});

export type GenerationConfig = Readonly<z.infer<typeof generationConfigSchema>>;

/** @throws CONFIG_INVALID with the key, what was expected there and what stands there */
export function readGenerationConfig(json: unknown): GenerationConfig {
  const result = generationConfigSchema.safeParse(json);
  return result.success ? result.data : fail('CONFIG_INVALID', firstIssue(result.error, json));
}

/** The settings that `chooseToken` takes. */
export function samplingSettings(config: GenerationConfig): SamplingSettings {
  const { do_sample, temperature, top_k: topK, top_p: topP, repetition_penalty: repetitionPenalty } = config;
  const sampled = do_sample && temperature > 0;
  return { choice: sampled ? { kind: 'sampled', temperature, topK, topP } : { kind: 'greedy' }, repetitionPenalty };
}
