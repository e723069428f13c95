import type { GraphOptions } from '../../model/onnx/graph.ts';

/** float16 activations over 4-bit matrices, where a matrix can be stored so. */
export const quantised: GraphOptions = {
  activations: 'float16',
  precision: ({ role, shape }) => (role === 'matrix' && (shape[1] ?? 0) % 32 === 0 ? 'q4' : 'float16'),
  weights: 'file',
};
