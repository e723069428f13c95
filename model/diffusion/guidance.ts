/** Classifier-free guidance: negative + scale · (positive − negative). */
export function guide(positive: Float32Array, negative: Float32Array, scale: number): Float32Array {
  return negative.map((value, index) => value + scale * ((positive[index] ?? 0) - value));
}
