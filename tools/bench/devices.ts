/**
 * How far what each piece answers on the graphics card is from what it answers on the processor: the graphs of a q4 bundle, with
 * float32 activations. Chrome computes the one, this process the other, from the same seeds.
 */
import { ort } from '../../cli/ort.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { ofKind, withChrome } from './chrome-bench.ts';
import { deviation, deviationRows } from './deviation.ts';
import { answerOf } from './piece-answer.ts';
import { allPieces, type PieceSizes } from './pieces.ts';
import type { BenchRow, Done } from './row.ts';

/** Two orders of the same sums in float32 differ by far less. */
const cosineFloor = 0.9999;

/** @param cases seeds to measure with */
export async function benchDevices(sizes: PieceSizes, cases: number, done: Done): Promise<readonly BenchRow[]> {
  const pieces = allPieces(sizes);
  const processor = new WasmRuntime(ort);
  try {
    return await withChrome(async (ask) => {
      const rows: BenchRow[] = [];
      for (const [at, { name }] of pieces.entries()) {
        const found = [];
        for (let index = 0; index < cases; index += 1) {
          const asked = { sizes, piece: name, seed: String(index) };
          const expected = await answerOf(processor, asked);
          const { outputs } = ofKind(await ask({ kind: 'answer', asked }), 'answer');
          found.push(deviation(outputs, expected));
          done(at * cases + index + 1, pieces.length * cases);
        }
        rows.push(...deviationRows(name, found, cosineFloor));
      }
      return rows;
    });
  } finally {
    await processor.close();
  }
}
