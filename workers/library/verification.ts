/** Whether a model is what its description says: every byte read and compared. */
import { chunkBytes } from '../../model/bundle/hashes.ts';
import type { Manifest, ManifestFile } from '../../model/bundle/manifest.ts';
import type { ByteSource, SourceFolder } from '../../model/checkpoint/source.ts';
import { sha256Hex } from '../sha256.ts';
import { stretchOf } from './bundle-files.ts';
import { totalBytes } from './installation.ts';
import { Journal } from './journal.ts';
import type { ModelFolder } from './model-folder.ts';

export interface Damage {
  /** Chunks by file. */
  readonly damaged: ReadonlyMap<string, readonly number[]>;
  readonly bytes: number;
}

export async function damagedChunks(
  manifest: Manifest,
  folder: SourceFolder,
  progress: (done: number, total: number) => void,
): Promise<Damage> {
  const total = totalBytes(manifest);
  const damaged = new Map<string, readonly number[]>();
  let bytes = 0;
  let done = 0;
  for (const file of manifest.files) {
    const source = await folder.open(file.path).catch(() => null);
    const wrong: number[] = [];
    for (const index of file.chunks.keys()) {
      const { length } = stretchOf(file, { first: index, count: 1 });
      if (!(await isRight(source, file, index, length))) {
        wrong.push(index);
        bytes += length;
      }
      done += length;
      progress(done, total);
    }
    if (wrong.length > 0) damaged.set(file.path, wrong);
  }
  return { damaged, bytes };
}

async function isRight(source: ByteSource | null, file: ManifestFile, index: number, length: number) {
  if (source === null || source.size !== file.bytes) return false;
  try {
    return (await sha256Hex(await source.read(index * chunkBytes, length))) === file.chunks[index];
  } catch {
    return false;
  }
}

/** Chunks whose notes were lost are known again. */
export async function noteVerified({ folder, description }: ModelFolder, at: number): Promise<void> {
  const journal = await Journal.open(folder);
  try {
    noteChunks(journal, description?.manifest.files ?? []);
    journal.add({ kind: 'verified', at });
  } finally {
    journal.close();
  }
}

/** All of them are as they should be. */
export function noteChunks(journal: Journal, files: readonly ManifestFile[]): void {
  const { kept } = journal.known;
  for (const { path, chunks } of files) {
    if ((kept.get(path)?.size ?? 0) < chunks.length) journal.add({ kind: 'kept', path, chunks: [...chunks.keys()] });
  }
}
