/** Where pictures go. */
import { access, stat, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { fail } from '../../model/failure.ts';
import { UsageError } from '../command.ts';

/** Whether files that exist may be written over. */
export type Existing = 'keep' | 'replace';

/** The file of each seed: FILE.png, or FILE-SEED.png where there are several. */
export function fileNames(out: string | null, seeds: readonly bigint[]): readonly string[] {
  if (out === null) return seeds.map((seed) => `nexus-gen-${seed}.png`);
  if (!/[^/\\]\.png$/i.test(out)) throw new UsageError(`pictures are written as PNG: FILE.png, not "${out}"`);
  return seeds.length === 1 ? [out] : seeds.map((seed) => numbered(out, seed));
}

export function numbered(out: string, seed: bigint): string {
  return `${out.slice(0, -'.png'.length)}-${seed}.png`;
}

/** Tells what would stop a picture from being written before it is drawn. Throws FILE_EXISTS, WRITE_FAILED. */
export async function requireWritable(path: string, existing: Existing): Promise<void> {
  const file = basename(path);
  const folder = await stat(dirname(path)).catch(() => undefined);
  if (!folder?.isDirectory()) fail('WRITE_FAILED', { file, reason: `no folder ${dirname(path)}` });
  const exists = await access(path).then(
    () => true,
    () => false,
  );
  if (exists && existing === 'keep') fail('FILE_EXISTS', { file });
}

/** @throws FILE_EXISTS, WRITE_FAILED */
export async function writePicture(path: string, png: Uint8Array, existing: Existing): Promise<void> {
  const file = basename(path);
  await writeFile(path, png, { flag: existing === 'keep' ? 'wx' : 'w' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') fail('FILE_EXISTS', { file });
    fail('WRITE_FAILED', { file, reason: error.code ?? error.message });
  });
}
