/** Sizes to choose from: common aspects at a bundle's own area, sides in multiples of 16. */
import { sizeLike } from '../../model/diffusion/size.ts';

const aspects: readonly (readonly [width: number, height: number])[] = [
  [1, 1],
  [4, 3],
  [3, 4],
  [3, 2],
  [2, 3],
  [16, 9],
  [9, 16],
];

export function sizesFor(bundle: { readonly width: number; readonly height: number }): readonly string[] {
  const sizes = aspects.map(([width, height]) => sizeLike({ width, height }, bundle));
  return [...new Set(sizes.map(({ width, height }) => `${width}x${height}`))];
}
