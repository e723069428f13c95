/** What an edit left as it was, from the files of the two pictures. */
import { fail } from '../../model/failure.ts';
import { withAlpha } from '../../model/image/pixels.ts';
import { type Difference, differenceOf, keepingRule, keepRest, leastRest } from '../../model/image/unedited.ts';
import { findPngRecipe, writePng } from '../../model/recipe/png.ts';
import type { Composite } from '../../model/recipe/recipe.ts';
import type { ImageId } from '../protocol.ts';
import type { KeptRestFile, ShownDifference } from './protocol.ts';
import { readPicture } from './read.ts';

/** Names in failures: a person knows these pictures by where they stand. */
const names = { before: 'before', after: 'after' } as const;

/** @throws as readPicture */
export async function showDifference(before: Blob, after: Blob): Promise<ShownDifference> {
  const { image: source } = await readPicture(before, names.before);
  const { image: edit } = await readPicture(after, names.after);
  const difference = differenceOf(source, edit, keepingRule(source, edit));
  const { width, height, untouched } = difference;
  return { width, height, untouched, overlay: overlayOf(difference) };
}

/** @throws REST_NONE where almost all changed, and as readPicture */
export async function keepRestOf(before: Blob, after: Blob, picture: ImageId): Promise<KeptRestFile> {
  const { image: source } = await readPicture(before, names.before);
  const { image: edit } = await readPicture(after, names.after);
  const rule = keepingRule(source, edit);
  const { image, kept } = keepRest(source, edit, rule);
  if (kept < leastRest) return fail('REST_NONE', { share: kept });
  const composite: Composite = { picture, ...rule, shift: [...rule.shift] };
  const recipe = findPngRecipe(names.after, new Uint8Array(await after.arrayBuffer()));
  const png = writePng({ ...image, data: withAlpha(image) }, recipe && { ...recipe, composite });
  return { png: new Uint8Array(png), composite };
}

type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

const veil: Rgba = [16, 20, 26, 200];
const tint = [255, 64, 129] as const;
const tintAlpha = { least: 40, most: 150 } as const;
/** ΔE*ab from which the tint grows no more. */
const strongDifference = 60;

function overlayOf({ difference, changed }: Difference): Uint8ClampedArray<ArrayBuffer> {
  const overlay = new Uint8ClampedArray(difference.length * 4);
  for (const [at, value] of difference.entries()) {
    const strength = Math.min(1, value / strongDifference);
    const alpha = tintAlpha.least + (tintAlpha.most - tintAlpha.least) * strength;
    overlay.set(changed[at] === 1 ? [...tint, alpha] : veil, 4 * at);
  }
  return overlay;
}
