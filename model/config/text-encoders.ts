import { z } from 'zod';
import { reader, size, tokenId } from './reading.ts';

const clipSchema = z.object({
  hidden: size,
  heads: size,
  layers: size,
  intermediate: size,
  vocab: size,
  positions: size,
  bos: tokenId,
  eos: tokenId,
  eps: z.number().positive(),
  activation: z.literal('quick_gelu').default('quick_gelu'),
});
/** CLIP's text model, run at conversion only. */
export type ClipConfig = Readonly<z.infer<typeof clipSchema>>;

const t5Schema = z.object({
  model: size,
  kv: size,
  heads: size,
  ff: size,
  layers: size,
  vocab: size,
  buckets: size,
  maxDistance: size,
  eps: z.number().positive(),
});
/** T5's encoder, run at conversion only. */
export type T5Config = Readonly<z.infer<typeof t5Schema>>;

/** Each throws CONFIG_INVALID with the key, what was expected there and what stands there. */
export const readClipConfig: (json: unknown) => ClipConfig = reader(clipSchema);
export const readT5Config: (json: unknown) => T5Config = reader(t5Schema);
