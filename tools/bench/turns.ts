/**
 * How long a second turn's first word takes when the first turn's picture and keys are still there, against reading all of it
 * anew: a picture of 252 × 252 and two turns of words, on a language side of random weights.
 */
import { settingsSchema } from '../../model/config/settings.ts';
import type { RgbImage } from '../../model/image/pixels.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { ImageEmbedder } from '../../workers/language/image-embedder.ts';
import { LanguageModel } from '../../workers/language/model.ts';
import { Reader } from '../../workers/language/prefill.ts';
import type { ImageContent, ImageId } from '../../workers/protocol.ts';
import { imageTokens, type LanguageSizes, RandomLanguage } from './random-language.ts';
import { type BenchRow, benchRow, type Done } from './row.ts';

const image = 'picture' as ImageId;
const side = 252;
const slots = 512;
/** A system line and a question around the picture; the reply with the second question behind it. */
const words = { before: 20, question: 40, more: 30 } as const;

export async function benchTurns(
  runtime: Runtime,
  sizes: LanguageSizes,
  cases: number,
  done: Done,
): Promise<readonly BenchRow[]> {
  const weights = new RandomLanguage(runtime, sizes);
  const first = promptOf(sizes, words.question);
  const second = [...first, ...textIds(words.more)];
  const cold: number[] = [];
  const cached: number[] = [];
  try {
    // Graphs are loaded, and kernels made for these sizes, before anything is timed.
    const warming = begin(runtime, weights, sizes);
    await warming.turn(second);
    warming.close();
    for (let turn = 0; turn < cases; turn += 1) {
      const held = begin(runtime, weights, sizes);
      await held.turn(first);
      cached.push(await held.turn(second));
      held.close();
      const anew = begin(runtime, weights, sizes);
      cold.push(await anew.turn(second));
      anew.close();
      done(turn + 1, cases);
    }
  } finally {
    await weights.release();
  }
  const ratios = cold.map((milliseconds, turn) => milliseconds / (cached[turn] ?? Number.NaN));
  return [
    benchRow('second turn, cached', 'ms', cached),
    benchRow('second turn, cold', 'ms', cold),
    benchRow('cold / cached', '1', ratios, { floor: 1, goal: 5 }),
  ];
}

/** A conversation that has nothing in its caches yet. */
function begin(runtime: Runtime, weights: RandomLanguage, sizes: LanguageSizes) {
  const model = new LanguageModel(runtime, weights, sizes.transformer, slots);
  const reader = new Reader(model, sizes.vision.spatial_merge_size);
  const imageEmbedder = new ImageEmbedder(weights, {
    vision_config: sizes.vision,
    nexus_gen: settingsSchema.parse({}),
  });
  return {
    /** Milliseconds to the logits behind a prompt. */
    async turn(ids: readonly number[]): Promise<number> {
      const start = performance.now();
      await reader.prefill(ids, [
        { name: image, embeddings: await imageEmbedder.embeddings(image, 'reading', [content]) },
      ]);
      return performance.now() - start;
    },
    close: () => model.close(),
  };
}

function promptOf({ transformer: config }: LanguageSizes, question: number): readonly number[] {
  const { vision_start_token_id: begins, vision_end_token_id: ends, image_token_id: token } = config;
  return [...textIds(words.before), begins, ...Array<number>(imageTokens).fill(token), ends, ...textIds(question)];
}

function textIds(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => 10 + index);
}

const pixels: RgbImage = {
  width: side,
  height: side,
  data: Uint8Array.from({ length: side * side * 3 }, (_, at) => (at * 31) % 256),
};
const content: ImageContent = { id: image, kind: 'seen', pixels };
