/**
 * Sizes as data, read from a checkpoint's own config.json. The published model, nano and the tiny cases of the golden
 * folder differ only here. Keys keep the spelling of the files they come from.
 */
import type { z } from 'zod';
import {
  adapterSchema,
  autoencoderSchema,
  checkFlux,
  checkMerger,
  fluxSchema,
  mergerSchema,
  scheduleSchema,
} from './painter.ts';
import { published } from './published.table.ts';
import { type Context, demand, reader } from './reading.ts';
import { settingsSchema } from './settings.ts';
import { checkTransformer, transformerSchema } from './transformer.ts';
import { checkVision, visionSchema } from './vision.ts';

const checkpointSchema = transformerSchema.extend({
  vision_config: visionSchema,
  adapter: adapterSchema.default(published.adapter),
  merger: mergerSchema.default(published.merger),
  dit: fluxSchema.default(published.dit),
  vae: autoencoderSchema.default(published.vae),
  schedule: scheduleSchema.default(published.schedule),
  // A checkpoint that says nothing of itself is the published one.
  nexus_gen: settingsSchema.prefault({ schedules: [...published.schedules] }),
});

/** All sizes of one Nexus-Gen. */
export type NexusConfig = Readonly<z.infer<typeof checkpointSchema>>;
/** What a bundle says of itself beside the sizes of its pieces. */
export type BundleSettings = NexusConfig['nexus_gen'];

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

/** A checkpoint's config.json: Qwen2.5-VL's keys, and the optional blocks `adapter`, `merger`, `dit`, `vae`, `schedule`,
 * `nexus_gen`. */
export const readNexusConfig: (json: unknown) => NexusConfig = reader(
  checkpointSchema.superRefine((config, context) => {
    checkTransformer(config, context);
    checkVision(config.vision_config, context, ['vision_config']);
    checkMerger(config.merger, context, ['merger']);
    checkFlux(config.dit, context, ['dit']);
    checkSettings(config, context);
  }),
);
