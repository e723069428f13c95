/** A file a person brings: judged by its header, decoded once to be sure, and kept as it is by its content. */
import type { ImageId } from '../engine/engine.ts';
import type { PictureRecord } from '../storage/records.ts';
import { contentHash, type Storage } from '../storage/storage.ts';
import { readPictureHeader } from './header.ts';
import { decodePicture } from './pixels.ts';

/** @throws PICTURE_FORMAT, PICTURE_DAMAGED, PICTURE_TOO_LARGE, PICTURE_ASPECT, PICTURE_EMPTY, WRITE_FAILED */
export async function bringIn(storage: Storage, file: File): Promise<PictureRecord> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  const { type } = readPictureHeader(bytes, file.name);
  const blob = new Blob([bytes], { type });
  const bitmap = await decodePicture(blob, file.name);
  const { width, height } = bitmap;
  bitmap.close();
  const id = (await contentHash(bytes)) as ImageId;
  await storage.putBlob(id, blob);
  return { id, name: file.name, width, height };
}
