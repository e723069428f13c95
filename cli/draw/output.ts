/** The names of the files that pictures go to. */
import { UsageError } from '../command.ts';

/** The file of each seed: FILE.png, or FILE-SEED.png where there are several. */
export function fileNames(out: string | null, seeds: readonly bigint[]): readonly string[] {
  if (out === null) return seeds.map((seed) => `nexus-gen-${seed}.png`);
  if (!/[^/\\]\.png$/i.test(out)) throw new UsageError(`pictures are written as PNG: FILE.png, not "${out}"`);
  return seeds.length === 1 ? [out] : seeds.map((seed) => numbered(out, seed));
}

export function numbered(out: string, seed: bigint): string {
  return `${out.slice(0, -'.png'.length)}-${seed}.png`;
}
