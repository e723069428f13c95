/**
 * A bundle that lies beside the page, over HTTP. Each file is fetched whole when it is first wanted and checked against
 * bundle.json before a byte of it is used: a login page, a cut-off body or a file of another version is never taken for
 * weights.
 */
import {
  checksumOf,
  type Manifest,
  type ManifestFile,
  manifestFile,
  manifestLimit,
  readChecked,
} from '../../model/bundle/manifest.ts';
import type { ByteSource, SourceFolder } from '../../model/checkpoint/source.ts';
import { fail } from '../../model/failure.ts';
import type { BundleLocation } from '../protocol.ts';
import { sha256Hex } from '../sha256.ts';
import { type FetchProgress, fetchListed, fetchUpTo } from './fetch-file.ts';

export interface FetchedBundle {
  readonly manifest: Manifest;
  /** SHA-256 of bundle.json in hex: names the bundle in a recipe. */
  readonly sha256: string;
  readonly folder: SourceFolder;
}

/**
 * @throws BUNDLE_FILE for a file that is missing, of the wrong size or changed; MODEL_FETCH for one that does not arrive;
 * BUNDLE_MANIFEST; BUNDLE_VERSION
 */
export async function fetchBundle(location: BundleLocation, progress: FetchProgress): Promise<FetchedBundle> {
  const { base } = location;
  const bytes = await fetchUpTo(manifestLimit, base, manifestFile, progress);
  const sum = checksumOf(bytes);
  const manifest = readChecked(bytes, sum && (await sha256Hex(sum.content)));
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== (location.sha256 ?? sha256)) fail('BUNDLE_FILE', { file: manifestFile, problem: 'hash' });
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const held = new Map<string, Promise<Uint8Array>>([[manifestFile, Promise.resolve(bytes)]]);
  const hold = (file: ManifestFile): Promise<Uint8Array> => {
    const known = held.get(file.path);
    if (known) return known;
    const arriving = fetchListed(base, file, progress);
    held.set(file.path, arriving);
    // A file that did not arrive is asked for again by the next request.
    arriving.catch(() => held.delete(file.path));
    return arriving;
  };
  const folder: SourceFolder = {
    list: async () => [manifestFile, ...files.keys()].sort(),
    async open(path) {
      if (path === manifestFile) return sourceOf(path, bytes.length, async () => bytes);
      const file = files.get(path);
      return file
        ? sourceOf(path, file.bytes, () => hold(file))
        : fail('BUNDLE_FILE', { file: path, problem: 'missing' });
    },
  };
  return { manifest, sha256, folder };
}

function sourceOf(name: string, size: number, whole: () => Promise<Uint8Array>): ByteSource {
  return {
    name,
    size,
    async read(offset, length) {
      if (!(offset >= 0 && length >= 0 && offset + length <= size)) {
        fail('FILE_TRUNCATED', { file: name, needed: offset + length, size });
      }
      return (await whole()).subarray(offset, offset + length);
    },
  };
}
