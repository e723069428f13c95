/** The names of the files that pictures go to. */
import { type NamedPicture, nameParts, patternProblem, pictureFileName } from '../../session/file-name.ts';
import { UsageError } from '../command.ts';
import { isThere } from '../files.ts';
import type { Existing } from '../whole-file.ts';

/** What a pattern makes names of; the seed and the number are each picture's own. */
export type NamedJob = Omit<NamedPicture, 'seed' | 'number'>;

/**
 * The file of each seed: FILE.png, or FILE-SEED.png where there are several.
 *
 * @throws UsageError where pictures cannot be written under that name
 */
export function fileNames(out: string, seeds: readonly bigint[]): readonly string[] {
  if (out === '-') throw new UsageError('pictures are not written to standard output: give -o FILE.png');
  if (!/[^/\\]\.png$/i.test(out)) throw new UsageError(`pictures are written as PNG: FILE.png, not "${out}"`);
  return seeds.length === 1 ? [out] : seeds.map((seed) => numbered(out, seed));
}

/** The file of each seed by a pattern; with -SEED where the pattern gives several the same name. */
export function patternedNames(pattern: string, seeds: readonly bigint[], job: NamedJob): readonly string[] {
  const names = seeds.map((seed, index) => pictureFileName(pattern, { ...job, seed: String(seed), number: index + 1 }));
  if (new Set(names).size === names.length) return names;
  return seeds.map((seed, index) => numbered(names[index] ?? '', seed));
}

/** @throws UsageError for a pattern that gives no name */
export function readPattern(pattern: string): string {
  const problem = patternProblem(pattern);
  if (problem === null) return pattern;
  const parts = nameParts.map((part) => `{${part}}`).join(', ');
  switch (problem.kind) {
    case 'part':
      throw new UsageError(`--names has no part {${problem.part}}: its parts are ${parts}`);
    case 'brace':
      throw new UsageError(`--names has a brace that begins or ends no part: its parts are ${parts}`);
    case 'character':
      throw new UsageError(`--names makes names, in which "${problem.character}" cannot stand`);
    case 'long':
      throw new UsageError('--names makes names that are too long for a file');
  }
}

/** The file of a turn of a chat: where its name is taken and kept, the next free one, as nobody is asked about it any more. */
export function turnFile(name: string, existing: Existing): string {
  return existing === 'keep' ? freeName(name) : name;
}

/** The name itself where nothing has it, else with -2, -3 and so on. */
function freeName(path: string): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? path : `${path.slice(0, -'.png'.length)}-${number}.png`;
    if (!isThere(name)) return name;
  }
}

export function numbered(out: string, seed: bigint): string {
  return `${out.slice(0, -'.png'.length)}-${seed}.png`;
}
