/**
 * Sizes as data, read from a checkpoint's own config.json. The published model, nano and the tiny cases of the golden
 * folder differ only here. Keys keep the spelling of the files they come from.
 */
import { z } from 'zod';
import { fail } from './failure.ts';

const size = z.int().positive();

const visionSchema = z.object({
  depth: size.default(32),
  hidden_size: size.default(3584),
  num_heads: size.default(16),
  intermediate_size: size.default(3420),
  out_hidden_size: size.default(3584),
  fullatt_block_indexes: z.array(z.int().nonnegative()).default([7, 15, 23, 31]),
  patch_size: size.default(14),
  temporal_patch_size: size.default(2),
  spatial_merge_size: size.default(2),
  /** Side of an attention window in pixels. */
  window_size: size.default(112),
});

/** Qwen2.5-VL's vision encoder (REFERENCE "Vision encoder"). */
export type VisionConfig = Readonly<z.infer<typeof visionSchema>>;

const transformerSchema = z.object({
  hidden_size: size,
  num_hidden_layers: size,
  num_attention_heads: size,
  num_key_value_heads: size,
  intermediate_size: size,
  vocab_size: size,
  rms_norm_eps: z.number().positive().default(1e-6),
  rope_theta: z.number().positive().default(1e6),
  /** Rotary pairs for (time, height, width); they sum to half a head's width. */
  rope_scaling: z.object({ mrope_section: z.tuple([size, size, size]) }),
  bos_token_id: z.int().nonnegative(),
  eos_token_id: z.int().nonnegative(),
  /** BOI: the model emits it to begin a picture. */
  vision_start_token_id: z.int().nonnegative(),
  /** EOI: forced after a picture, never sampled. */
  vision_end_token_id: z.int().nonnegative(),
  image_token_id: z.int().nonnegative(),
});

/** The autoregressive transformer and its token ids (REFERENCE "Transformer", "Tokens"). */
export type TransformerConfig = Readonly<z.infer<typeof transformerSchema>>;

const adapterSchema = z.object({ input: size, output: size, eps: z.number().positive() });
export type AdapterConfig = Readonly<z.infer<typeof adapterSchema>>;

const mergerSchema = z.object({
  hidden: size,
  heads: size,
  kvHeads: size,
  headDim: size,
  mropeSection: z.tuple([size, size, size]),
  intermediate: size,
  out: size,
  /** The projector's middle width is `expand · out`. */
  expand: size,
  theta: z.number().positive(),
  eps: z.number().positive(),
  /** Grid side, in patches, that positions are scaled to. */
  baseGrid: size,
  spatialMerge: size,
});
export type MergerConfig = Readonly<z.infer<typeof mergerSchema>>;

const fluxSchema = z.object({
  hidden: size,
  heads: size,
  headDim: size,
  /** Rotary widths of (first, row, column); they sum to headDim. */
  axes: z.tuple([size, size, size]),
  theta: z.number().positive(),
  inFeatures: size,
  latentChannels: size,
  patch: size,
  context: size,
  pooled: size,
  joint: z.int().nonnegative(),
  single: z.int().nonnegative(),
  mlpRatio: size,
  sinusoid: size,
  eps: z.number().positive(),
});
export type FluxConfig = Readonly<z.infer<typeof fluxSchema>>;

const autoencoderSchema = z.object({
  base: size,
  /** Channels of a level are base · mult; level 0 is the full resolution. */
  mult: z.array(size).min(1),
  groups: size,
  latent: size,
  eps: z.number().positive(),
  resBlocksPerLevel: z.object({ encoder: size, decoder: size }),
  scale: z.number(),
  shift: z.number(),
});
export type AutoencoderConfig = Readonly<z.infer<typeof autoencoderSchema>>;

const clipSchema = z.object({
  hidden: size,
  heads: size,
  layers: size,
  intermediate: size,
  vocab: size,
  positions: size,
  bos: z.int().nonnegative(),
  eos: z.int().nonnegative(),
  eps: z.number().positive(),
});
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
export type T5Config = Readonly<z.infer<typeof t5Schema>>;

/** The published sizes (REFERENCE), used where a checkpoint's config.json does not say otherwise. */
export const published = {
  adapter: { input: 3584, output: 4096, eps: 1e-5 },
  merger: {
    hidden: 3584,
    heads: 28,
    kvHeads: 4,
    headDim: 128,
    mropeSection: [16, 24, 24],
    intermediate: 18944,
    out: 4096,
    expand: 4,
    theta: 1e6,
    eps: 1e-6,
    baseGrid: 72,
    spatialMerge: 2,
  },
  dit: {
    hidden: 3072,
    heads: 24,
    headDim: 128,
    axes: [16, 56, 56],
    theta: 10000,
    inFeatures: 64,
    latentChannels: 16,
    patch: 2,
    context: 4096,
    pooled: 768,
    joint: 19,
    single: 38,
    mlpRatio: 4,
    sinusoid: 256,
    eps: 1e-6,
  },
  vae: {
    base: 128,
    mult: [1, 2, 4, 4],
    groups: 32,
    latent: 16,
    eps: 1e-6,
    resBlocksPerLevel: { encoder: 2, decoder: 3 },
    scale: 0.3611,
    shift: 0.1159,
  },
  clip: {
    hidden: 768,
    heads: 12,
    layers: 12,
    intermediate: 3072,
    vocab: 49408,
    positions: 77,
    bos: 49406,
    eos: 49407,
    eps: 1e-5,
  },
  t5: { model: 4096, kv: 64, heads: 64, ff: 10240, layers: 24, vocab: 32128, buckets: 32, maxDistance: 128, eps: 1e-6 },
} as const satisfies {
  adapter: AdapterConfig;
  merger: MergerConfig;
  dit: FluxConfig;
  vae: AutoencoderConfig;
  clip: ClipConfig;
  t5: T5Config;
};

const nexusSchema = z.object({
  id: z.string().min(1).default('nexus-gen-v2'),
  name: z.string().min(1).default('Nexus-Gen V2'),
  version: z.int().positive().default(2),
  image: z
    .object({
      min_pixels: size,
      max_pixels: size,
      /** Side the editing decoder's reference is squashed to, in pixels. */
      reference_side: size,
      /** [time, height, width] in patches of a drawn picture. */
      drawn_grid: z.tuple([size, size, size]),
    })
    .default({ min_pixels: 3136, max_pixels: 262640, reference_side: 504, drawn_grid: [1, 18, 18] }),
  forms: z.enum(['plain', 'trained']).default('trained'),
  context: z.enum(['conversation', 'turn']).default('turn'),
  /** Slots of the key/value cache. */
  context_length: size.default(4096),
  /** Tokens of the negative branch's text embeddings. */
  negative_length: size.default(512),
  /** Latents to colours for previews: rgb (0 … 1) = latents · matrix + bias; null where none was fitted. */
  preview: z
    .object({ matrix: z.array(z.array(z.number()).length(3)), bias: z.array(z.number()).length(3) })
    .nullable()
    .default(null),
  defaults: z
    .object({
      width: size,
      height: size,
      steps: size,
      guidance: z.number(),
      cfg: z.number(),
      negative: z.string(),
      strength: z.number(),
    })
    .default({ width: 512, height: 512, steps: 50, guidance: 3.5, cfg: 3, negative: '', strength: 1 }),
  licences: z.array(z.string()).default([]),
  sources: z.array(z.string()).default([]),
});

const checkpointSchema = transformerSchema.extend({
  vision_config: visionSchema,
  adapter: adapterSchema.default(published.adapter),
  merger: mergerSchema.default({ ...published.merger, mropeSection: [...published.merger.mropeSection] }),
  dit: fluxSchema.default({ ...published.dit, axes: [...published.dit.axes] }),
  vae: autoencoderSchema.default({ ...published.vae, mult: [...published.vae.mult] }),
  nexus_gen: nexusSchema.prefault({}),
});

/** All sizes of one Nexus-Gen. */
export type NexusConfig = Readonly<z.infer<typeof checkpointSchema>>;
export type BundleSettings = NexusConfig['nexus_gen'];

function reader<Schema extends z.ZodType>(schema: Schema): (json: unknown) => z.infer<Schema> {
  return (json) => {
    const result = schema.safeParse(json);
    if (result.success) return result.data;
    const [issue] = result.error.issues;
    return fail('CONFIG_INVALID', { key: issue?.path.join('.') ?? '', problem: issue?.message ?? 'unreadable' });
  };
}

/** Each throws CONFIG_INVALID with the key and what is wrong with it. */
export const readVisionConfig: (json: unknown) => VisionConfig = reader(visionSchema);
export const readTransformerConfig: (json: unknown) => TransformerConfig = reader(transformerSchema);
export const readAdapterConfig: (json: unknown) => AdapterConfig = reader(adapterSchema);
export const readMergerConfig: (json: unknown) => MergerConfig = reader(mergerSchema);
export const readFluxConfig: (json: unknown) => FluxConfig = reader(fluxSchema);
export const readAutoencoderConfig: (json: unknown) => AutoencoderConfig = reader(autoencoderSchema);
export const readClipConfig: (json: unknown) => ClipConfig = reader(clipSchema);
export const readT5Config: (json: unknown) => T5Config = reader(t5Schema);
/** A checkpoint's config.json: Qwen2.5-VL's keys, and the optional blocks `adapter`, `merger`, `dit`, `vae`, `nexus_gen`. */
export const readNexusConfig: (json: unknown) => NexusConfig = reader(checkpointSchema);

/** Width of one attention head. */
export function headWidth(config: TransformerConfig): number {
  return config.hidden_size / config.num_attention_heads;
}
