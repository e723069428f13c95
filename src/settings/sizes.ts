/** Sizes to choose from: common aspects at a bundle's own area, sides in multiples of 16. */
import { sizeLike } from '../../model/diffusion/size.ts';
import { parseSize } from './fields.ts';

const aspects: readonly (readonly [width: number, height: number])[] = [
  [1, 1],
  [4, 3],
  [3, 4],
  [3, 2],
  [2, 3],
  [16, 9],
  [9, 16],
];

/** One that came from a recipe is among them, whatever its aspect. */
export function sizesFor(
  bundle: { readonly width: number; readonly height: number },
  chosen: string | boolean | undefined,
): readonly string[] {
  const common = aspects.map(([width, height]) => sizeLike({ width, height }, bundle));
  const sizes = new Set(common.map(({ width, height }) => `${width}x${height}`));
  if (typeof chosen === 'string' && parseSize(chosen) !== null) sizes.add(chosen);
  return [...sizes];
}
