/** The editing decoder's embedding merger (REFERENCE "Editing decoder's merger"): one Qwen2.5-VL layer, then a projector. */
import type { MergerConfig } from '../config.ts';
import { attention, type RotaryTables, rotary } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../onnx/graph.ts';
import { add, gather, int32, multiply, reshape, silu } from '../onnx/operators.ts';
import type { Value } from '../onnx/types.ts';
import { linear, named, rmsNorm } from '../onnx/weighted.ts';

const layer = 'embedding_merger.layers.0';

/** Each of the key/value heads of [1, tokens, kvHeads · width] once for every query head that reads it. */
function repeatHeads(graph: Graph, x: Value, config: MergerConfig): Value {
  const { heads, kvHeads, headDim } = config;
  const separate = reshape(graph, x, ['tokens', kvHeads, headDim]);
  const group = heads / kvHeads;
  const readers = int32(
    graph,
    Array.from({ length: heads }, (_, head) => Math.floor(head / group)),
  );
  return reshape(graph, gather(graph, separate, readers, 1), [1, 'tokens', heads * headDim]);
}

/** Attention of every token to every token: targets see the reference and the reference sees the targets. */
function bidirectionalAttention(graph: Graph, x: Value, tables: RotaryTables, config: MergerConfig): Value {
  const { heads, kvHeads, headDim, hidden } = config;
  const project = (name: string, count: number) =>
    reshape(graph, linear(graph, x, named(`${layer}.self_attn.${name}`), count * headDim), [
      1,
      'tokens',
      count * headDim,
    ]);
  const query = rotary(graph, project('q_proj', heads), heads, tables);
  const key = repeatHeads(graph, rotary(graph, project('k_proj', kvHeads), kvHeads, tables), config);
  const value = repeatHeads(graph, project('v_proj', kvHeads), config);
  const attended = reshape(graph, attention(graph, query, key, value, heads, null), ['tokens', heads * headDim]);
  return linear(graph, attended, named(`${layer}.self_attn.o_proj`, 'no bias'), hidden);
}

function feedForward(graph: Graph, x: Value, config: MergerConfig): Value {
  const project = (name: string) => linear(graph, x, named(`${layer}.mlp.${name}`, 'no bias'), config.intermediate);
  const gated = multiply(graph, silu(graph, project('gate_proj')), project('up_proj'));
  return linear(graph, gated, named(`${layer}.mlp.down_proj`, 'no bias'), config.hidden);
}

/**
 * embeddings [tokens, hidden] (81 of the target, then the reference's), cosines and sines [1, tokens, headDim / 2] of the
 * multimodal rotary embedding → conditioning [tokens, out]. All float32: it runs once a picture, and the gated products of
 * this family of layers overflow float16.
 */
export function merger(config: MergerConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('editing_merger', { ...options, activations: 'float32' });
  const { hidden, headDim, out, expand, eps } = config;
  const embeddings = graph.input('embeddings', 'float32', ['tokens', hidden]);
  const cosines = graph.input('cosines', 'float32', [1, 'tokens', headDim / 2]);
  const sines = graph.input('sines', 'float32', [1, 'tokens', headDim / 2]);
  const tables = { cosines, sines, pairs: 'half-split' } as const;
  const normed = rmsNorm(graph, embeddings, `${layer}.input_layernorm.weight`, eps);
  const attended = add(graph, embeddings, bidirectionalAttention(graph, normed, tables, config));
  const ready = rmsNorm(graph, attended, `${layer}.post_attention_layernorm.weight`, eps);
  const merged = add(graph, attended, feedForward(graph, ready, config));

  const projector = 'embedding_merger.projector';
  const expanded = linear(
    graph,
    rmsNorm(graph, merged, `${projector}.0.weight`, eps),
    named(`${projector}.1`),
    expand * out,
  );
  const activated = silu(graph, rmsNorm(graph, expanded, `${projector}.2.weight`, eps));
  const projected = linear(graph, activated, named(`${projector}.4`), out);
  graph.output('conditioning', rmsNorm(graph, projected, `${projector}.5.weight`, eps));
  return graph.build();
}
