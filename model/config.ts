/**
 * Sizes as data, read from a checkpoint's own config.json. The published model, nano and the tiny cases of the golden
 * folder differ only here. Keys keep the spelling of the files they come from.
 */
import { z } from 'zod';
import { fail } from './failure.ts';
import { published } from './published.table.ts';
import { firstIssue } from './schema-issue.ts';
import { settingsSchema } from './settings.ts';

const size = z.int().positive();
const tokenId = z.int().nonnegative();
const three = z.tuple([size, size, size]).readonly();

const visionSchema = z.object({
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

/** Qwen2.5-VL's vision encoder (REFERENCE "Vision encoder"); a missing key has that class's own default. */
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
  rope_scaling: z.object({ mrope_section: three }),
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

/** The autoregressive transformer and its token ids (REFERENCE "Transformer", "Tokens"). */
export type TransformerConfig = Readonly<z.infer<typeof transformerSchema>>;

const adapterSchema = z.object({ input: size, output: size, eps: z.number().positive() });
/** The generation decoder's adapter (REFERENCE "Generation decoder's adapter"). */
export type AdapterConfig = Readonly<z.infer<typeof adapterSchema>>;

const mergerSchema = z.object({
  hidden: size,
  heads: size,
  kvHeads: size,
  headDim: size,
  mropeSection: three,
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
/** The editing decoder's embedding merger (REFERENCE "Editing decoder's merger"). */
export type MergerConfig = Readonly<z.infer<typeof mergerSchema>>;

const fluxSchema = z.object({
  hidden: size,
  heads: size,
  headDim: size,
  /** Rotary widths of (first, row, column); they sum to headDim. */
  axes: three,
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
/** The diffusion transformer of either decoder (REFERENCE "FLUX DiT"). */
export type FluxConfig = Readonly<z.infer<typeof fluxSchema>>;

const autoencoderSchema = z.object({
  base: size,
  /** Channels of a level are base · mult; level 0 is the full resolution. */
  mult: z.array(size).min(1).readonly(),
  groups: size,
  latent: size,
  eps: z.number().positive(),
  resBlocksPerLevel: z.object({ encoder: size, decoder: size }),
  scale: z.number(),
  shift: z.number(),
});
/** The image autoencoder (REFERENCE "Sampling"). */
export type AutoencoderConfig = Readonly<z.infer<typeof autoencoderSchema>>;

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

type Context = z.core.$RefinementCtx;

function demand(holds: boolean, context: Context, path: readonly string[], expected: string): void {
  if (!holds) context.addIssue({ code: 'custom', path: [...path], params: { expected } });
}

function checkVision(config: VisionConfig, context: Context, at: readonly string[] = []): void {
  const { hidden_size, num_heads } = config;
  demand(hidden_size % (4 * num_heads) === 0, context, [...at, 'num_heads'], 'hidden_size % (4 · num_heads) = 0');
}

function checkTransformer(config: TransformerConfig, context: Context): void {
  const { hidden_size, num_attention_heads, num_key_value_heads, rope_scaling } = config;
  const width = hidden_size / num_attention_heads;
  demand(width % 2 === 0, context, ['num_attention_heads'], 'hidden_size / num_attention_heads % 2 = 0');
  const groups = num_attention_heads % num_key_value_heads === 0;
  demand(groups, context, ['num_key_value_heads'], 'num_attention_heads % num_key_value_heads = 0');
  const sections = sum(rope_scaling.mrope_section) * 2 === width;
  demand(sections, context, ['rope_scaling', 'mrope_section'], `Σ = ${width / 2}`);
}

function checkMerger(config: MergerConfig, context: Context, at: readonly string[] = []): void {
  demand(config.heads % config.kvHeads === 0, context, [...at, 'kvHeads'], 'heads % kvHeads = 0');
  const sections = sum(config.mropeSection) * 2 === config.headDim;
  demand(sections, context, [...at, 'mropeSection'], `Σ = ${config.headDim / 2}`);
}

function checkFlux(config: FluxConfig, context: Context, at: readonly string[] = []): void {
  const { hidden, heads, headDim, axes, inFeatures, latentChannels, patch } = config;
  demand(heads * headDim === hidden, context, [...at, 'headDim'], 'heads · headDim = hidden');
  demand(sum(axes) === headDim, context, [...at, 'axes'], `Σ = ${headDim}`);
  const features = latentChannels * patch * patch;
  demand(inFeatures === features, context, [...at, 'inFeatures'], String(features));
}

function checkSettings(config: z.infer<typeof checkpointSchema>, context: Context): void {
  const { patch_size, spatial_merge_size: merge } = config.vision_config;
  const { reference_side, drawn_grid, min_pixels, max_pixels } = config.nexus_gen.image;
  const at = ['nexus_gen', 'image'];
  const side = patch_size * merge;
  demand(reference_side % side === 0, context, [...at, 'reference_side'], `% ${side} = 0`);
  demand(max_pixels >= min_pixels, context, [...at, 'max_pixels'], `≥ ${min_pixels}`);
  const [frames, rows, columns] = drawn_grid;
  const whole = frames === 1 && rows % merge === 0 && columns % merge === 0;
  demand(whole, context, [...at, 'drawn_grid'], `[1, % ${merge} = 0, % ${merge} = 0]`);
  const channels = config.nexus_gen.preview?.matrix.length ?? config.vae.latent;
  demand(channels === config.vae.latent, context, ['nexus_gen', 'preview', 'matrix'], `${config.vae.latent} × 3`);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

const checkpointSchema = transformerSchema.extend({
  vision_config: visionSchema,
  adapter: adapterSchema.default(published.adapter),
  merger: mergerSchema.default(published.merger),
  dit: fluxSchema.default(published.dit),
  vae: autoencoderSchema.default(published.vae),
  nexus_gen: settingsSchema.prefault({}),
});

/** All sizes of one Nexus-Gen. */
export type NexusConfig = Readonly<z.infer<typeof checkpointSchema>>;
/** What a bundle says of itself beside the sizes of its pieces. */
export type BundleSettings = NexusConfig['nexus_gen'];

function reader<Schema extends z.ZodType>(schema: Schema): (json: unknown) => z.infer<Schema> {
  return (json) => {
    const result = schema.safeParse(json);
    return result.success ? result.data : fail('CONFIG_INVALID', firstIssue(result.error, json));
  };
}

/** Each throws CONFIG_INVALID with the key, what was expected there and what stands there. */
export const readVisionConfig: (json: unknown) => VisionConfig = reader(visionSchema.superRefine(checkVision));
export const readTransformerConfig: (json: unknown) => TransformerConfig = reader(
  transformerSchema.superRefine(checkTransformer),
);
export const readAdapterConfig: (json: unknown) => AdapterConfig = reader(adapterSchema);
export const readMergerConfig: (json: unknown) => MergerConfig = reader(mergerSchema.superRefine(checkMerger));
export const readFluxConfig: (json: unknown) => FluxConfig = reader(fluxSchema.superRefine(checkFlux));
export const readAutoencoderConfig: (json: unknown) => AutoencoderConfig = reader(autoencoderSchema);
export const readClipConfig: (json: unknown) => ClipConfig = reader(clipSchema);
export const readT5Config: (json: unknown) => T5Config = reader(t5Schema);
/** A checkpoint's config.json: Qwen2.5-VL's keys, and the optional blocks `adapter`, `merger`, `dit`, `vae`, `nexus_gen`. */
export const readNexusConfig: (json: unknown) => NexusConfig = reader(
  checkpointSchema.superRefine((config, context) => {
    checkTransformer(config, context);
    checkVision(config.vision_config, context, ['vision_config']);
    checkMerger(config.merger, context, ['merger']);
    checkFlux(config.dit, context, ['dit']);
    checkSettings(config, context);
  }),
);

/** Width of one attention head. */
export function headWidth(config: TransformerConfig): number {
  return config.hidden_size / config.num_attention_heads;
}

/** An image's patches: [time, height, width]. */
export type Grid = BundleSettings['image']['drawn_grid'];

/** Tokens of an image for the transformer: the encoder merges `mergeSize` × `mergeSize` patches into one. */
export function mergedTokens([time, height, width]: Grid, mergeSize: number): number {
  return (time * height * width) / mergeSize ** 2;
}
