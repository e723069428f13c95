/** What an edit left as it was: where, how much of the picture, and the picture with just that put back. */
import { asEdited, blended } from './blend.ts';
import { boxSums, grown, windowLengths } from './box.ts';
import { colourDifference } from './colour-difference.ts';
import type { RgbImage } from './pixels.ts';
import { estimateShift, type Shift, shiftedBack } from './shift.ts';

/** How the unedited part of a picture is found and put back; the same numbers give the same pixels. */
export interface KeepingRule {
  /** Of the whole result against the picture that was edited. */
  readonly shift: Shift;
  /** Radius of the means that are compared, in pixels. */
  readonly smoothing: number;
  /** ΔE*ab above which a pixel counts as changed. */
  readonly threshold: number;
  /** Pixels by which the changed part is widened, and over which it then fades out. */
  readonly feather: number;
}

/** Twice to three times what is just noticed: what codecs and an autoencoder's way back do to even ground stays below. */
const changedThreshold = 6;
const smoothingRadius = 2;
/** Of the shorter side. */
const featherShare = 1 / 64;
const featherLimits = { least: 2, most: 16 } as const;

/** Below this share of the picture there is no rest worth the name: the edit meant all of it. */
export const leastRest = 0.1;

export interface Difference {
  readonly width: number;
  readonly height: number;
  /** ΔE*ab [height, width]. */
  readonly difference: Float32Array;
  /** 1 where a pixel counts as changed, else 0 [height, width]. */
  readonly changed: Uint8Array;
  /** The share of pixels that do not, 0 … 1. */
  readonly untouched: number;
}

/** The rule for a picture and its edit. */
export function keepingRule(before: RgbImage, after: RgbImage): KeepingRule {
  const side = Math.min(after.width, after.height);
  const feather = Math.min(featherLimits.most, Math.max(featherLimits.least, Math.round(side * featherShare)));
  return {
    shift: estimateShift(asEdited(before, after), after),
    smoothing: smoothingRadius,
    threshold: changedThreshold,
    feather,
  };
}

/** What changed between a picture of any size and its edit, in the places of the edit. */
export function differenceOf(before: RgbImage, after: RgbImage, rule: KeepingRule): Difference {
  const source = asEdited(before, after);
  return differenceInPlace(source, shiftedBack(after, rule.shift, source), rule);
}

export interface KeptRest {
  readonly image: RgbImage;
  /** The share of pixels that are the edited picture's own, to the bit, 0 … 1. */
  readonly kept: number;
}

/**
 * The edit with the edited picture's own pixels outside what changed: exactly these where no changed pixel is within twice
 * `feather` (in rows and in columns), exactly the edit's where a pixel changed, and a blend in between.
 */
export function keepRest(before: RgbImage, after: RgbImage, rule: KeepingRule): KeptRest {
  const { width, height } = after;
  const source = asEdited(before, after);
  const edit = shiftedBack(after, rule.shift, source);
  const { changed } = differenceInPlace(source, edit, rule);
  const sums = boxSums(grown(changed, after, rule.feather), after, rule.feather);
  const [across, down] = [windowLengths(width, rule.feather), windowLengths(height, rule.feather)];
  const weights = Float64Array.from(
    sums,
    (sum, at) => sum / ((across[at % width] ?? 1) * (down[Math.floor(at / width)] ?? 1)),
  );
  const kept = weights.reduce((count, weight) => count + (weight === 0 ? 1 : 0), 0);
  return { image: blended(source, edit, weights), kept: kept / sums.length };
}

function differenceInPlace(source: RgbImage, edit: RgbImage, { smoothing, threshold }: KeepingRule): Difference {
  const { width, height } = edit;
  const difference = colourDifference(source, edit, smoothing);
  const changed = Uint8Array.from(difference, (value) => (value > threshold ? 1 : 0));
  const untouched = 1 - changed.reduce((sum, value) => sum + value, 0) / changed.length;
  return { width, height, difference, changed, untouched };
}
