/** The parts that the versions of a recipe have in common. */
import '../schemas-without-eval.ts';
import { z } from 'zod';
import { isSeed } from '../seed.ts';
import { type NumberRange, settingRanges } from '../setting-ranges.ts';

/** SHA-256 in hexadecimal; of a picture that of the original file's bytes. */
export const hash = z.string().regex(/^[0-9a-f]{64}$/);
export const side = z.int().positive().max(16_384);
const wholeIn = ({ low, high }: NumberRange) => z.int().min(low).max(high);

export const drawnSide = wholeIn(settingRanges.side);
export const scale = z.number().min(settingRanges.cfg.low).max(settingRanges.cfg.high);
export const share = z.number().min(0).max(1);
export const words = z.string().max(200_000);
export const name = z.string().max(1000);
export const seed = z.string().refine(isSeed, { params: { expected: '0 … 18446744073709551615' } });
export const task = z.enum(['auto', 'draw', 'edit', 'ask']);
export const form = z.enum(['plain', 'draw', 'edit', 'ask']);
export const language = z.enum(['auto', 'en', 'zh']);
export const decoder = z.enum(['generation', 'editing']);
export const steps = wholeIn(settingRanges.steps);
export const prefill = z.enum(['pass', 'loop']);
/** Open above, here and in the next: what an earlier version let through stays readable. */
export const temperature = z.number().min(0);
export const maxTokens = z.int().positive();
/** Of the software, by name. */
export const versions = z.record(name, name);
export const deviceKind = z.enum(['webgpu', 'wasm']);
export const activations = z.enum(['float32', 'float16']);
export const device = z.strictObject({
  kind: deviceKind,
  adapter: name,
  activations,
  /** Of the processor; one where it is left out. */
  threads: z.int().positive().max(1024).optional(),
});

/** What of an edit was kept as it was, and how: the numbers of `KeepingRule`, and the picture whose pixels were kept. */
export const composite = z.strictObject({
  picture: hash,
  shift: z.tuple([z.int().min(-64).max(64), z.int().min(-64).max(64)]),
  smoothing: z.int().min(0).max(64),
  threshold: z.number().min(0).max(200),
  feather: z.int().min(0).max(256),
});

/** How a painted picture was enlarged: each pixel as a square, or by the network of `model/pieces/upscaler.ts`. */
export const enlargement = z.strictObject({ factor: z.literal([2, 4]), by: z.enum(['pixels', 'esrgan-slim']) });

export const messagesLimit = 10_000;
export const picturesOfTurnLimit = 100;
