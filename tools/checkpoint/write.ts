import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { RandomWeights } from '../bench/random-weights.ts';
import type { PlannedFile, PlannedTensor } from './plan.ts';
import { writeSafetensors } from './safetensors-file.ts';
import { SparseFile } from './sparse-file.ts';
import { tensorContent } from './tensor-bytes.ts';
import { writeTorchState } from './torch-file.ts';

export interface WrittenFile {
  readonly path: string;
  readonly bytes: number;
  /** Blocks that the file has, holes left out. */
  readonly diskBytes: number;
}

/**
 * Writes the files of a plan, one after the other, a block of rows in memory at a time; the same bytes for the same seed.
 *
 * @param report bytes written so far, holes left out
 * @throws WRITE_FAILED
 */
export async function writeCheckpoint(
  files: readonly PlannedFile[],
  folder: string,
  seed: string,
  report: (bytes: number) => void,
): Promise<readonly WrittenFile[]> {
  const random = new RandomWeights(seed);
  let done = 0;
  const count = (bytes: Uint8Array) => {
    done += bytes.length;
    report(done);
  };
  function* contentOf(tensor: PlannedTensor) {
    for (const content of tensorContent(tensor, random)) {
      yield content;
      if (content.kind === 'bytes') count(content.bytes);
    }
  }
  const written: WrittenFile[] = [];
  for (const file of files) {
    const path = join(folder, file.path);
    await SparseFile.write(path, file.path, async (to) => {
      if (file.kind === 'bytes') {
        await to.append(file.bytes);
        count(file.bytes);
        return;
      }
      if (file.kind === 'safetensors') return writeSafetensors(to, file.tensors, contentOf);
      return writeTorchState(to, basename(file.path, '.bin'), file.tensors, contentOf);
    });
    const { size, blocks } = await stat(path);
    written.push({ path: file.path, bytes: size, diskBytes: blocks * 512 });
  }
  return written;
}
