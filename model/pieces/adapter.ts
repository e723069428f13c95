/** The generation decoder's adapter: image embeddings to conditioning tokens (docs/reference.md, "Adapter"). */
import type { AdapterConfig } from '../config/painter.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../onnx/graph.ts';
import { relu } from '../onnx/operators.ts';
import { layerNorm, linear } from '../onnx/weighted.ts';

/**
 * Linear, LayerNorm, ReLU, Linear, LayerNorm.
 * embeddings [tokens, input] → conditioning [tokens, output], both float32: it runs once a picture, on 81 rows.
 */
export function adapter({ input, output, eps }: AdapterConfig, options: GraphOptions): BuiltGraph {
  const graph = new Graph('generation_adapter', { ...options, activations: 'float32' });
  const embeddings = graph.input('embeddings', 'float32', ['tokens', input]);
  const widened = linear(embeddings, 'adapter.0', output, { role: 'sensitive' });
  const activated = relu(layerNorm(widened, 'adapter.1', eps));
  const projected = linear(activated, 'adapter.3', output, { role: 'sensitive' });
  graph.output('conditioning', layerNorm(projected, 'adapter.4', eps));
  return graph.build();
}
