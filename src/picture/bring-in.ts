/** A file a person brings: judged by its header, decoded once to be sure, and kept as it is by its content. */
import { FailureError, failure } from '../../model/failure.ts';
import type { ImageId } from '../../workers/protocol.ts';
import type { PictureRecord } from '../storage/records.ts';
import { contentHash, type Storage } from '../storage/storage.ts';
import { beginningBytes, pictureType, readPictureHeader } from './header.ts';
import { decodePicture } from './pixels.ts';

/** @throws PICTURE_FORMAT, PICTURE_DAMAGED, PICTURE_TOO_LARGE, PICTURE_EMPTY, FILE_UNREADABLE */
export async function bringIn(storage: Storage, file: File): Promise<PictureRecord> {
  // A film of many gigabytes is refused by its first bytes.
  pictureType(await readBytes(file.slice(0, beginningBytes), file.name), file.name);
  const bytes = await readBytes(file, file.name);
  const { type } = readPictureHeader(bytes, file.name);
  const blob = new Blob([bytes], { type });
  const bitmap = await decodePicture(blob, file.name);
  const { width, height } = bitmap;
  bitmap.close();
  const id = (await contentHash(bytes)) as ImageId;
  await storage.putBlob(id, blob);
  return { id, name: file.name, width, height };
}

/** A folder, or a file that has gone since it was chosen, cannot be read. */
async function readBytes(blob: Blob, file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.name : String(error);
    throw new FailureError(failure('FILE_UNREADABLE', { file, reason }));
  }
}
