/** Sizes of what draws: the two ways into FLUX, FLUX itself, the flow it follows, and the image autoencoder. */
import { z } from 'zod';
import { type Context, demand, reader, size, sum, threeSizes } from './reading.ts';

export const adapterSchema = z.object({ input: size, output: size, eps: z.number().positive() });
/** The generation decoder's adapter (docs/reference.md, "Adapter"). */
export type AdapterConfig = Readonly<z.infer<typeof adapterSchema>>;

export const mergerSchema = z.object({
  hidden: size,
  heads: size,
  kvHeads: size,
  headDim: size,
  mropeSection: threeSizes,
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
/** The editing decoder's embedding merger (docs/reference.md, "Merger"). */
export type MergerConfig = Readonly<z.infer<typeof mergerSchema>>;

export const fluxSchema = z.object({
  hidden: size,
  heads: size,
  headDim: size,
  /** Rotary widths of (first, row, column); they sum to headDim. */
  axes: threeSizes,
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
/** The diffusion transformer of either decoder (docs/reference.md, "FLUX"). */
export type FluxConfig = Readonly<z.infer<typeof fluxSchema>>;

export const autoencoderSchema = z.object({
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
/** The image autoencoder (docs/reference.md, "Sampling"). */
export type AutoencoderConfig = Readonly<z.infer<typeof autoencoderSchema>>;

export const scheduleSchema = z.object({
  /** Sigmas are moved towards noise: s · sigma / (1 + (s − 1) · sigma). */
  shift: z.number().positive(),
  /** Sigma of the last step, before it is moved; the step from there ends at zero. */
  sigmaMin: z.number().min(0).max(1),
  /** Sigma of pure noise. */
  sigmaMax: z.number().positive(),
  /** A step's time is this times its sigma. */
  trainTimesteps: size,
});
/** The rectified flow's schedule (docs/reference.md, "Sampling"). */
export type ScheduleConfig = Readonly<z.infer<typeof scheduleSchema>>;

export function checkMerger(config: MergerConfig, context: Context, at: readonly string[] = []): void {
  demand(config.heads % config.kvHeads === 0, context, [...at, 'kvHeads'], 'heads % kvHeads = 0');
  const sections = sum(config.mropeSection) * 2 === config.headDim;
  demand(sections, context, [...at, 'mropeSection'], `Σ = ${config.headDim / 2}`);
}

export function checkFlux(config: FluxConfig, context: Context, at: readonly string[] = []): void {
  const { hidden, heads, headDim, axes, inFeatures, latentChannels, patch } = config;
  demand(heads * headDim === hidden, context, [...at, 'headDim'], 'heads · headDim = hidden');
  demand(sum(axes) === headDim, context, [...at, 'axes'], `Σ = ${headDim}`);
  const features = latentChannels * patch * patch;
  demand(inFeatures === features, context, [...at, 'inFeatures'], String(features));
}

/** Each throws CONFIG_INVALID with the key, what was expected there and what stands there. */
export const readAdapterConfig: (json: unknown) => AdapterConfig = reader(adapterSchema);
export const readMergerConfig: (json: unknown) => MergerConfig = reader(mergerSchema.superRefine(checkMerger));
export const readFluxConfig: (json: unknown) => FluxConfig = reader(fluxSchema.superRefine(checkFlux));
export const readAutoencoderConfig: (json: unknown) => AutoencoderConfig = reader(autoencoderSchema);
