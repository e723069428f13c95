/** The names of the files that pictures go to. */
import { UsageError } from '../command.ts';
import { isThere } from '../files.ts';
import type { Existing } from '../whole-file.ts';

/** The file of each seed: FILE.png, or FILE-SEED.png where there are several. */
export function fileNames(out: string | null, seeds: readonly bigint[]): readonly string[] {
  if (out === null) return seeds.map((seed) => `nexus-gen-${seed}.png`);
  if (out === '-') throw new UsageError('pictures are not written to standard output: give -o FILE.png');
  if (!/[^/\\]\.png$/i.test(out)) throw new UsageError(`pictures are written as PNG: FILE.png, not "${out}"`);
  return seeds.length === 1 ? [out] : seeds.map((seed) => numbered(out, seed));
}

/** The file of a turn of a chat: where its name is taken and kept, the next free one, as nobody is asked about it any more. */
export function turnFile(out: string, seed: bigint, existing: Existing): string {
  return existing === 'keep' ? freeName(numbered(out, seed)) : numbered(out, seed);
}

/** The name itself where nothing has it, else with -2, -3 and so on. */
function freeName(path: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? path : `${path.slice(0, -'.png'.length)}-${number}.png`;
    if (!isThere(name)) return name;
  }
}

function numbered(out: string, seed: bigint): string {
  return `${out.slice(0, -'.png'.length)}-${seed}.png`;
}
