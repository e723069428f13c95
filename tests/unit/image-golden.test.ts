import { expect, it } from 'vitest';
import { boundedSize } from '../../model/image/bounds.ts';
import { imagePatches } from '../../model/image/patches.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import { type ResizeFilter, resize } from '../../model/image/resize.ts';
import { expectOutput, type GoldenTensor, goldenNames, readGolden, tensorOf } from '../helpers/golden.ts';
import { failureFrom } from '../helpers/sources.ts';

function pictureOf({ shape: [height = 0, width = 0], data }: GoldenTensor): RgbImage {
  return { width, height, data: Uint8Array.from(data) };
}

it.each(goldenNames('image-bounds'))('%s', async (name) => {
  const golden = readGolden(name);
  const { factor, min_pixels, max_pixels, refused } = golden.args;
  const bounds = { factor: Number(factor), minPixels: Number(min_pixels), maxPixels: Number(max_pixels) };
  const sizes = Array.from(tensorOf(golden.inputs, 'sizes').data);
  const pairs = Array.from({ length: sizes.length / 2 }, (_, index) => sizes.slice(2 * index, 2 * index + 2));
  const bounded = pairs.map(([height = 0, width = 0]) => boundedSize({ height, width }, bounds));
  expectOutput(
    golden,
    'sizes',
    bounded.flatMap(({ height, width }) => [height, width]),
  );
  for (const [height, width] of refused as [number, number][]) {
    const failure = await failureFrom(() => boundedSize({ height, width }, bounds));
    expect(failure).toEqual({ code: 'PICTURE_ASPECT', data: { height, width, limit: 200 } });
  }
});

it.each(goldenNames('image-resize'))('%s is Pillow’s, to the bit', (name) => {
  const golden = readGolden(name);
  const { height, width, filter } = golden.args;
  const picture = pictureOf(tensorOf(golden.inputs, 'image'));
  const resized = resize(picture, { height: Number(height), width: Number(width) }, filter as ResizeFilter);
  expect([...resized.data]).toEqual([...tensorOf(golden.outputs, 'image').data]);
});

it.each(goldenNames('image-patches'))('%s', (name) => {
  const golden = readGolden(name);
  const sizes = {
    patch_size: Number(golden.config.patch_size),
    temporal_patch_size: Number(golden.config.temporal_patch_size),
    spatial_merge_size: Number(golden.config.merge_size),
  };
  const images = [...golden.inputs.values()].map((tensor) => imagePatches(pictureOf(tensor), sizes));
  expectOutput(golden, 'pixel_values', Float32Array.from(images.flatMap((image) => [...image.pixelValues])));
  expectOutput(
    golden,
    'grid_thw',
    images.flatMap(({ grid }) => [...grid]),
  );
});
