/** Sizes to choose from: those that a bundle lists, else common aspects at its own area, sides in multiples of 16. */
import { type DrawnSize, sizeLike } from '../../model/diffusion/size.ts';
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

/** Where the bundle lists none, one that came from a recipe is among them, whatever its aspect. */
export function sizesFor(
  { defaults, sizes: listed }: { readonly defaults: DrawnSize; readonly sizes: readonly DrawnSize[] | null },
  chosen: string | boolean | undefined,
): readonly string[] {
  const offered = listed ?? aspects.map(([width, height]) => sizeLike({ width, height }, defaults));
  const sizes = new Set(offered.map(({ width, height }) => `${width}x${height}`));
  if (listed === null && typeof chosen === 'string' && parseSize(chosen) !== null) sizes.add(chosen);
  return [...sizes];
}
