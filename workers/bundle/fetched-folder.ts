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
  readChecked,
} from '../../model/bundle/manifest.ts';
import type { ByteSource, SourceFolder } from '../../model/checkpoint/source.ts';
import { fail } from '../../model/failure.ts';
import type { BundleLocation } from '../protocol.ts';

/** Told as files arrive: bytes of this file so far, and in all. */
export type FetchProgress = (path: string, done: number, total: number) => void;

export interface FetchedBundle {
  readonly manifest: Manifest;
  /** SHA-256 of bundle.json in hex: names the bundle in a recipe. */
  readonly sha256: string;
  readonly folder: SourceFolder;
}

/** @throws BUNDLE_FILE for a file that is missing, of the wrong size or changed; BUNDLE_MANIFEST; BUNDLE_VERSION */
export async function fetchBundle(location: BundleLocation, progress: FetchProgress): Promise<FetchedBundle> {
  const { base } = location;
  const bytes = await fetchWhole(base, manifestFile, null, progress);
  const sum = checksumOf(bytes);
  const manifest = readChecked(bytes, sum && (await sha256Hex(sum.content)));
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== (location.sha256 ?? sha256)) fail('BUNDLE_FILE', { file: manifestFile, problem: 'hash' });
  const files = new Map(manifest.files.map((file) => [file.path, file]));
  const held = new Map<string, Promise<Uint8Array>>([[manifestFile, Promise.resolve(bytes)]]);
  const hold = (file: ManifestFile): Promise<Uint8Array> => {
    const known = held.get(file.path);
    if (known) return known;
    const arriving = fetchChecked(base, file, progress);
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

async function fetchChecked(base: string, file: ManifestFile, progress: FetchProgress): Promise<Uint8Array> {
  const bytes = await fetchWhole(base, file.path, file.bytes, progress);
  if (bytes.length !== file.bytes) fail('BUNDLE_FILE', { file: file.path, problem: 'size' });
  if ((await sha256Hex(bytes)) !== file.sha256) fail('BUNDLE_FILE', { file: file.path, problem: 'hash' });
  return bytes;
}

async function fetchWhole(
  base: string,
  path: string,
  size: number | null,
  progress: FetchProgress,
): Promise<Uint8Array> {
  const response = await request(new URL(path, base), path);
  const chunks: Uint8Array[] = [];
  let done = 0;
  try {
    for await (const chunk of chunksOf(response)) {
      chunks.push(chunk);
      done += chunk.length;
      // A body that goes on past what bundle.json says is not that file: no need to wait for its end.
      if (size !== null && done > size) fail('BUNDLE_FILE', { file: path, problem: 'size' });
      progress(path, done, size ?? done);
    }
  } catch (error) {
    if (error instanceof TypeError) fail('FILE_UNREADABLE', { file: path, reason: error.message });
    throw error;
  }
  const whole = new Uint8Array(done);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

async function request(url: URL, path: string): Promise<Response> {
  const response = await fetch(url).catch((error: unknown) =>
    fail('FILE_UNREADABLE', { file: path, reason: error instanceof Error ? error.message : String(error) }),
  );
  if (response.status === 404) fail('BUNDLE_FILE', { file: path, problem: 'missing' });
  if (!response.ok) fail('FILE_UNREADABLE', { file: path, reason: `HTTP ${response.status}` });
  return response;
}

async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) return;
  for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
}

export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
