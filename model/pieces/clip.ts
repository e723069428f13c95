/** CLIP-L's text model, whose pooled vector conditions the painter (REFERENCE "The pieces"). Run at conversion only. */
import type { ClipConfig } from '../config.ts';
import { attention } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../onnx/graph.ts';
import { add, bytesOf, gather, multiply, reshape, scalar, sigmoid } from '../onnx/operators.ts';
import type { Value } from '../onnx/types.ts';
import { layerNorm, linear, named, parameter } from '../onnx/weighted.ts';

/** Closes what lies behind a token without an infinity in the arithmetic. */
const closed = -1e9;

/**
 * Inputs: `input_ids` int32 [positions]; `end_index` int32 [1], the place of the first end token.
 * Output: `pooled` [1, hidden], the final-norm state there. Always float32: it runs once.
 */
export function clip(config: ClipConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('clip', { ...options, activations: 'float32' });
  const { hidden: size, layers, positions, vocab, eps } = config;
  const ids = graph.input('input_ids', 'int32', [positions]);
  const endIndex = graph.input('end_index', 'int32', [1]);

  const embeddings = 'text_model.embeddings';
  const tokens = parameter(graph, `${embeddings}.token_embedding.weight`, [vocab, size], 'float32', 'table');
  const places = parameter(graph, `${embeddings}.position_embedding.weight`, [positions, size], 'float32', 'table');
  let hidden = add(graph, gather(graph, tokens, ids, 0), places);
  const bias = causalBias(graph, positions);
  for (let layer = 0; layer < layers; layer += 1) {
    hidden = clipLayer(graph, hidden, `text_model.encoder.layers.${layer}`, config, bias);
  }
  const normal = layerNorm(graph, hidden, 'text_model.final_layer_norm', eps);
  graph.output('pooled', gather(graph, normal, endIndex, 0));
  return graph.build();
}

function clipLayer(graph: Graph, hidden: Value, layer: string, config: ClipConfig, bias: Value): Value {
  const { hidden: size, heads, intermediate, positions, eps } = config;
  const normal = layerNorm(graph, hidden, `${layer}.layer_norm1`, eps);
  const part = (name: string) =>
    reshape(graph, linear(graph, normal, named(`${layer}.self_attn.${name}`), size), [1, positions, size]);
  const mixed = attention(graph, part('q_proj'), part('k_proj'), part('v_proj'), heads, bias);
  const rows = reshape(graph, mixed, [positions, size]);
  const attended = add(graph, hidden, linear(graph, rows, named(`${layer}.self_attn.out_proj`), size));

  const expanded = linear(
    graph,
    layerNorm(graph, attended, `${layer}.layer_norm2`, eps),
    named(`${layer}.mlp.fc1`),
    intermediate,
  );
  return add(graph, attended, linear(graph, quickGelu(graph, expanded), named(`${layer}.mlp.fc2`), size));
}

/** x · sigmoid(1.702 x), CLIP's approximation of GELU. */
function quickGelu(graph: Graph, x: Value): Value {
  return multiply(graph, x, sigmoid(graph, multiply(graph, x, scalar(graph, 1.702, x.type))));
}

function causalBias(graph: Graph, tokens: number): Value {
  const bias = Float32Array.from({ length: tokens * tokens }, (_, index) =>
    index % tokens > Math.floor(index / tokens) ? closed : 0,
  );
  return graph.constant('float32', [1, 1, tokens, tokens], bytesOf(bias));
}
