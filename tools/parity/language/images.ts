import { readVisionConfig } from '../../../model/config/vision.ts';
import { failureOf } from '../../../model/failure.ts';
import { boundedSize } from '../../../model/image/bounds.ts';
import { imagePatches as cutPatches } from '../../../model/image/patches.ts';
import { resize } from '../../../model/image/resize.ts';
import { hostTensor } from '../../../workers/gpu/runtime.ts';
import { type Check, type Component, refusedName } from '../component.ts';
import {
  float32Rows,
  imageInput,
  imageInputs,
  int32Input,
  int32Rows,
  joined,
  memberOf,
  requiredNumber,
} from './inputs.ts';

export const imageBounds: Component = async (golden) => {
  const bounds = {
    factor: requiredNumber(golden, 'factor'),
    minPixels: requiredNumber(golden, 'min_pixels'),
    maxPixels: requiredNumber(golden, 'max_pixels'),
  };
  const sizes = int32Input(golden, 'sizes');
  const bounded: number[] = [];
  for (let row = 0; row < sizes.length; row += 2) {
    const { height, width } = boundedSize({ height: sizes[row] ?? 0, width: sizes[row + 1] ?? 0 }, bounds);
    bounded.push(height, width);
  }
  const refused = Array.isArray(golden.args.refused) ? golden.args.refused : [];
  const outputs = new Map([['sizes', int32Rows(bounded, [bounded.length / 2, 2])]]);
  return { outputs, checks: refused.map((size: unknown) => refusal(size, bounds)), computedBy: 'plain' };
};

/** Whether a size is refused for its aspect, and for nothing else. */
function refusal(size: unknown, bounds: Parameters<typeof boundedSize>[1]): Check {
  const [height, width]: unknown[] = Array.isArray(size) ? size : [];
  const output = refusedName([height, width]);
  try {
    const answer = boundedSize({ height: Number(height), width: Number(width) }, bounds);
    return { output, ok: false, reason: `answered ${answer.height}x${answer.width} where it must refuse` };
  } catch (thrown) {
    const { code } = failureOf(thrown);
    return { output, ok: code === 'PICTURE_ASPECT', reason: code };
  }
}

export const imageResize: Component = async (golden) => {
  const size = { height: requiredNumber(golden, 'height'), width: requiredNumber(golden, 'width') };
  const { filter } = golden.args;
  if (filter !== 'bicubic' && filter !== 'bilinear') throw new Error(`unknown filter ${String(filter)}`);
  const { data } = resize(imageInput(golden, 'image'), size, filter);
  const image = hostTensor('uint8', [size.height, size.width, 3], data);
  return { outputs: new Map([['image', image]]), computedBy: 'plain' };
};

export const imagePatches: Component = async (golden) => {
  const config = readVisionConfig({
    patch_size: memberOf(golden.config, 'patch_size'),
    temporal_patch_size: memberOf(golden.config, 'temporal_patch_size'),
    spatial_merge_size: memberOf(golden.config, 'merge_size'),
  });
  const cut = imageInputs(golden).map((image) => cutPatches(image, config));
  const pixelValues = joined(cut.map((patches) => patches.pixelValues));
  const width = 3 * config.temporal_patch_size * config.patch_size ** 2;
  const outputs = new Map([
    ['pixel_values', float32Rows(pixelValues, width)],
    [
      'grid_thw',
      int32Rows(
        cut.flatMap(({ grid }) => [...grid]),
        [cut.length, 3],
      ),
    ],
  ]);
  return { outputs, computedBy: 'plain' };
};
