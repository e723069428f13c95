import { type Grid, readVisionConfig } from '../../../model/config/vision.ts';
import { imagePatches } from '../../../model/image/patches.ts';
import { windowLayout } from '../../../model/tables/vision-windows.ts';
import type { HostTensor } from '../../../workers/gpu/runtime.ts';
import { encodeImage } from '../../../workers/language/vision.ts';
import type { Component } from '../component.ts';
import { BuiltWeights } from './built-weights.ts';
import { float32Rows, imageInputs, int32Rows, joined, memberOf } from './inputs.ts';

/** Images in turn, each alone through the encoder: they never attend to each other. */
export const visionEncoder: Component = async (golden, runtime) => {
  const config = readVisionConfig(memberOf(golden.config, 'vision_config'));
  const weights = new BuiltWeights(runtime, golden.weights, { vision: config });
  const embeddings: Float32Array[] = [];
  const hidden: Float32Array[] = [];
  const order: number[] = [];
  const bounds = [0];
  try {
    for (const image of imageInputs(golden)) {
      const { pixelValues, grid } = imagePatches(image, config);
      embeddings.push(
        await weights.using('vision_encoder', (program) => encodeImage(program, config, pixelValues, grid)),
      );
      const block0 = weights.probes.get('hidden_block0')?.data;
      if (block0 instanceof Float32Array) hidden.push(block0);
      appendLayout(grid, order, bounds, config);
    }
  } finally {
    await weights.release();
  }
  const outputs = new Map<string, HostTensor>([
    ['embeds', float32Rows(joined(embeddings), config.out_hidden_size)],
    ['hidden_block0', float32Rows(joined(hidden), config.hidden_size)],
    ['window_index', int32Rows(order)],
    ['cu_window_seqlens', int32Rows(bounds)],
  ]);
  return { outputs, computedBy: 'graph' };
};

/** The layout of one more image behind those before it. */
function appendLayout(grid: Grid, order: number[], bounds: number[], config: Parameters<typeof windowLayout>[1]): void {
  const layout = windowLayout(grid, config);
  const firstToken = order.length;
  const firstPatch = bounds.at(-1) ?? 0;
  order.push(...Array.from(layout.windowIndex, (token) => firstToken + token));
  bounds.push(...Array.from(layout.bounds.subarray(1), (bound) => firstPatch + bound));
}
