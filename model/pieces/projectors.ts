/** What stands before and behind the transformer: tables whose rows are its inputs, and the two heads that read it. */
import type { TransformerConfig } from '../config/transformer.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../onnx/graph.ts';
import { cast } from '../onnx/operators.ts';
import type { WeightRole } from '../onnx/types.ts';
import { linear } from '../onnx/weighted.ts';

type Sizes = Pick<TransformerConfig, 'hidden_size' | 'vocab_size'>;

/** The official names of the tables that are read row by row on the host. */
export const tableNames = {
  tokens: 'model.embed_tokens.weight',
  prefill: 'image_prefill_embeds.weight',
} as const;

/** The token embeddings: no operators, for a row is read from the shard; the table never goes to the device. */
export function tokenEmbeddings(config: Sizes, options: GraphOptions): BuiltGraph {
  return table('token_embeddings', tableNames.tokens, [config.vocab_size, config.hidden_size], options);
}

/** The learned inputs of an image's positions (paper, section 2.3): no operators either. */
export function prefillEmbeddings(config: Sizes, rows: number, options: GraphOptions): BuiltGraph {
  return table('image_prefill_embeddings', tableNames.prefill, [rows, config.hidden_size], options);
}

function table(name: string, weight: string, shape: readonly number[], options: GraphOptions): BuiltGraph {
  const graph = new Graph(name, options);
  graph.weight(weight, shape, 'table');
  return graph.build();
}

/** Hidden states `hidden` [rows, hiddenSize] → `logits` [rows, vocabulary], both float32. */
export function textProjector(config: Sizes, options: GraphOptions): BuiltGraph {
  return projector('text_projector', 'lm_head', 'logits', config.hidden_size, config.vocab_size, 'matrix', options);
}

/** Hidden states `hidden` [rows, hiddenSize] → image embeddings `embeddings` [rows, hiddenSize], both float32. */
export function visionProjector(config: Sizes, options: GraphOptions): BuiltGraph {
  const { hidden_size: hiddenSize } = config;
  return projector('vision_projector', 'vision_head', 'embeddings', hiddenSize, hiddenSize, 'sensitive', options);
}

function projector(
  name: string,
  layer: string,
  output: string,
  inputs: number,
  outputs: number,
  role: WeightRole,
  options: GraphOptions,
): BuiltGraph {
  const graph = new Graph(name, options);
  const hidden = cast(graph.input('hidden', 'float32', ['rows', inputs]), graph.activations);
  graph.output(output, cast(linear(hidden, layer, outputs, { role, bias: false }), 'float32'));
  return graph.build();
}
