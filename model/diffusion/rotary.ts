/** FLUX's rotary embedding and sinusoids (REFERENCE "FLUX DiT"). */

/** Cosines and sines [tokens, headDim / 2], for interleaved pairs. */
export interface RotaryTable {
  readonly cosines: Float32Array;
  readonly sines: Float32Array;
}

/**
 * Tables of tokens with position ids [n, axes]: each axis turns its own width of a head; pair k of an axis of width d turns
 * by id · theta^(−2k / d).
 */
export function rotaryTable(ids: Float32Array, axes: readonly number[], theta: number): RotaryTable {
  const frequencies = axes.flatMap((width, axis) =>
    Array.from({ length: width / 2 }, (_, pair) => ({ axis, frequency: theta ** ((-2 * pair) / width) })),
  );
  const tokens = ids.length / axes.length;
  const cosines = new Float32Array(tokens * frequencies.length);
  const sines = new Float32Array(tokens * frequencies.length);
  for (let token = 0; token < tokens; token += 1) {
    for (const [column, { axis, frequency }] of frequencies.entries()) {
      const angle = (ids[token * axes.length + axis] ?? 0) * frequency;
      cosines[token * frequencies.length + column] = Math.cos(angle);
      sines[token * frequencies.length + column] = Math.sin(angle);
    }
  }
  return { cosines, sines };
}

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
