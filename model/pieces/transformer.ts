/** The autoregressive transformer: a Qwen2.5-VL decoder over input embeddings (paper, section 2.1). */
import { headWidth, type TransformerConfig } from '../config/transformer.ts';
import { cachedHeadWidth, causalAttention, type KeyValueCache, rotaryInputs } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions, type Value } from '../onnx/graph.ts';
import { rmsNorm } from '../onnx/weighted.ts';
import type { MultimodalRotary } from '../tables/rotary.ts';
import { type QwenLayerSizes, qwenLayer } from './qwen-layer.ts';

/** Consecutive layers of the transformer: a segment of it, or all. */
export interface LayerRange {
  readonly first: number;
  readonly count: number;
}

/** The graph and part of all layers, or of the Nth segment of several. */
export type TransformerName = 'transformer' | `transformer_${number}`;

/** All layers in segments of equally many; `segments` divides their number. */
export function layerRanges({ num_hidden_layers: layers }: TransformerConfig, segments: number): readonly LayerRange[] {
  const count = layers / segments;
  return Array.from({ length: segments }, (_, segment) => ({ first: segment * count, count }));
}

export function allLayers({ num_hidden_layers: count }: TransformerConfig): LayerRange {
  return { first: 0, count };
}

export function segmentName({ num_hidden_layers: layers }: TransformerConfig, range: LayerRange): TransformerName {
  return range.count === layers ? 'transformer' : `transformer_${range.first / range.count}`;
}

/** Whether this names the transformer or a segment of it. */
export function isSegment(name: string): name is TransformerName {
  return /^transformer(_\d+)?$/.test(name);
}

/**
 * One pass of consecutive layers over any number of new tokens. What flows from a segment to the next is the residual stream,
 * in float32, so that the last one's answer is the same in whatever segments the layers are run.
 *
 * Inputs: `embeddings` [tokens, hiddenSize], of the first segment the tokens', of any other what the one before it answered;
 * `cosines` and `sines` [1, tokens, headWidth / 2], see `multimodalRotary`; `last_index` int32 [1] and `total` int32 [], the
 * tokens in the cache after this pass, less one and whole; for each of its layers N, counted from the transformer's first,
 * `past.N.key` and `past.N.value` in the shape of `cacheShape`.
 * Outputs: `hidden` [tokens, hiddenSize], of the last segment after the final norm, which both projectors read;
 * `present.N.key`, `present.N.value`. All are float32 whatever the activations. Probe of the first: `hidden_layer0`.
 */
export function transformerSegment(config: TransformerConfig, range: LayerRange, options: GraphOptions): BuiltGraph {
  const graph = new Graph(segmentName(config, range), options);
  const sizes = layerSizes(config);
  const { heads, keyValueHeads } = sizes;
  let hidden = graph.input('embeddings', 'float32', ['tokens', sizes.hiddenSize]);
  const tables = rotaryInputs(graph, 'tokens', sizes.headWidth, 'half-split');
  const lastIndex = graph.input('last_index', 'int32', [1]);
  const total = graph.input('total', 'int32', []);

  const end = range.first + range.count;
  const presents = new Map<number, KeyValueCache>();
  for (let layer = range.first; layer < end; layer += 1) {
    const cache = cacheInputs(graph, layer, sizes);
    const attend = (query: Value, key: Value, value: Value) => {
      const attended = causalAttention(query, key, value, { heads, keyValueHeads, cache, lastIndex, total });
      presents.set(layer, attended.cache);
      return attended.hidden;
    };
    hidden = qwenLayer(hidden, `model.layers.${layer}`, sizes, tables, attend);
    if (layer === 0) graph.probe('hidden_layer0', hidden);
  }

  const isLast = end === config.num_hidden_layers;
  graph.output('hidden', isLast ? rmsNorm(hidden, 'model.norm', sizes.normEpsilon) : hidden);
  for (const [layer, cache] of presents) {
    graph.output(`present.${layer}.key`, cache.key);
    graph.output(`present.${layer}.value`, cache.value);
  }
  return graph.build();
}

function cacheInputs(graph: Graph, layer: number, sizes: QwenLayerSizes): KeyValueCache {
  const shape = [1, sizes.keyValueHeads, 'slots', cachedHeadWidth(sizes.headWidth)];
  return {
    key: graph.input(`past.${layer}.key`, 'float32', shape),
    value: graph.input(`past.${layer}.value`, 'float32', shape),
  };
}

function layerSizes(config: TransformerConfig): QwenLayerSizes {
  return {
    hiddenSize: config.hidden_size,
    heads: config.num_attention_heads,
    keyValueHeads: config.num_key_value_heads,
    headWidth: headWidth(config),
    intermediateSize: config.intermediate_size,
    normEpsilon: config.rms_norm_eps,
  };
}

/** [1, key/value heads, slots, head width] of one layer's keys, and of its values. */
export function cacheShape(config: TransformerConfig, slots: number): readonly [number, number, number, number] {
  return [1, config.num_key_value_heads, slots, cachedHeadWidth(headWidth(config))];
}

/** What `multimodalRotary` needs for this transformer's tables. */
export function transformerRotary(config: TransformerConfig): MultimodalRotary {
  return { headWidth: headWidth(config), base: config.rope_theta, sections: config.rope_scaling.mrope_section };
}
