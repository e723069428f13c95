/** The editing decoder's embedding merger (docs/reference.md, "Merger"): one Qwen2.5-VL layer, then a projector. */
import type { MergerConfig } from '../config/painter.ts';
import { attention, rotaryInputs } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions, type Value } from '../onnx/graph.ts';
import { gather, int32, reshape, silu } from '../onnx/operators.ts';
import { linear, rmsNorm } from '../onnx/weighted.ts';
import type { MultimodalRotary } from '../tables/rotary.ts';
import { qwenLayer } from './qwen-layer.ts';

/** What the merger's rotary rows are computed from; its positions may be fractional. */
export function mergerRotary(config: MergerConfig): MultimodalRotary {
  return { headWidth: config.headDim, base: config.theta, sections: config.mropeSection };
}

/** Each key/value head of [1, tokens, kvHeads · width] once for every query head that reads it. */
function repeatHeads(x: Value, { heads, kvHeads, headDim }: MergerConfig): Value {
  const separate = reshape(x, ['tokens', kvHeads, headDim]);
  const readBy = Array.from({ length: heads }, (_, head) => Math.floor((head * kvHeads) / heads));
  return reshape(gather(separate, int32(x.graph, readBy), 1), [1, 'tokens', heads * headDim]);
}

/** The published projector: RMSNorm, Linear, RMSNorm, SiLU, Linear, RMSNorm. */
function projector(x: Value, { out, expand, eps }: MergerConfig): Value {
  const layer = 'embedding_merger.projector';
  const expanded = linear(rmsNorm(x, `${layer}.0`, eps), `${layer}.1`, expand * out);
  const activated = silu(rmsNorm(expanded, `${layer}.2`, eps));
  return rmsNorm(linear(activated, `${layer}.4`, out), `${layer}.5`, eps);
}

/**
 * embeddings [tokens, hidden] (81 of the target, then the reference's), cosines and sines [1, tokens, headDim / 2] of the
 * multimodal rotary embedding → conditioning [tokens, out]. Every token attends to every other. All float32: it runs
 * once a picture.
 */
export function merger(config: MergerConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('editing_merger', { ...options, activations: 'float32' });
  const { hidden, heads, kvHeads, headDim, intermediate, eps } = config;
  const embeddings = graph.input('embeddings', 'float32', ['tokens', hidden]);
  const tables = rotaryInputs(graph, 'tokens', headDim, 'half-split');
  const sizes = {
    hiddenSize: hidden,
    heads,
    keyValueHeads: kvHeads,
    headWidth: headDim,
    intermediateSize: intermediate,
    normEpsilon: eps,
  };
  const attend = (query: Value, key: Value, value: Value) =>
    attention(query, repeatHeads(key, config), repeatHeads(value, config), heads);
  const merged = qwenLayer(embeddings, 'embedding_merger.layers.0', sizes, tables, attend);
  graph.output('conditioning', projector(merged, config));
  return graph.build();
}
