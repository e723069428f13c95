/** Whether a bundle is whole: every listed file there, in its size and with its hash (docs/bundle-format.md). */
import type { SourceFolder } from '../checkpoint/source.ts';
import { type Failure, failure, failureOf } from '../failure.ts';
import { digestBy, hashSource, type Sha256Maker } from './hashes.ts';
import { checkManifest, type Manifest, type ManifestFile, manifestFile } from './manifest.ts';

export interface FileVerdict {
  readonly file: ManifestFile;
  /** Null where the file is right. */
  readonly failure: Failure | null;
}

export interface BundleVerdict {
  readonly manifest: Manifest;
  readonly files: readonly FileVerdict[];
  /** Files that the manifest does not list: reported, and ignored by everything else. */
  readonly unlisted: readonly string[];
}

/**
 * Reads every byte of a bundle. Throws BUNDLE_FILE, BUNDLE_MANIFEST, BUNDLE_VERSION or FILE_UNREADABLE where there is no bundle.json, or
 * one that contradicts itself or its checksum; whatever is wrong with a listed file is in its verdict.
 */
export async function verifyBundle(
  folder: SourceFolder,
  sha256: Sha256Maker,
  progress: (doneBytes: number, totalBytes: number) => void = () => undefined,
): Promise<BundleVerdict> {
  const source = await folder.open(manifestFile);
  const manifest = checkManifest(await source.read(0, source.size), sha256);
  const present = await folder.list();
  const total = manifest.files.reduce((sum, { bytes }) => sum + bytes, 0);
  const verdicts: FileVerdict[] = [];
  let done = 0;
  for (const file of manifest.files) {
    verdicts.push({ file, failure: await verifyFile(folder, present, file, sha256) });
    done += file.bytes;
    progress(done, total);
  }
  const listed = new Set([manifestFile, ...manifest.files.map(({ path }) => path)]);
  return { manifest, files: verdicts, unlisted: present.filter((path) => !listed.has(path)) };
}

async function verifyFile(
  folder: SourceFolder,
  present: readonly string[],
  file: ManifestFile,
  sha256: Sha256Maker,
): Promise<Failure | null> {
  const wrong = (problem: 'missing' | 'size' | 'hash') => failure('BUNDLE_FILE', { file: file.path, problem });
  if (!present.includes(file.path)) return wrong('missing');
  try {
    const source = await folder.open(file.path);
    if (source.size !== file.bytes) return wrong('size');
    const found = await hashSource(source, { sha256, digest: digestBy(sha256) });
    return found.sha256 === file.sha256 && found.chunks.join() === file.chunks.join() ? null : wrong('hash');
  } catch (thrown) {
    return failureOf(thrown);
  }
}
