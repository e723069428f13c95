/**
 * The two operators that decide whether a device computes rightly: attention over more than 32 tokens, where kernels for
 * small subgroups have been silently wrong, and the product with a 4-bit matrix. Inputs are sines, so nothing is stored
 * but the answers.
 */
import { attention } from '../../model/onnx/attention.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../../model/onnx/graph.ts';
import { cast, reshape } from '../../model/onnx/operators.ts';
import { linear } from '../../model/onnx/weighted.ts';
import { type HostTensor, hostTensor } from './runtime.ts';

export const attentionSizes = { tokens: 64, heads: 2, width: 64 } as const;
export const productSizes = { rows: 40, inputs: 64, outputs: 64 } as const;

/** sin(0.7 · index + phase), rounded to float32. */
export function wave(count: number, phase: number): Float32Array {
  return Float32Array.from({ length: count }, (_, index) => Math.sin(0.7 * index + phase));
}

export function attentionTest(activations: GraphOptions['activations']): BuiltGraph {
  const graph = new Graph('self_test_attention', { activations, precision: () => 'float32', weights: 'file' });
  const { tokens, heads, width } = attentionSizes;
  const input = (name: string) => cast(graph.input(name, 'float32', [1, tokens, heads * width]), activations);
  const attended = attention(input('query'), input('key'), input('value'), heads);
  graph.output('attended', reshape(cast(attended, 'float32'), [tokens, heads * width]));
  return graph.build();
}

export function attentionFeeds(): Record<string, HostTensor> {
  const { tokens, heads, width } = attentionSizes;
  const feed = (phase: number) =>
    hostTensor('float32', [1, tokens, heads * width], wave(tokens * heads * width, phase));
  return { query: feed(0), key: feed(1), value: feed(2) };
}

export function productTest(activations: GraphOptions['activations']): BuiltGraph {
  const graph = new Graph('self_test_product', { activations, precision: () => 'q4', weights: 'file' });
  const { rows, inputs, outputs } = productSizes;
  const x = cast(graph.input('x', 'float32', [rows, inputs]), activations);
  graph.output('product', cast(linear(x, 'matrix', outputs, { bias: false }), 'float32'));
  return graph.build();
}

export function productFeeds(): Record<string, HostTensor> {
  const { rows, inputs } = productSizes;
  return { x: hostTensor('float32', [rows, inputs], wave(rows * inputs, 3)) };
}

/** A 4-bit matrix whose value at (output, input) is ((7 · output + 3 · input) mod 16 − 8) / 16. */
export function productWeight(output: number, input: number): number {
  return (((7 * output + 3 * input) % 16) - 8) / 16;
}

/** The stored tensors of that matrix: nibbles, scales of 1/16 in float16, zero points of 8. */
export async function readProductWeight(storedName: string): Promise<Uint8Array> {
  const { inputs, outputs } = productSizes;
  if (storedName.endsWith('.scales')) {
    const sixteenth = 0x2c00;
    return new Uint8Array(new Uint16Array((outputs * inputs) / 32).fill(sixteenth).buffer);
  }
  if (storedName.endsWith('.zeros')) return new Uint8Array((outputs * inputs) / 64).fill(0x88);
  const nibble = (index: number) => {
    const input = index % inputs;
    return (7 * Math.floor(index / inputs) + 3 * input) % 16;
  };
  return Uint8Array.from(
    { length: (outputs * inputs) / 2 },
    (_, byte) => nibble(2 * byte) | (nibble(2 * byte + 1) << 4),
  );
}
