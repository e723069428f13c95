import { openShardedFolder } from '../../../model/checkpoint/folder.ts';
import { readTransformerConfig, type TransformerConfig } from '../../../model/config/transformer.ts';
import { type Grid, mergedTokens, readVisionConfig, type VisionConfig } from '../../../model/config/vision.ts';
import { imagePatches } from '../../../model/image/patches.ts';
import type { HostTensor, Runtime } from '../../../workers/gpu/runtime.ts';
import { drawImage } from '../../../workers/language/imagining.ts';
import type { LanguageModel, LanguageWeights } from '../../../workers/language/model.ts';
import { encodeImage } from '../../../workers/language/vision.ts';
import type { Component, ComponentResult, GoldenCase } from '../component.ts';
import { BuiltWeights } from './built-weights.ts';
import {
  float32Rows,
  gridOf,
  imageInputs,
  int32Input,
  int32Rows,
  joined,
  memberOf,
  positionRows,
  requiredNumber,
} from './inputs.ts';
import { greedySteps, lastRow, makeSequence, prefill, type Sequence, withCache } from './sequence.ts';

/** The language side's weights with their sizes: straight from a checkpoint, or from a bundle made of it. */
export interface CheckpointWeights<Weights extends LanguageWeights = LanguageWeights> {
  readonly transformer: TransformerConfig;
  readonly vision: VisionConfig;
  readonly weights: Weights;
}

/** A checkpoint folder as officially laid out: sees a picture, writes, and draws where BOI follows the prompt. */
export const checkpointQwen: Component = async (golden, runtime) => {
  const checkpoint = await openCheckpoint(golden, runtime);
  try {
    return await answerCheckpoint(golden, runtime, checkpoint);
  } finally {
    await checkpoint.weights.release();
  }
};

export async function answerCheckpoint(
  golden: GoldenCase,
  runtime: Runtime,
  { transformer, vision, weights }: CheckpointWeights,
): Promise<ComponentResult> {
  const ids = int32Input(golden, 'ids');
  const drawing = { grid: gridOf(golden.args.image_grid_thw), mergeSize: vision.spatial_merge_size };
  const seen = await seeImages(golden, weights, vision);
  const sequence = makeSequence(ids, seen.grids, seen.embeddings, transformer, drawing.mergeSize);
  const outputs = new Map<string, HostTensor>([
    ['image_embeds', float32Rows(seen.embeddings, vision.out_hidden_size)],
    ['position_ids', positionRows(sequence.positions)],
  ]);
  const slots = ids.length + mergedTokens(drawing.grid, drawing.mergeSize) + 2;
  await withCache(runtime, weights, transformer, slots, async (model) => {
    await write(golden, runtime, model, sequence, outputs);
    model.rewind(ids.length);
    const drawn = await drawImage(model, { ...drawing, start: sequence.positions.next, mode: 'pass' });
    outputs.set('drawn_embeds', float32Rows(drawn.embeddings, transformer.hidden_size));
  });
  return { outputs, computedBy: 'graph' };
}

async function openCheckpoint(golden: GoldenCase, runtime: Runtime): Promise<CheckpointWeights<BuiltWeights>> {
  const folder = `${String(golden.args.folder)}/`;
  const source = await golden.files.open(`${folder}config.json`);
  const config: unknown = JSON.parse(new TextDecoder().decode(await source.read(0, source.size)));
  const tensors = await openShardedFolder(golden.files, folder);
  const read = async (name: string) => {
    const values = await tensors.read(name);
    return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  };
  const transformer = readTransformerConfig(config);
  const vision = readVisionConfig(memberOf(config, 'vision_config'));
  return { transformer, vision, weights: new BuiltWeights(runtime, read, { transformer, vision }) };
}

async function seeImages(golden: GoldenCase, weights: LanguageWeights, vision: VisionConfig) {
  const grids: Grid[] = [];
  const embeddings: Float32Array[] = [];
  for (const image of imageInputs(golden)) {
    const { pixelValues, grid } = imagePatches(image, vision);
    grids.push(grid);
    embeddings.push(
      await weights.using('vision_encoder', (program) => encodeImage(program, vision, pixelValues, grid)),
    );
  }
  return { grids, embeddings: joined(embeddings) };
}

async function write(
  golden: GoldenCase,
  runtime: Runtime,
  model: LanguageModel,
  sequence: Sequence,
  outputs: Map<string, HostTensor>,
): Promise<void> {
  const { vocab_size: vocabulary, vision_end_token_id: endOfImage } = model.config;
  const { logits } = await prefill(model, runtime, sequence);
  const steps = requiredNumber(golden, 'decode_steps');
  const written = await greedySteps(model, lastRow(logits, vocabulary), sequence.positions.next, steps, [endOfImage]);
  outputs.set('logits', float32Rows(logits, vocabulary));
  outputs.set('new_ids', int32Rows(written.ids));
  outputs.set('step_logits', float32Rows(written.logits, vocabulary));
}
