/** How many steps a draft has, which is painted to see whether a picture is worth all of its own. */
import type { BundleSummary, Decoder } from '../workers/protocol.ts';

interface WholePainting {
  readonly decoder: Decoder;
  readonly guidance: number;
  readonly steps: number;
}

/**
 * A quarter of a picture's steps, or as few as the bundle serves; null where a draft would be no shorter.
 *
 * @param schedules null where it is not known what is served
 */
export function draftSteps(
  schedules: BundleSummary['schedules'] | null,
  { decoder, guidance, steps }: WholePainting,
): number | null {
  const served = schedules?.[decoder] ?? null;
  const quarter = Math.ceil(steps / 4);
  if (served === null) return quarter < steps ? quarter : null;
  const fewer = served.filter((one) => one.guidance === guidance && one.steps < steps).map((one) => one.steps);
  return fewer.length === 0 ? null : Math.min(...fewer);
}
