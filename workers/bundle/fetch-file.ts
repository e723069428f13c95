/** A listed file of a bundle over HTTP: checked as it arrives. */
import { chunkBytes } from '../../model/bundle/hashes.ts';
import type { ManifestFile } from '../../model/bundle/manifest.ts';
import { type FetchProgress, receive, type Stretch, wrong } from '../download.ts';
import { sha256Hex } from '../sha256.ts';

/**
 * A listed file, or a stretch of it by an HTTP range. Every 8 MiB are compared with their hash as soon as they are there, and
 * the first wrong byte ends the download.
 *
 * @throws BUNDLE_FILE where it is missing, of another size, changed, or a web page; MODEL_FETCH where it does not arrive, and
 * where the server does not send the stretch that was asked for
 */
export async function fetchListed(
  base: string,
  file: ManifestFile,
  progress: FetchProgress,
  stretch?: Stretch,
): Promise<Uint8Array> {
  const { offset, length } = stretch ?? { offset: 0, length: file.bytes };
  const bytes = new Uint8Array(length);
  let done = 0;
  let checked = 0;
  const check = async (end: number) => {
    const expected = file.chunks[(offset + checked) / chunkBytes];
    if ((await sha256Hex(bytes.subarray(checked, end))) !== expected) wrong(file.path, 'hash');
    checked = end;
  };
  const range = stretch && { ...stretch, size: file.bytes };
  await receive(base, file.path, range, async (piece) => {
    // A body that goes on past what bundle.json says is not that file.
    if (done + piece.length > length) wrong(file.path, 'size');
    bytes.set(piece, done);
    done += piece.length;
    while (done - checked >= chunkBytes) await check(checked + chunkBytes);
    progress(file.path, done, length);
  });
  if (done < length) wrong(file.path, 'size');
  if (checked < done) await check(done);
  return bytes;
}
