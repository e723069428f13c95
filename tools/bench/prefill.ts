/** Prefilled autoregression in one pass against the loop it equals (paper, section 2.3), on a transformer of random weights. */
import type { Grid } from '../../model/config/vision.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { type DrawingMode, drawImage } from '../../workers/language/imagining.ts';
import { LanguageModel } from '../../workers/language/model.ts';
import { measure } from '../parity/compare.ts';
import { imageTokens, type LanguageSizes, RandomLanguage } from './random-language.ts';
import { type BenchRow, benchRow, type Done } from './row.ts';

const grid: Grid = [1, 18, 18];
const mergeSize = 2;

/** Milliseconds of pass and loop in turns, the ratio loop by pass of each turn, and the cosine between what they draw. */
export async function benchPrefill(
  runtime: Runtime,
  sizes: LanguageSizes,
  cases: number,
  done: Done,
): Promise<readonly BenchRow[]> {
  const weights = new RandomLanguage(runtime, sizes);
  const model = new LanguageModel(runtime, weights, sizes.transformer, imageTokens + 2);
  const turns: { pass: number; loop: number; cosine: number }[] = [];
  try {
    // Kernels and buffers of the first run are made before anything is timed.
    await draw(model, 'pass');
    for (let turn = 0; turn < cases; turn += 1) {
      const pass = await draw(model, 'pass');
      const loop = await draw(model, 'loop');
      const cosine = measure(pass.embeddings, loop.embeddings).cosine ?? Number.NaN;
      turns.push({ pass: pass.milliseconds, loop: loop.milliseconds, cosine });
      done(turn + 1, cases);
    }
  } finally {
    model.close();
    await weights.release();
  }
  const of = (value: (turn: (typeof turns)[number]) => number) => turns.map(value);
  const passes = of(({ pass }) => pass);
  const loops = of(({ loop }) => loop);
  const ratios = of(({ pass, loop }) => loop / pass);
  const cosines = of(({ cosine }) => cosine);
  return [
    benchRow('one pass', 'ms', passes),
    benchRow('loop', 'ms', loops),
    benchRow('loop / pass', '1', ratios, { floor: 1 }),
    benchRow('cosine of pass and loop', '1', cosines, { floor: 0.99999 }),
  ];
}

async function draw(model: LanguageModel, mode: DrawingMode) {
  model.rewind(0);
  const begin = performance.now();
  const { embeddings } = await drawImage(model, { start: 0, grid, mergeSize, mode });
  return { embeddings, milliseconds: performance.now() - begin };
}
