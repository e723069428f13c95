/** What a bundle's folder begins with, wherever it lies. */
import { checksumOf, type Manifest, manifestFile, readChecked } from '../../model/bundle/manifest.ts';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { fail } from '../../model/failure.ts';
import type { FetchProgress } from '../download.ts';
import type { BundleLocation } from '../protocol.ts';
import { sha256Hex } from '../sha256.ts';

/** A bundle's folder whose files are compared with bundle.json before a byte of them is used. */
export interface OpenFolder {
  readonly manifest: Manifest;
  /** SHA-256 of bundle.json in hex: names the bundle in a recipe. */
  readonly sha256: string;
  readonly folder: SourceFolder;
  /** Lets go of its files; nothing is read afterwards. */
  close(): Promise<void>;
}

/** Opens a bundle where it lies: the page and the terminal each reach other places. */
export type OpenLocation = (location: BundleLocation, progress: FetchProgress) => Promise<OpenFolder>;

/**
 * @param named the hash that a list of models names, where it does
 * @throws BUNDLE_FILE where it is another, or was changed since it was written; BUNDLE_MANIFEST; BUNDLE_VERSION
 */
export async function readManifest(
  bytes: Uint8Array,
  named: string | undefined,
): Promise<Pick<OpenFolder, 'manifest' | 'sha256'>> {
  const sum = checksumOf(bytes);
  const manifest = readChecked(bytes, sum && (await sha256Hex(sum.content)));
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== (named ?? sha256)) fail('BUNDLE_FILE', { file: manifestFile, problem: 'hash' });
  return { manifest, sha256 };
}
