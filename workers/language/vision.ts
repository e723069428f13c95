/** Runs the vision encoder on one image: window order on the way in, reading order on the way out. */
import type { Grid, VisionConfig } from '../../model/config/vision.ts';
import { patchWidth } from '../../model/pieces/vision-encoder.ts';
import { patchRotary } from '../../model/tables/rotary.ts';
import {
  gatherGroups,
  scatterGroups,
  type WindowLayout,
  windowBias,
  windowLayout,
} from '../../model/tables/vision-windows.ts';
import { hostTensor, type Program } from '../gpu/runtime.ts';
import { float32Of } from './model.ts';

/**
 * Image embeddings [merged tokens, out_hidden_size] in reading order.
 *
 * @param pixelValues patch rows [patches, channels · time · 14 · 14], merged token by merged token, of one image
 */
export async function encodeImage(
  program: Program,
  config: VisionConfig,
  pixelValues: Float32Array,
  grid: Grid,
): Promise<Float32Array> {
  const layout = windowLayout(grid, config);
  const feeds = encoderFeeds(config, pixelValues, layout);
  const embeddings = float32Of((await program.run(feeds, { embeddings: 'host' })).embeddings);
  return scatterGroups(embeddings, layout.windowIndex, config.out_hidden_size);
}

function encoderFeeds(config: VisionConfig, pixelValues: Float32Array, layout: WindowLayout) {
  const patches = layout.rows.length;
  const width = patchWidth(config);
  const headWidth = config.hidden_size / config.num_heads;
  const ordered = gatherGroups(pixelValues, layout.windowIndex, width * config.spatial_merge_size ** 2);
  const { cosines, sines } = patchRotary(layout.rows, layout.columns, headWidth);
  return {
    patches: hostTensor('float32', [patches, width], ordered),
    cosines: hostTensor('float32', [1, patches, headWidth / 2], cosines),
    sines: hostTensor('float32', [1, patches, headWidth / 2], sines),
    window_bias: hostTensor('float32', [1, 1, patches, patches], windowBias(layout)),
  };
}
