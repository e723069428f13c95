import { z } from 'zod';
import { published } from './published.table.ts';
import { type Context, demand, reader, size, threeSizes } from './reading.ts';

export const visionSchema = z.object({
  depth: size.default(32),
  hidden_size: size.default(3584),
  num_heads: size.default(16),
  intermediate_size: size.default(3420),
  out_hidden_size: size.default(3584),
  fullatt_block_indexes: z.array(z.int().nonnegative()).readonly().default(published.vision.fullatt_block_indexes),
  patch_size: size.default(14),
  temporal_patch_size: size.default(2),
  spatial_merge_size: size.default(2),
  /** Side of an attention window in pixels. */
  window_size: size.default(112),
  hidden_act: z.literal('silu').default('silu'),
});

/** Qwen2.5-VL's vision encoder (docs/reference.md, "Vision encoder"); a missing key has that class's own default. */
export type VisionConfig = Readonly<z.infer<typeof visionSchema>>;

export function checkVision(config: VisionConfig, context: Context, at: readonly string[] = []): void {
  const { hidden_size, num_heads } = config;
  demand(hidden_size % (4 * num_heads) === 0, context, [...at, 'num_heads'], 'hidden_size % (4 · num_heads) = 0');
}

/** Throws CONFIG_INVALID with the key, what was expected there and what stands there. */
export const readVisionConfig: (json: unknown) => VisionConfig = reader(visionSchema.superRefine(checkVision));

/** An image's patches: [time, height, width]. */
export const gridSchema = threeSizes;
export type Grid = z.infer<typeof gridSchema>;

/** Tokens of an image for the transformer: the encoder merges `mergeSize` × `mergeSize` patches into one. */
export function mergedTokens([time, height, width]: Grid, mergeSize: number): number {
  return (time * height * width) / mergeSize ** 2;
}
