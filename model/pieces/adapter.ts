/** The generation decoder's adapter: image embeddings of the shared space to conditioning tokens (REFERENCE, same heading). */
import type { AdapterConfig } from '../config.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../onnx/graph.ts';
import { relu } from '../onnx/operators.ts';
import { layerNorm, linear, named } from '../onnx/weighted.ts';

/**
 * Linear, LayerNorm, ReLU, Linear, LayerNorm.
 * embeddings [tokens, input] → conditioning [tokens, output], both float32: it runs once a picture, on 81 rows.
 */
export function adapter(config: AdapterConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('generation_adapter', { ...options, activations: 'float32' });
  const embeddings = graph.input('embeddings', 'float32', ['tokens', config.input]);
  const widened = linear(graph, embeddings, named('adapter.0'), config.output, 'sensitive');
  const activated = relu(graph, layerNorm(graph, widened, 'adapter.1', config.eps));
  const projected = linear(graph, activated, named('adapter.3'), config.output, 'sensitive');
  graph.output('conditioning', layerNorm(graph, projected, 'adapter.4', config.eps));
  return graph.build();
}
