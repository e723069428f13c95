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

/**
 * Rows of the text projector that are multiplied at a time. The wasm provider widens a quantised matrix whole to multiply with
 * it, on top of what it holds of it: of the published projector's 152,064 rows that would be 2.2 GB, of these 117 MB.
 */
const textProjectorRows = 8192;

/** Hidden states `hidden` [rows, hiddenSize] → `logits` [rows, vocabulary], both float32. */
export function textProjector({ hidden_size: inputs, vocab_size: outputs }: Sizes, options: GraphOptions): BuiltGraph {
  const matrix = { outputs, role: 'matrix', blockRows: textProjectorRows } as const;
  return projector('text_projector', 'lm_head', 'logits', inputs, matrix, options);
}

/** Hidden states `hidden` [rows, hiddenSize] → image embeddings `embeddings` [rows, hiddenSize], both float32. */
export function visionProjector(config: Sizes, options: GraphOptions): BuiltGraph {
  const { hidden_size: hiddenSize } = config;
  const matrix = { outputs: hiddenSize, role: 'sensitive' } as const;
  return projector('vision_projector', 'vision_head', 'embeddings', hiddenSize, matrix, options);
}

function projector(
  name: string,
  layer: string,
  output: string,
  inputs: number,
  { outputs, ...matrix }: { readonly outputs: number; readonly role: WeightRole; readonly blockRows?: number },
  options: GraphOptions,
): BuiltGraph {
  const graph = new Graph(name, options);
  const hidden = cast(graph.input('hidden', 'float32', ['rows', inputs]), graph.activations);
  graph.output(output, cast(linear(hidden, layer, outputs, { ...matrix, bias: false }), 'float32'));
  return graph.build();
}
