/** The vision encoder: Qwen2.5-VL's ViT with window attention, whose output is the shared embedding space (paper, section 2.1). */
import type { VisionConfig } from '../config.ts';
import { attention, type RotaryTables, rotary } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../onnx/graph.ts';
import { add, cast, geluExact, matmul, multiply, reshape, silu, split, transpose } from '../onnx/operators.ts';
import type { Value } from '../onnx/types.ts';
import { linear, named, parameter, rmsNorm } from '../onnx/weighted.ts';

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
  const half = config.hidden_size / config.num_heads / 2;
  const tables = {
    cosines: graph.input('cosines', 'float32', [1, 'patches', half]),
    sines: graph.input('sines', 'float32', [1, 'patches', half]),
    pairs: 'half-split',
  } as const;
  const bias = graph.input('window_bias', 'float32', [1, 1, 'patches', 'patches']);

  let hidden = patchEmbedding(graph, patches, config);
  for (let block = 0; block < config.depth; block += 1) {
    const scope = config.fullatt_block_indexes.includes(block) ? null : bias;
    hidden = visionBlock(graph, hidden, `visual.blocks.${block}`, config, tables, scope);
    if (block === 0) graph.probe('hidden_block0', hidden);
  }
  graph.output('embeddings', merger(graph, hidden, config));
  return graph.build();
}

/** A convolution whose kernel is the patch: a product with its flattened weight, which is small and keeps 16 bits. */
function patchEmbedding(graph: Graph, patches: Value, config: VisionConfig): Value {
  const { hidden_size: size, temporal_patch_size: time, patch_size: side } = config;
  const type = graph.options.activations;
  const kernel = parameter(graph, 'visual.patch_embed.proj.weight', [size, channels, time, side, side], type);
  const matrix = reshape(graph, kernel, [size, patchWidth(config)]);
  return cast(graph, matmul(graph, cast(graph, patches, type), transpose(graph, matrix, [1, 0])), 'float32');
}

/** The residual stream and attention stay float32 in float16 graphs, as in `qwenLayer`. */
function visionBlock(
  graph: Graph,
  hidden: Value,
  block: string,
  config: VisionConfig,
  tables: RotaryTables,
  bias: Value | null,
): Value {
  const { activations } = graph.options;
  const { hidden_size: size, num_heads: heads, intermediate_size: intermediate } = config;
  const patches = hidden.shape[0] ?? 1;
  const normal = (value: Value, norm: string) =>
    cast(graph, rmsNorm(graph, value, `${block}.${norm}.weight`, normEpsilon), activations);

  const joint = cast(graph, linear(graph, normal(hidden, 'norm1'), named(`${block}.attn.qkv`), 3 * size), 'float32');
  const [query, key, value] = split(graph, reshape(graph, joint, [1, patches, 3 * size]), [size, size, size]);
  if (!query || !key || !value) return graph.refuse(`${block}.attn.qkv`, 'three parts', 'fewer');
  const turned = (part: Value) => rotary(graph, part, heads, tables);
  const mixed = reshape(graph, attention(graph, turned(query), turned(key), value, heads, bias), [patches, size]);
  const attended = linear(graph, cast(graph, mixed, activations), named(`${block}.attn.proj`), size);
  const middle = add(graph, hidden, cast(graph, attended, 'float32'));

  const x = normal(middle, 'norm2');
  const gate = silu(graph, linear(graph, x, named(`${block}.mlp.gate_proj`), intermediate));
  const gated = multiply(graph, gate, linear(graph, x, named(`${block}.mlp.up_proj`), intermediate));
  const down = linear(graph, gated, named(`${block}.mlp.down_proj`), size);
  return add(graph, middle, cast(graph, down, 'float32'));
}

/** 2 × 2 patches become one token of the transformer's width. */
function merger(graph: Graph, hidden: Value, config: VisionConfig): Value {
  const width = config.hidden_size * config.spatial_merge_size ** 2;
  const normal = rmsNorm(graph, hidden, 'visual.merger.ln_q.weight', normEpsilon);
  const tokens = cast(graph, reshape(graph, normal, ['merged tokens', width]), graph.options.activations);
  const middle = geluExact(graph, linear(graph, tokens, named('visual.merger.mlp.0'), width, 'sensitive'));
  const merged = linear(graph, middle, named('visual.merger.mlp.2'), config.out_hidden_size, 'sensitive');
  return cast(graph, merged, 'float32');
}
