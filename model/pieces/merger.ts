/** The editing decoder's embedding merger (REFERENCE "Editing decoder's merger"): one Qwen2.5-VL layer, then a projector. */
import type { MergerConfig } from '../config.ts';
import { attention } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../onnx/graph.ts';
import { gather, int32, reshape, silu } from '../onnx/operators.ts';
import type { Value } from '../onnx/types.ts';
import { linear, named, rmsNorm } from '../onnx/weighted.ts';
import { qwenLayer } from './qwen-layer.ts';
import type { MultimodalRotary } from './rotary-tables.ts';

/** What the merger's rotary rows are computed from; its positions may be fractional. */
export function mergerRotary(config: MergerConfig): MultimodalRotary {
  return { headWidth: config.headDim, base: config.theta, sections: config.mropeSection };
}

/** Each key/value head of [1, tokens, kvHeads · width] once for every query head that reads it. */
function repeatHeads(graph: Graph, x: Value, { heads, kvHeads, headDim }: MergerConfig): Value {
  const separate = reshape(graph, x, ['tokens', kvHeads, headDim]);
  const readBy = Array.from({ length: heads }, (_, head) => Math.floor((head * kvHeads) / heads));
  return reshape(graph, gather(graph, separate, int32(graph, readBy), 1), [1, 'tokens', heads * headDim]);
}

/** The published projector: RMSNorm, Linear, RMSNorm, SiLU, Linear, RMSNorm. */
function projector(graph: Graph, x: Value, { out, expand, eps }: MergerConfig): Value {
  const layer = 'embedding_merger.projector';
  const expanded = linear(graph, rmsNorm(graph, x, `${layer}.0.weight`, eps), named(`${layer}.1`), expand * out);
  const activated = silu(graph, rmsNorm(graph, expanded, `${layer}.2.weight`, eps));
  return rmsNorm(graph, linear(graph, activated, named(`${layer}.4`), out), `${layer}.5.weight`, eps);
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
  const cosines = graph.input('cosines', 'float32', [1, 'tokens', headDim / 2]);
  const sines = graph.input('sines', 'float32', [1, 'tokens', headDim / 2]);
  const sizes = {
    hiddenSize: hidden,
    heads,
    keyValueHeads: kvHeads,
    headWidth: headDim,
    intermediateSize: intermediate,
    normEpsilon: eps,
  };
  const merged = qwenLayer(
    graph,
    embeddings,
    'embedding_merger.layers.0',
    sizes,
    { cosines, sines, pairs: 'half-split' },
    (query, key, value) =>
      attention(graph, query, repeatHeads(graph, key, config), repeatHeads(graph, value, config), heads, null),
  );
  graph.output('conditioning', projector(graph, merged, config));
  return graph.build();
}
