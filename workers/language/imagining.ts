/**
 * How the transformer draws: prefilled autoregression (paper, section 2.3) in one pass or one position at a time, and the
 * naive autoregression it is compared with. The answer is the drawn image's embeddings in the shared space.
 */
import type { Grid } from '../../model/config/vision.ts';
import {
  type Positions,
  type PromptPositions,
  promptPositions,
  textPositions,
} from '../../model/tables/token-positions.ts';
import type { LanguageModel } from './model.ts';

/** `pass` and `loop` are the same mathematics; `naive` feeds each predicted embedding back. */
export type DrawingMode = 'pass' | 'loop' | 'naive';

export interface DrawingOptions {
  /** Position of BOI, which is read here: the cache ends before it. */
  readonly start: number;
  /** [time, height, width] in patches of the image to draw. */
  readonly grid: Grid;
  /** Patches on a side of one image token. */
  readonly mergeSize: number;
  readonly mode: DrawingMode;
  /** Called between passes; what it throws ends the drawing. */
  readonly between?: () => Promise<void>;
}

export interface DrawnImage {
  /** [image tokens, hidden_size], row by row of the grid. */
  readonly embeddings: Float32Array;
  /** Where EOI stands. */
  readonly end: number;
  /** The logits [vocab_size] behind EOI, which a loop reads only now; the cache then holds it too. */
  readonly behind: () => Promise<Float32Array>;
}

/** Reads BOI, the image's positions and the EOI that is forced behind them. */
export async function drawImage(model: LanguageModel, options: DrawingOptions): Promise<DrawnImage> {
  const positions = drawingPositions(model, options);
  const { vision_start_token_id: beginId, vision_end_token_id: endId, hidden_size: size } = model.config;
  const end = positions.next;
  const begin = await model.weights.tokenRows([beginId]);
  const prefilled = async () => (await model.weights.prefillRows()).subarray(0, (positions.time.length - 1) * size);
  if (options.mode === 'pass') {
    const inputs = [begin, await prefilled(), await model.weights.tokenRows([endId])];
    const { embeddings, logits } = await drawByPass(model, positions, inputs);
    return { embeddings, end, behind: async () => logits };
  }
  const embeddings = await drawByLoop(model, options, positions, begin, await inputsOf(options.mode));
  return { embeddings, end, behind: () => readToken(model, endId, end) };

  async function inputsOf(mode: 'loop' | 'naive'): Promise<InputOf> {
    if (mode === 'naive') return tokenOf;
    const rows = await prefilled();
    return (token) => tokenOf(token, rows, size);
  }
}

/** Reads one token of text and answers the logits behind it. */
export async function readToken(model: LanguageModel, id: number, position: number): Promise<Float32Array> {
  const row = await model.weights.tokenRows([id]);
  return model.advance(row, textPositions(position, 1), (hidden) => model.logits(hidden, 0));
}

/** Of BOI and the image behind it. */
export function drawingPositions(
  { config }: LanguageModel,
  { start, grid: [time, height, width], mergeSize }: Pick<DrawingOptions, 'start' | 'grid' | 'mergeSize'>,
): PromptPositions {
  const tokens = (time * height * width) / mergeSize ** 2;
  const ids = [config.vision_start_token_id, ...Array<number>(tokens).fill(config.image_token_id)];
  const sizes = { image_token_id: config.image_token_id, spatial_merge_size: mergeSize };
  return promptPositions(ids, [[time, height, width]], sizes, start);
}

/** All positions at once: no prediction is an input, so nothing has to be waited for. */
function drawByPass(model: LanguageModel, positions: PromptPositions, inputs: readonly Float32Array[]) {
  const tokens = positions.time.length - 1;
  const withEnd = joined(positions, textPositions(positions.next, 1));
  const rows = new Float32Array(inputs.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of inputs) {
    rows.set(part, filled);
    filled += part.length;
  }
  return model.advance(rows, withEnd, async (hidden) => ({
    // Token k is read one position before its own.
    embeddings: await model.imageEmbeddings(hidden, 0, tokens),
    logits: await model.logits(hidden, tokens + 1),
  }));
}

function joined(first: Positions, second: Positions): Positions {
  const axis = (name: keyof Positions) => Int32Array.of(...first[name], ...second[name]);
  return { time: axis('time'), height: axis('height'), width: axis('width') };
}

/** The input at an image token's position, given what has been drawn. */
type InputOf = (token: number, drawn: Float32Array, size: number) => Float32Array;

const tokenOf: InputOf = (token, rows, size) => rows.subarray(token * size, (token + 1) * size);

async function drawByLoop(
  model: LanguageModel,
  options: DrawingOptions,
  positions: Positions,
  begin: Float32Array,
  inputOf: InputOf,
): Promise<Float32Array> {
  const size = model.config.hidden_size;
  const tokens = positions.time.length - 1;
  const drawn = new Float32Array(tokens * size);
  let input = begin;
  for (let token = 0; token < tokens; token += 1) {
    await options.between?.();
    const here = slicePositions(positions, token, token + 1);
    drawn.set(await model.advance(input, here, (hidden) => model.imageEmbeddings(hidden, 0, 1)), token * size);
    input = inputOf(token, drawn, size);
  }
  await model.read(input, slicePositions(positions, tokens, tokens + 1));
  return drawn;
}

/** Positions of tokens [first, end). */
export function slicePositions({ time, height, width }: Positions, first: number, end: number): Positions {
  return { time: time.subarray(first, end), height: height.subarray(first, end), width: width.subarray(first, end) };
}
