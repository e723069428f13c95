/**
 * Rotary angles, one row a token, computed on the host: WebGPU has no kernels for the integer arithmetic behind them, and
 * one table serves every layer.
 */
import type { Positions } from './token-positions.ts';

/** Cosines and sines [tokens, headWidth / 2]. */
export interface RotaryTable {
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

/** @param angle in radians, of a token and a pair of its head's values */
function tableOf(tokens: number, pairs: number, angle: (token: number, pair: number) => number): RotaryTable {
  const cosines = new Float32Array(tokens * pairs);
  const sines = new Float32Array(tokens * pairs);
  for (let token = 0; token < tokens; token += 1) {
    for (let pair = 0; pair < pairs; pair += 1) {
      const radians = angle(token, pair);
      cosines[token * pairs + pair] = Math.cos(radians);
      sines[token * pairs + pair] = Math.sin(radians);
    }
  }
  return { cosines, sines };
}

/**
 * Multimodal rotary embedding: the first section of frequencies turns with time, the next with height, the last with
 * width (docs/reference.md, "Transformer").
 */
export function multimodalRotary(
  positions: Positions<ArrayLike<number>>,
  { headWidth, base, sections }: MultimodalRotary,
): RotaryTable {
  const turns = frequencies(base, headWidth);
  const [time, height] = sections;
  const axisOf = (pair: number) => {
    if (pair < time) return positions.time;
    return pair < time + height ? positions.height : positions.width;
  };
  return tableOf(positions.time.length, headWidth / 2, (token, pair) =>
    Math.fround((axisOf(pair)[token] ?? 0) * (turns[pair] ?? 0)),
  );
}

/** The vision encoder's rotary embedding: half of the angles by the patch's row, half by its column; theta is 10000. */
export function patchRotary(rows: ArrayLike<number>, columns: ArrayLike<number>, headWidth: number): RotaryTable {
  const half = headWidth / 2;
  const turns = frequencies(10000, half);
  const quarter = half / 2;
  return tableOf(rows.length, half, (patch, pair) => {
    const position = pair < quarter ? rows[patch] : columns[patch];
    return Math.fround((position ?? 0) * (turns[pair % quarter] ?? 0));
  });
}

/**
 * FLUX's rotary embedding, for tokens with position ids [n, axes]: each axis turns its own width of a head; pair k of an axis of
 * width d turns by id · theta^(−2k / d).
 */
export function axesRotary(ids: Float32Array, axes: readonly number[], theta: number): RotaryTable {
  const turns = axes.flatMap((width, axis) =>
    Array.from({ length: width / 2 }, (_, pair) => ({ axis, frequency: theta ** ((-2 * pair) / width) })),
  );
  return tableOf(ids.length / axes.length, turns.length, (token, pair) => {
    const { axis = 0, frequency = 0 } = turns[pair] ?? {};
    return (ids[token * axes.length + axis] ?? 0) * frequency;
  });
}
