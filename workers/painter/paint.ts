/** Noise to latents: the rectified flow is followed from the first sigma to zero (docs/reference.md, "Sampling"). */
import type { ScheduleConfig } from '../../model/config/painter.ts';
import { eulerStep, partlyNoisy, predictedClean } from '../../model/diffusion/euler.ts';
import { type GuidedRange, guide, isGuided } from '../../model/diffusion/guidance.ts';
import { type KeptLatents, withKept } from '../../model/diffusion/inpainting.ts';
import { type Planes, patchify, unpatchify } from '../../model/diffusion/latents.ts';
import { normals } from '../../model/diffusion/noise.ts';
import type { SamplerValues } from '../../model/diffusion/sampler-state.ts';
import { schedule } from '../../model/diffusion/schedule.ts';
import { afterRun, type RunStep, stillHolds } from '../../model/diffusion/step-cache.ts';
import { imageIds } from '../../model/tables/flux-positions.ts';
import type { Conditioning } from './condition.ts';
import type { Branch, FluxDecoder } from './flux-decoder.ts';
import type { Pace } from './pace.ts';

/** What one branch of guidance follows. */
export interface BranchText extends Conditioning {
  /** CLIP vector [pooled]. */
  readonly pooled: Float32Array;
}

export interface PaintSettings {
  /** Height and width of the latents. */
  readonly size: readonly [number, number];
  /** Decimal digits. */
  readonly seed: string;
  readonly schedule: ScheduleConfig;
  readonly steps: number;
  /** Latents to start from and how much of them may change, 0 … 1; null for pure noise. */
  readonly start: { readonly latents: Planes; readonly strength: number } | null;
  /** What of a picture stays as it is; null where all is free. */
  readonly kept: KeptLatents | null;
  /** Steps that are done, and what is known behind them; null where the flow is followed from its beginning. */
  readonly resume: ({ readonly step: number } & SamplerValues) | null;
  readonly guidance: number;
  readonly cfg: number;
  readonly cfgRange: GuidedRange;
  /** A step is not run whose velocity is expected to be the last one but for this share, 0 … 1; of 0 all are run. */
  readonly stepCache: number;
  readonly positive: BranchText;
  /** What is steered away from: asked for where cfg is not 1 and a step is guided, null otherwise. */
  readonly negative: BranchText | null;
}

export interface Painted {
  readonly noise: Planes;
  /** Where the flow was entered: the noise itself, or the start picture mixed with it. */
  readonly begin: Planes;
  readonly latents: Planes;
  /** [steps] */
  readonly sigmas: Float32Array;
}

/** Called after each step with its number, from 1, from where it can be gone on, and the clean latents that the flow points to. */
export type OnStep = (step: number, reached: SamplerValues, clean: () => Planes) => void;

/** Follows the flow. Throws STOPPED between two blocks. */
export async function paint(
  flux: FluxDecoder,
  settings: PaintSettings,
  pace: Pace,
  onStep: OnStep = () => undefined,
): Promise<Painted> {
  const { steps, start, kept, resume } = settings;
  const { sigmas, timesteps } = schedule(settings.schedule, steps, start?.strength ?? 1);
  const noise = noisePlanes(flux, settings);
  const begin = start ? { ...noise, data: partlyNoisy(start.latents.data, noise.data, sigmas[0] ?? 1) } : noise;
  const keeping = ({ data, ...shape }: Planes, sigma: number): Planes => ({
    ...shape,
    data: kept === null ? data : withKept(data, kept, noise.data, sigma),
  });
  const branches = await beginBranches(flux, settings, timesteps, pace);
  try {
    const { data: beginning, ...shape } = keeping(begin, sigmas[0] ?? 1);
    let latents: Planes = { ...shape, data: resume?.latents ?? beginning };
    let lastRun = resume?.lastRun ?? null;
    for (const [step, sigma] of sigmas.entries()) {
      if (step < (resume?.step ?? 0)) continue;
      const at = latents;
      const run = () => guidedVelocity(flux, branches, settings, at, step, pace);
      const { velocity, ...known } = await runOrFollowed(settings, lastRun, at.data, step, run);
      lastRun = known.lastRun;
      const next = sigmas[step + 1] ?? 0;
      latents = keeping({ ...at, data: eulerStep(at.data, velocity, sigma, next) }, next);
      const clean = () => keeping({ ...at, data: predictedClean(at.data, velocity, sigma) }, 0);
      onStep(step + 1, { latents: latents.data, lastRun }, clean);
    }
    return { noise, begin, latents, sigmas };
  } finally {
    for (const branch of branches) flux.end(branch);
  }
}

function noisePlanes(flux: FluxDecoder, { seed, size: [height, width] }: PaintSettings): Planes {
  const channels = flux.config.latentChannels;
  return { channels, height, width, data: normals(seed, channels * height * width) };
}

/** The positive branch, and the negative one where there is guidance away from something. */
async function beginBranches(
  flux: FluxDecoder,
  { size, steps, guidance, cfg, start, positive, negative }: PaintSettings,
  timesteps: Float32Array,
  pace: Pace,
): Promise<readonly Branch[]> {
  const ids = imageIds(size, flux.config.patch);
  const stored = flux.storedModulation({ steps, guidance, strength: start?.strength ?? 1 });
  const branches: Branch[] = [];
  try {
    for (const text of cfg !== 1 && negative ? [positive, negative] : [positive]) {
      const key = { timesteps, guidance: new Float32Array(steps).fill(guidance), pooled: text.pooled };
      // A table is of the vector that the positive branch always has.
      const table = isSame(text.pooled, positive.pooled) ? stored : null;
      const modulation = table ?? (await flux.modulation(key, pace));
      branches.push(await flux.begin({ context: text.context, textIds: text.ids, imageIds: ids }, modulation));
    }
    return branches;
  } catch (error) {
    for (const branch of branches) flux.end(branch);
    throw error;
  }
}

function isSame(one: Float32Array, other: Float32Array): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}

/**
 * The velocity of a step: that of the last run where it still holds. A step that is guided is like none that is not, and the last
 * one, which the picture is made of, is always run.
 */
async function runOrFollowed(
  { cfgRange, steps, stepCache }: PaintSettings,
  lastRun: RunStep | null,
  latents: Float32Array,
  step: number,
  run: () => Promise<Float32Array>,
): Promise<{ readonly velocity: Float32Array; readonly lastRun: RunStep | null }> {
  if (stepCache === 0) return { velocity: await run(), lastRun: null };
  const isAlike = isGuided(cfgRange, step, steps) === isGuided(cfgRange, step - 1, steps);
  const known = isAlike ? lastRun : null;
  if (known !== null && step < steps - 1 && stillHolds(known, latents, stepCache))
    return { velocity: known.velocity, lastRun: known };
  const velocity = await run();
  return { velocity, lastRun: afterRun(known, latents, velocity) };
}

async function guidedVelocity(
  flux: FluxDecoder,
  [positive, negative]: readonly Branch[],
  { cfg, cfgRange, steps }: PaintSettings,
  latents: Planes,
  step: number,
  pace: Pace,
): Promise<Float32Array> {
  if (!positive) throw new RangeError('no branch to follow');
  const followed = await velocityOf(flux, positive, latents, step, pace);
  if (!negative || !isGuided(cfgRange, step, steps)) return followed.data;
  return guide(followed.data, (await velocityOf(flux, negative, latents, step, pace)).data, cfg);
}

/** The velocity of latents at a step, in their own shape. */
export async function velocityOf(
  flux: FluxDecoder,
  branch: Branch,
  latents: Planes,
  step: number,
  pace: Pace,
): Promise<Planes> {
  const { patch } = flux.config;
  return unpatchify(await flux.velocity(branch, step, patchify(latents, patch), pace), latents, patch);
}
