import { z } from 'zod';
import { type Context, demand, reader, size, sum, threeSizes, tokenId } from './reading.ts';

export const transformerSchema = z.object({
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size,
  intermediate_size: size,
  vocab_size: size,
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().default(1e6),
  /** Rotary pairs for (time, height, width); they sum to half a head's width. */
  rope_scaling: z.object({ mrope_section: threeSizes }),
  bos_token_id: tokenId,
  eos_token_id: tokenId,
  /** BOI: the model emits it to begin a picture. */
  vision_start_token_id: tokenId,
  /** EOI: forced after a picture, never sampled. */
  vision_end_token_id: tokenId,
  /** Stands where one image embedding is put. */
  image_token_id: tokenId,
  hidden_act: z.literal('silu').default('silu'),
  tie_word_embeddings: z.literal(false).default(false),
  use_sliding_window: z.literal(false).default(false),
});

/** The autoregressive transformer and its token ids (docs/reference.md, "Transformer", "Tokens"). */
export type TransformerConfig = Readonly<z.infer<typeof transformerSchema>>;

export function checkTransformer(config: TransformerConfig, context: Context): void {
  const { hidden_size, num_attention_heads, num_key_value_heads, rope_scaling } = config;
  const width = hidden_size / num_attention_heads;
  demand(width % 2 === 0, context, ['num_attention_heads'], 'hidden_size / num_attention_heads % 2 = 0');
  const groups = num_attention_heads % num_key_value_heads === 0;
  demand(groups, context, ['num_key_value_heads'], 'num_attention_heads % num_key_value_heads = 0');
  const sections = sum(rope_scaling.mrope_section) * 2 === width;
  demand(sections, context, ['rope_scaling', 'mrope_section'], `Σ = ${width / 2}`);
}

/** Throws CONFIG_INVALID with the key, what was expected there and what stands there. */
export const readTransformerConfig: (json: unknown) => TransformerConfig = reader(
  transformerSchema.superRefine(checkTransformer),
);

/** Width of one attention head. */
export function headWidth(config: TransformerConfig): number {
  return config.hidden_size / config.num_attention_heads;
}
