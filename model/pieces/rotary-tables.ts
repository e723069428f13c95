/**
 * Rotary angles, one row a token, computed on the host: WebGPU has no kernels for the integer arithmetic behind them, and
 * one table serves every layer.
 */

/** Positions of a run of tokens on the three axes, each of the same length; fractional ones are allowed. */
export interface Positions {
  readonly time: ArrayLike<number>;
  readonly height: ArrayLike<number>;
  readonly width: ArrayLike<number>;
}

/** Cosines and sines [tokens, headWidth / 2], for half-split rotation. */
export interface RotaryRows {
  readonly cosines: Float32Array;
  readonly sines: Float32Array;
}

export interface MultimodalRotary {
  readonly headWidth: number;
  /** theta. */
  readonly base: number;
  /** How many of the headWidth / 2 frequencies follow time, height and width. */
  readonly sections: readonly [number, number, number];
}

/** base^(−2i / width) in float32 steps, as the published code rounds them. */
function frequencies(base: number, width: number): Float32Array {
  return Float32Array.from(
    { length: width / 2 },
    (_, index) => 1 / Math.fround(base ** Math.fround((2 * index) / width)),
  );
}

function rotaryRows(tokens: number, half: number, angle: (token: number, column: number) => number): RotaryRows {
  const cosines = new Float32Array(tokens * half);
  const sines = new Float32Array(tokens * half);
  for (let token = 0; token < tokens; token += 1) {
    for (let column = 0; column < half; column += 1) {
      const radians = Math.fround(angle(token, column));
      cosines[token * half + column] = Math.cos(radians);
      sines[token * half + column] = Math.sin(radians);
    }
  }
  return { cosines, sines };
}

/**
 * Multimodal rotary embedding: the first section of frequencies turns with time, the next with height, the last with
 * width (REFERENCE "Transformer").
 */
export function multimodalRotary(positions: Positions, { headWidth, base, sections }: MultimodalRotary): RotaryRows {
  const steps = frequencies(base, headWidth);
  const [time, height] = sections;
  const axisOf = (column: number) => {
    if (column < time) return positions.time;
    return column < time + height ? positions.height : positions.width;
  };
  return rotaryRows(
    positions.time.length,
    headWidth / 2,
    (token, column) => (axisOf(column)[token] ?? 0) * (steps[column] ?? 0),
  );
}

/** The vision encoder's rotary embedding: half of the angles by the patch's row, half by its column; theta is 10000. */
export function patchRotary(rows: ArrayLike<number>, columns: ArrayLike<number>, headWidth: number): RotaryRows {
  const half = headWidth / 2;
  const steps = frequencies(10000, half);
  const quarter = half / 2;
  return rotaryRows(rows.length, half, (patch, column) => {
    const position = column < quarter ? rows[patch] : columns[patch];
    return (position ?? 0) * (steps[column % quarter] ?? 0);
  });
}
