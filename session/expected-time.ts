/** How long a picture can be expected to take, from the throughput of the device and what the model computes for it. */

import { type CountedSizes, imagePass, passSeconds, stepPass, type Throughput } from '../model/bundle/operations.ts';
import { type GuidedRange, isGuided } from '../model/diffusion/guidance.ts';
import type { DrawnSize } from '../model/diffusion/size.ts';
import type { Decoder } from '../model/text/turn-plan.ts';

export interface TimedPainting extends DrawnSize {
  readonly decoder: Decoder;
  readonly steps: number;
  /** CFG scale; 1 computes no negative branch. */
  readonly cfg: number;
  /** The part of the steps with CFG; all of them where it is left out. */
  readonly cfgRange?: GuidedRange | null | undefined;
}

/** From Send to pixels, in seconds: the prompt, taken to be as long as the picture's embeddings, these, and every step. */
export function pictureSeconds(sizes: CountedSizes, painting: TimedPainting, throughput: Throughput): number {
  const { decoder, steps, cfg, cfgRange } = painting;
  const guided = cfg === 1 ? 0 : guidedSteps(cfgRange ?? [0, 1], steps);
  const seconds = (branch: Decoder | 'negative') => passSeconds(stepPass(sizes, branch, painting), throughput);
  const read = 2 * passSeconds(imagePass(sizes), throughput);
  return read + steps * seconds(decoder) + guided * seconds('negative');
}

function guidedSteps(range: GuidedRange, steps: number): number {
  return Array.from({ length: steps }).filter((_, index) => isGuided(range, index, steps)).length;
}
