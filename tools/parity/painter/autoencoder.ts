import type { Planes } from '../../../model/diffusion/latents.ts';
import { rgbBytes, rgbPlanes } from '../../../model/diffusion/pixels.ts';
import type { Tiling } from '../../../model/diffusion/tiling.ts';
import { type HostTensor, hostTensor } from '../../../workers/gpu/runtime.ts';
import { develop, encode } from '../../../workers/painter/develop.ts';
import type { Component, GoldenCase } from '../component.ts';
import { imageInput, requiredNumber } from '../language/inputs.ts';
import { BuiltPainter } from './built-painter.ts';
import { planesInput, planesTensor } from './inputs.ts';

/** A developed picture as the cases give it: planes and truncated bytes. */
export function pictureOutputs(image: Planes): ReadonlyMap<string, HostTensor> {
  return new Map([
    ['image', planesTensor(image)],
    ['rgb', hostTensor('uint8', [image.height, image.width, 3], rgbBytes(image))],
  ]);
}

function decoding(tilingOf: (golden: GoldenCase) => Tiling | null): Component {
  return async (golden, runtime) => {
    const source = new BuiltPainter(golden, runtime, 'vae');
    try {
      const image = await develop(source, planesInput(golden, 'latents'), tilingOf(golden));
      return { outputs: pictureOutputs(image), computedBy: 'graph' };
    } finally {
      await source.release();
    }
  };
}

export const vaeDecode = decoding(() => null);

export const vaeDecodeTiled = decoding((golden) => ({
  size: requiredNumber(golden, 'tileSize'),
  stride: requiredNumber(golden, 'tileStride'),
}));

export const vaeEncode: Component = async (golden, runtime) => {
  const source = new BuiltPainter(golden, runtime, 'vae');
  try {
    const { data, height, width } = imageInput(golden, 'rgb');
    const image = rgbPlanes(data, height, width);
    const latents = await encode(source, image);
    const outputs = new Map([
      ['image', planesTensor(image)],
      ['latents', planesTensor(latents)],
    ]);
    return { outputs, computedBy: 'graph' };
  } finally {
    await source.release();
  }
};
