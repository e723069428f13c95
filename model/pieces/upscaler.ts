/**
 * ESRGAN-slim, a small network that enlarges pictures two or four times: a residual dense network (arXiv 1802.08797) of one block with
 * two convolutions, as @upscalerjs/esrgan-slim publishes it. Layers have its names.
 */
import { type BuiltGraph, exactOptions, Graph, type Value } from '../onnx/graph.ts';
import { add, concat, depthToSpace, relu } from '../onnx/operators.ts';
import { sizeOf } from '../onnx/shapes.ts';
import { convolution } from '../onnx/weighted.ts';

export const upscalerFactors = [2, 4] as const;
export type UpscalerFactor = (typeof upscalerFactors)[number];

/** Pixels around a pixel that have a part in what becomes of it: a tile with so many around it is what it would be in the whole. */
export const upscalerReach = 10;

const width = 64;
const growth = 4;

function layer(x: Value, name: string, kernel: 1 | 3 | 5, outputs: number): Value {
  const side = (kernel - 1) / 2;
  const padding = [side, side, side, side] as const;
  return convolution(x, name, { kernel, stride: 1, padding, outputs, size: [sizeOf(x, 2), sizeOf(x, 3)] });
}

/** A convolution that sees what went before it as well, and a residual around both. */
function denseStep(x: Value, step: 1 | 2): Value {
  const grown = relu(layer(x, `F_${step}_1`, 3, growth));
  return add(layer(concat([x, grown], 1), `LFF_${step}`, 1, width), x);
}

/**
 * image [1, 3, height, width] in 0 … 255 → image [1, 3, factor · height, factor · width], not clipped.
 *
 * The last layer is published as a doubling to the nearest neighbour with a 3×3 convolution behind it. Here it is one convolution at
 * the size before, a block of outputs a pixel (`tools/upscaler` folds its weights): the same sums, without a map of the large size.
 */
export function upscaler(factor: UpscalerFactor): BuiltGraph {
  const graph = new Graph(`upscaler_x${factor}`, exactOptions);
  const image = graph.input('image', 'float32', [1, 3, 'height', 'width']);
  const shallow = layer(image, 'F_m1', 3, width);
  const first = denseStep(layer(shallow, 'F_0', 3, width), 1);
  const second = denseStep(first, 2);
  const fused = layer(layer(concat([first, second], 1), 'GFF_1', 1, width), 'GFF_2', 3, width);
  const deep = add(fused, shallow);
  const narrowed = relu(layer(relu(layer(deep, 'UPN1', 5, 64)), 'UPN2', 3, 32));
  const blocks = layer(layer(narrowed, 'UPN3', 3, 3 * factor ** 2), 'SR', 3, 3 * factor ** 2);
  const size = [`${factor} height`, `${factor} width`] as const;
  graph.output('enlarged', depthToSpace(blocks, factor, size));
  return graph.build();
}
