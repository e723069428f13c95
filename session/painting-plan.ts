/** How a drawing is painted: the person's settings, and where they are silent the bundle's own. */
import type { GuidedRange } from '../model/diffusion/guidance.ts';
import { type DrawnSize, drawnSize, ownPainting, servedSize } from '../model/diffusion/size.ts';
import type { Composite } from '../model/recipe/recipe.ts';
import type { BundleSummary, ImageId, PaintRequest } from '../workers/protocol.ts';
import { servesCfg } from './negatives.ts';
import type { SelectedArea } from './selected-area.ts';

/** Null where the bundle decides. */
export interface PaintingSettings {
  readonly size: DrawnSize | null;
  readonly steps: number | null;
  readonly guidance: number | null;
  readonly cfg: number | null;
  readonly negative: string;
  /** The part of the steps that is guided away from the negative branch; all of them where it is left out. */
  readonly cfgRange?: GuidedRange | null;
  /** How much a step that is not run may differ from the last one; all are run where it is left out. */
  readonly stepCache?: number | null;
  /** The picture that painting starts from: one of the person's, that which an edit changes, or none. */
  readonly start: ImageId | 'edited' | null;
  /** How much of it may change. */
  readonly strength: number | null;
  /** In few steps, to be finished where it is worth that. */
  readonly draft?: boolean;
  /** How the rest of the edited picture is kept, where a recipe that is repeated says so. */
  readonly composite?: Composite | null;
  /** Where alone a picture is to change. */
  readonly area?: SelectedArea | null;
}

export type PaintingPlan = Pick<
  PaintRequest,
  'width' | 'height' | 'steps' | 'seed' | 'guidance' | 'cfg' | 'negative' | 'cfgRange' | 'stepCache'
> & {
  readonly start: { readonly image: ImageId; readonly strength: number } | null;
  readonly composite?: Composite;
  readonly area?: SelectedArea;
};

/** The pictures that a painting may have to do with. */
export interface PaintedPictures {
  /** That which is changed, with its size; null for a drawing of something new. */
  readonly edited: DrawnSize | null;
  /** That which the editing decoder is shown. */
  readonly reference: ImageId | null;
}

/** An edit is painted at its picture's aspect, as far as the bundle draws it; so is a size that was chosen for another model. A start of which everything may change is none. */
export function planPainting(
  { size, steps, guidance, cfg, negative, cfgRange, stepCache, start, strength, composite, area }: PaintingSettings,
  { defaults, sizes, negatives }: BundleSummary,
  { edited, reference }: PaintedPictures,
  seed: PaintRequest['seed'],
): PaintingPlan {
  const own = ownPainting(defaults, edited);
  const image = start === 'edited' ? reference : start;
  const changing = strength ?? defaults.strength;
  return {
    ...servedSize(drawnSize(size ?? own.size), sizes),
    seed,
    steps: steps ?? defaults.steps,
    guidance: guidance ?? defaults.guidance,
    ...(servesCfg({ negatives })
      ? { cfg: cfg ?? own.cfg, negative, ...guidedPart(cfgRange) }
      : { cfg: 1, negative: '' }),
    ...(stepCache == null || stepCache === 0 ? {} : { stepCache }),
    start: image === null || changing >= 1 ? null : { image, strength: changing },
    ...(composite == null ? {} : { composite }),
    ...(area == null ? {} : { area }),
  };
}

/** The whole range is as good as none, so that equal pictures have equal recipes. */
function guidedPart(range: GuidedRange | null | undefined): Pick<PaintingPlan, 'cfgRange'> {
  const isWhole = range == null || (range[0] === 0 && range[1] === 1);
  return isWhole ? {} : { cfgRange: range };
}
