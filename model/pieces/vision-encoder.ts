/** The vision encoder: Qwen2.5-VL's ViT with window attention, whose output is the shared embedding space (paper, section 2.1). */
import type { VisionConfig } from '../config/vision.ts';
import { attention, type RotaryTables, rotary, rotaryInputs } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions, type Value } from '../onnx/graph.ts';
import { add, cast, geluExact, matmul, multiply, reshape, silu, split, transpose } from '../onnx/operators.ts';
import { sizeOf } from '../onnx/shapes.ts';
import { linear, parameter, rmsNorm } from '../onnx/weighted.ts';

const normEpsilon = 1e-6;
const channels = 3;

/** Values of a patch: channel × time × patch_size × patch_size. */
export function patchWidth(config: VisionConfig): number {
  return channels * config.temporal_patch_size * config.patch_size ** 2;
}

/**
 * One image a run, everything in window order (see `windowLayout`).
 *
 * Inputs: `patches` [patches, channels · time · 14 · 14]; `cosines` and `sines` [1, patches, head width / 2], see
 * `patchRotary`; `window_bias` [1, 1, patches, patches], see `windowBias`.
 * Output: `embeddings` [merged tokens, out_hidden_size]. All float32. Probe: `hidden_block0`.
 */
export function visionEncoder(config: VisionConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('vision_encoder', options);
  const patches = graph.input('patches', 'float32', ['patches', patchWidth(config)]);
  const tables = rotaryInputs(graph, 'patches', config.hidden_size / config.num_heads, 'half-split');
  const bias = graph.input('window_bias', 'float32', [1, 1, 'patches', 'patches']);

  let hidden = patchEmbedding(patches, config);
  for (let block = 0; block < config.depth; block += 1) {
    const windows = config.fullatt_block_indexes.includes(block) ? null : bias;
    hidden = visionBlock(hidden, `visual.blocks.${block}`, config, tables, windows);
    if (block === 0) graph.probe('hidden_block0', hidden);
  }
  graph.output('embeddings', merger(hidden, config));
  return graph.build();
}

/** A convolution whose kernel is the patch: a product with its flattened weight, which is small and keeps 16 bits. */
function patchEmbedding(patches: Value, config: VisionConfig): Value {
  const { graph } = patches;
  const { hidden_size: size, temporal_patch_size: time, patch_size: side } = config;
  const kernel = parameter(graph, 'visual.patch_embed.proj.weight', [size, channels, time, side, side]);
  const matrix = reshape(kernel, [size, patchWidth(config)]);
  return cast(matmul(cast(patches, graph.activations), transpose(matrix, [1, 0])), 'float32');
}

/** The residual stream and attention stay float32 in float16 graphs, as in `qwenLayer`. */
function visionBlock(
  hidden: Value,
  block: string,
  config: VisionConfig,
  tables: RotaryTables,
  windows: Value | null,
): Value {
  const { activations } = hidden.graph;
  const { hidden_size: size, num_heads: heads, intermediate_size: intermediate } = config;
  const patches = sizeOf(hidden, 0);
  const normed = (value: Value, norm: string) => cast(rmsNorm(value, `${block}.${norm}`, normEpsilon), activations);
  const rotated = (part: Value) => rotary(part, heads, tables);

  const qkv = cast(linear(normed(hidden, 'norm1'), `${block}.attn.qkv`, 3 * size), 'float32');
  const [query, key, value] = split(reshape(qkv, [1, patches, 3 * size]), [size, size, size]);
  const attended = reshape(attention(rotated(query), rotated(key), value, heads, windows), [patches, size]);
  const projected = linear(cast(attended, activations), `${block}.attn.proj`, size);
  const middle = add(hidden, cast(projected, 'float32'));

  const x = normed(middle, 'norm2');
  const gate = silu(linear(x, `${block}.mlp.gate_proj`, intermediate));
  const gated = multiply(gate, linear(x, `${block}.mlp.up_proj`, intermediate));
  return add(middle, cast(linear(gated, `${block}.mlp.down_proj`, size), 'float32'));
}

/** 2 × 2 patches become one token of the transformer's width. */
function merger(hidden: Value, config: VisionConfig): Value {
  const width = config.hidden_size * config.spatial_merge_size ** 2;
  const normed = rmsNorm(hidden, 'visual.merger.ln_q', normEpsilon);
  const tokens = cast(reshape(normed, ['merged tokens', width]), hidden.graph.activations);
  const expanded = geluExact(linear(tokens, 'visual.merger.mlp.0', width, { role: 'sensitive' }));
  return cast(linear(expanded, 'visual.merger.mlp.2', config.out_hidden_size, { role: 'sensitive' }), 'float32');
}
