import { z } from 'zod';
import { size } from './reading.ts';
import { gridSchema } from './vision.ts';

const colour = z.tuple([z.number(), z.number(), z.number()]).readonly();

/** A number of steps at an embedded guidance, from pure noise on: what FLUX's modulation depends on. */
export const servedScheduleSchema = z.object({
  steps: size,
  guidance: z.number(),
  /** Of the noise. Steps from a picture on have other sigmas, which no bundle holds ready. */
  strength: z.literal(1).default(1),
});
export type ServedSchedule = Readonly<z.infer<typeof servedScheduleSchema>>;

/** The block `nexus_gen` of a config.json: what a model says of itself beside the sizes of its pieces. */
export const settingsSchema = z.object({
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
      drawn_grid: gridSchema,
    })
    .default({ min_pixels: 3136, max_pixels: 262640, reference_side: 504, drawn_grid: [1, 18, 18] }),
  forms: z.enum(['plain', 'trained']).default('trained'),
  context: z.enum(['conversation', 'turn']).default('turn'),
  /** How many of the last turns it was trained to see; without it, all that fit. */
  context_turns: size.optional(),
  /** [width, height] of every size it can draw; without it, any. */
  sizes: z
    .array(z.tuple([size, size]).readonly())
    .min(1)
    .readonly()
    .optional(),
  /** False where every seed draws the same picture. */
  seeds_differ: z.boolean().optional(),
  /** The step schedules whose modulation is computed at conversion; without it, none: then it is computed while drawing. */
  schedules: z.array(servedScheduleSchema.readonly()).readonly().optional(),
  /** Slots of the key/value cache. */
  context_length: size.default(4096),
  /** Tokens of the negative branch's text embeddings. */
  negative_length: size.default(512),
  /** Latents to colours for previews: rgb (0 … 1) = latents · matrix + bias; null where none was fitted. */
  preview: z
    .object({ matrix: z.array(colour).readonly(), bias: colour })
    .nullable()
    .default(null),
  defaults: z
    .object({
      width: size,
      height: size,
      steps: size,
      guidance: z.number(),
      /** CFG scale of a drawing, and of an edit. */
      cfg: z.number(),
      editing_cfg: z.number().default(1),
      negative: z.string(),
      strength: z.number(),
    })
    .default({ width: 512, height: 512, steps: 50, guidance: 3.5, cfg: 3, editing_cfg: 1, negative: '', strength: 1 }),
  licences: z.array(z.string()).readonly().default([]),
  sources: z.array(z.string()).readonly().default([]),
});
