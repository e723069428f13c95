/** CLIP-L's text model, whose pooled vector conditions FLUX; run at conversion only (docs/reference.md, "Text encoders"). */
import type { ClipConfig } from '../config/text-encoders.ts';
import { attention } from '../onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions, type Value } from '../onnx/graph.ts';
import { add, float32, gather, multiply, reshape, sigmoid } from '../onnx/operators.ts';
import { layerNorm, linear, parameter } from '../onnx/weighted.ts';
import { causalBias } from '../tables/attention-bias.ts';

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
  const tokenTable = parameter(graph, `${embeddings}.token_embedding.weight`, [vocab, size], 'float32', 'table');
  const positionTable = parameter(
    graph,
    `${embeddings}.position_embedding.weight`,
    [positions, size],
    'float32',
    'table',
  );
  let hidden = add(gather(tokenTable, ids, 0), positionTable);
  const mask = float32(graph, [1, 1, positions, positions], causalBias(positions));
  for (let layer = 0; layer < layers; layer += 1) {
    hidden = clipLayer(hidden, `text_model.encoder.layers.${layer}`, config, mask);
  }
  graph.output('pooled', gather(layerNorm(hidden, 'text_model.final_layer_norm', eps), endIndex, 0));
  return graph.build();
}

function clipLayer(hidden: Value, layer: string, config: ClipConfig, mask: Value): Value {
  const { hidden: size, heads, intermediate, positions, eps } = config;
  const normed = layerNorm(hidden, `${layer}.layer_norm1`, eps);
  const projected = (name: string) => reshape(linear(normed, `${layer}.self_attn.${name}`, size), [1, positions, size]);
  const attended = attention(projected('q_proj'), projected('k_proj'), projected('v_proj'), heads, mask);
  const rows = reshape(attended, [positions, size]);
  const middle = add(hidden, linear(rows, `${layer}.self_attn.out_proj`, size));

  const expanded = linear(layerNorm(middle, `${layer}.layer_norm2`, eps), `${layer}.mlp.fc1`, intermediate);
  return add(middle, linear(quickGelu(expanded), `${layer}.mlp.fc2`, size));
}

/** x · sigmoid(1.702 x), CLIP's approximation of GELU. */
function quickGelu(x: Value): Value {
  return multiply(x, sigmoid(multiply(x, 1.702)));
}
