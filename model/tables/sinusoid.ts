/** Sinusoids [n, width] of timesteps: cosines in the first half, frequencies 10000^(−i / (width / 2)). */
export function sinusoid(values: Float32Array, width: number): Float32Array {
  const half = width / 2;
  const rows = new Float32Array(values.length * width);
  for (const [row, value] of values.entries()) {
    for (let index = 0; index < half; index += 1) {
      const angle = value * 10000 ** (-index / half);
      rows[row * width + index] = Math.cos(angle);
      rows[row * width + half + index] = Math.sin(angle);
    }
  }
  return rows;
}
