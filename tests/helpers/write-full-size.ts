/**
 * Writes every graph at its published size, in float32 and in float16 over 4-bit weights, and a sparse file in place of each
 * graph's weights: the sizes are real, the disk is not. For Python's onnx (training/tests/test_full_size.py).
 *
 *   npx tsx tests/helpers/write-full-size.ts FOLDER
 */
import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { published } from '../../model/config/published.table.ts';
import { type BuiltGraph, exactOptions, type GraphOptions } from '../../model/onnx/graph.ts';
import { storedBytes } from '../../model/onnx/stored.ts';
import { writeModel } from '../../model/onnx/write.ts';
import { adapter } from '../../model/pieces/adapter.ts';
import { autoencoderDecode, autoencoderEncode } from '../../model/pieces/autoencoder.ts';
import { clip } from '../../model/pieces/clip.ts';
import { fluxGraph, fluxGraphNames } from '../../model/pieces/flux-graphs.ts';
import { merger } from '../../model/pieces/merger.ts';
import { textProjector, visionProjector } from '../../model/pieces/projectors.ts';
import { t5 } from '../../model/pieces/t5.ts';
import { allLayers, transformerSegment } from '../../model/pieces/transformer.ts';
import { visionEncoder } from '../../model/pieces/vision-encoder.ts';
import { quantised } from './quantised.ts';

type Build = (options: GraphOptions) => BuiltGraph;
const pieces: Readonly<Record<string, Build>> = {
  vision_encoder: (options) => visionEncoder(published.vision, options),
  transformer: (options) => transformerSegment(published.transformer, allLayers(published.transformer), options),
  text_projector: (options) => textProjector(published.transformer, options),
  vision_projector: (options) => visionProjector(published.transformer, options),
  generation_adapter: (options) => adapter(published.adapter, options),
  editing_merger: (options) => merger(published.merger, options),
  autoencoder_decode: (options) => autoencoderDecode(published.vae, options),
  autoencoder_encode: (options) => autoencoderEncode(published.vae, options),
  clip: (options) => clip(published.clip, options),
  t5: (options) => t5(published.t5, 512, options),
  ...Object.fromEntries(
    fluxGraphNames.map((name): [string, Build] => [name, (options) => fluxGraph(name, published.dit, options)]),
  ),
};

async function write(folder: string, name: string, graph: BuiltGraph): Promise<void> {
  const places = new Map<string, { readonly offset: number; readonly bytes: number }>();
  let end = 0;
  for (const tensor of graph.weights.flatMap(({ stored }) => stored)) {
    const bytes = storedBytes(tensor);
    places.set(tensor.name, { offset: end, bytes });
    end += Math.ceil(bytes / 64) * 64;
  }
  const locate = (stored: string) => {
    const place = places.get(stored);
    if (place === undefined) throw new Error(`${name} has no weight ${stored}`);
    return { file: `${name}.bin`, ...place };
  };
  await writeFile(join(folder, `${name}.onnx`), writeModel(graph, locate));
  await writeFile(join(folder, `${name}.bin`), '');
  await truncate(join(folder, `${name}.bin`), end);
}

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('write-full-size.ts FOLDER');
for (const [name, build] of Object.entries(pieces)) {
  await write(folder, `${name}.float32`, build(exactOptions));
  await write(folder, `${name}.float16`, build(quantised));
}
