/**
 * How the transformer draws: prefilled autoregression (paper, section 2.3) in one pass or one position at a time, and the
 * naive autoregression it is compared with. The answer is the drawn image's embeddings in the shared space.
 */
import type { Positions } from '../../model/pieces/rotary-tables.ts';
import type { LanguageModel } from './model.ts';

/** `pass` and `loop` are the same mathematics; `naive` feeds each predicted embedding back. */
export type DrawingMode = 'pass' | 'loop' | 'naive';

/** Rows and columns of a drawn image in merged tokens. */
export interface DrawnGrid {
  readonly rows: number;
  readonly columns: number;
}

/** The grid in merged tokens of [time, height, width] in patches. */
export function drawnGrid([, height, width]: readonly [number, number, number], mergeSize: number): DrawnGrid {
  return { rows: height / mergeSize, columns: width / mergeSize };
}

/** Positions of an image's tokens whose BOI stands at `start`: one time, rows and columns counted over the grid. */
export function drawnPositions(start: number, { rows, columns }: DrawnGrid): Positions {
  const tokens = Array.from({ length: rows * columns }, (_, token) => token);
  return {
    time: tokens.map(() => start + 1),
    height: tokens.map((token) => start + 1 + Math.floor(token / columns)),
    width: tokens.map((token) => start + 1 + (token % columns)),
  };
}

/** Where EOI stands, and text goes on behind it: one after the largest position of the image. */
export function positionAfter(start: number, { rows, columns }: DrawnGrid): number {
  return start + 1 + Math.max(rows, columns);
}

/** One token of text stands at the same position on all three axes. */
export function textPosition(position: number): Positions {
  return textPositions(position, 1);
}

/** A run of text from `position` on. */
export function textPositions(position: number, tokens: number): Positions {
  const axis = Array.from({ length: tokens }, (_, token) => position + token);
  return { time: axis, height: axis, width: axis };
}

export interface DrawingOrder {
  /** Position of BOI, which is read here: the cache ends before it. */
  readonly start: number;
  readonly grid: DrawnGrid;
  readonly mode: DrawingMode;
  /** Called between passes; what it throws ends the drawing. */
  readonly between?: () => void;
}

/**
 * Reads BOI and the image's positions, and answers the image embeddings [rows · columns, hidden_size]. The cache then holds
 * the whole image; EOI is the caller's to feed, at `positionAfter`.
 */
export async function drawImage(model: LanguageModel, order: DrawingOrder): Promise<Float32Array> {
  const begin = await model.weights.tokenRows([model.config.vision_start_token_id]);
  switch (order.mode) {
    case 'pass':
      return drawByPass(model, order, begin);
    case 'loop': {
      const rows = await prefillRows(model, order.grid);
      return drawByLoop(model, order, begin, (token, size) => rows.subarray(token * size, (token + 1) * size));
    }
    case 'naive':
      return drawByLoop(model, order, begin, (token, size, drawn) => drawn.subarray(token * size, (token + 1) * size));
  }
}

async function prefillRows(model: LanguageModel, { rows, columns }: DrawnGrid): Promise<Float32Array> {
  const all = await model.weights.prefillRows();
  return all.subarray(0, rows * columns * model.config.hidden_size);
}

/** All positions at once: no prediction is an input, so nothing has to be waited for. */
async function drawByPass(model: LanguageModel, { start, grid }: DrawingOrder, begin: Float32Array) {
  const rows = await prefillRows(model, grid);
  const inputs = new Float32Array(begin.length + rows.length);
  inputs.set(begin);
  inputs.set(rows, begin.length);
  const image = drawnPositions(start, grid);
  const positions = {
    time: [start, ...Array.from(image.time)],
    height: [start, ...Array.from(image.height)],
    width: [start, ...Array.from(image.width)],
  };
  // Token k is read one position before its own; the last row's output is not an image token.
  return model.advance(inputs, positions, (hidden) => model.imageEmbeddings(hidden, 0, grid.rows * grid.columns));
}

type InputOf = (token: number, size: number, drawn: Float32Array) => Float32Array;

async function drawByLoop(model: LanguageModel, order: DrawingOrder, begin: Float32Array, inputOf: InputOf) {
  const size = model.config.hidden_size;
  const tokens = order.grid.rows * order.grid.columns;
  const image = drawnPositions(order.start, order.grid);
  const drawn = new Float32Array(tokens * size);
  let input = begin;
  let position = textPosition(order.start);
  for (let token = 0; token < tokens; token += 1) {
    order.between?.();
    drawn.set(await model.advance(input, position, (hidden) => model.imageEmbeddings(hidden, 0, 1)), token * size);
    input = inputOf(token, size, drawn);
    position = {
      time: [image.time[token] ?? 0],
      height: [image.height[token] ?? 0],
      width: [image.width[token] ?? 0],
    };
  }
  await model.read(input, position);
  return drawn;
}
