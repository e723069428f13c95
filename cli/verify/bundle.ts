/** Whether a bundle is whole: every listed file has its size and hash (CONTRACTS "Bundle"). */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { type ManifestFile, manifestFile, parseManifest } from '../../model/bundle/manifest.ts';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { failureOf } from '../../model/failure.ts';
import { openFolder } from '../files.ts';
import { sentenceLine } from '../say.ts';
import { failedRow, type Row } from './judge.ts';

const chunkBytes = 4 * 2 ** 20;

export interface CheckedBundle {
  /** A row for each listed file; one failed row where bundle.json itself is not usable. */
  readonly rows: readonly Row[];
  /** Files that bundle.json does not list: reported, and ignored. */
  readonly unlisted: readonly string[];
}

export async function checkBundle(directory: string): Promise<CheckedBundle> {
  const name = basename(directory);
  const folder = openFolder(directory);
  try {
    const source = await folder.open(manifestFile);
    const { files } = parseManifest(await source.read(0, source.size));
    const listed = new Set([manifestFile, ...files.map((file) => file.path)]);
    const unlisted = (await folder.list()).filter((path) => !listed.has(path));
    const rows: Row[] = [];
    for (const file of files) rows.push(await checkFile(name, folder, file));
    return { rows, unlisted };
  } catch (thrown) {
    return { rows: [failedRow('bundle', name, sentenceLine(failureOf(thrown)))], unlisted: [] };
  }
}

async function checkFile(bundle: string, folder: SourceFolder, file: ManifestFile): Promise<Row> {
  const reason = await fault(folder, file);
  return { ...failedRow('bundle', bundle, reason ?? ''), output: file.path, ok: reason === null, reason };
}

async function fault(folder: SourceFolder, file: ManifestFile): Promise<string | null> {
  try {
    const source = await folder.open(file.path);
    if (source.size !== file.bytes) return `${source.size} bytes, expected ${file.bytes}`;
    const hash = createHash('sha256');
    for (let at = 0; at < source.size; at += chunkBytes) {
      hash.update(await source.read(at, Math.min(chunkBytes, source.size - at)));
    }
    const digest = hash.digest('hex');
    return digest === file.sha256 ? null : `sha256 ${digest}, expected ${file.sha256}`;
  } catch (thrown) {
    return sentenceLine(failureOf(thrown));
  }
}
