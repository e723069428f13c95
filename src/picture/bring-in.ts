/** A file a person brings: judged by its header, decoded once to be sure, and kept as it is by its content. */
import { FailureError, failure } from '../../model/failure.ts';
import { beginningBytes, requirePicture } from '../../model/image/header.ts';
import type { ReadingProblem } from '../../model/recognised.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { judgePicture } from '../engine/picture-files.ts';
import type { PictureRecord } from '../storage/records.ts';
import { contentHash, type Storage } from '../storage/storage.ts';
import { keepPreview } from './shown.ts';

/** @throws FILE_UNREADABLE, and as judgePicture */
export async function bringIn(storage: Storage, file: File): Promise<PictureRecord> {
  // A film of many gigabytes is refused by its first bytes.
  requirePicture(await readBytes(file.slice(0, beginningBytes), file.name), file.size, file.name);
  const bytes = await readBytes(file, file.name);
  const { kind, size, preview } = await judgePicture(new Blob([bytes]), file.name);
  const id = (await contentHash(bytes)) as ImageId;
  if (preview !== null) keepPreview(id, Promise.resolve(preview));
  await storage.putBlob(id, new Blob([bytes], { type: kind === null ? file.type : `image/${kind}` }));
  return { id, name: file.name, width: size.width, height: size.height };
}

const problems: Readonly<Record<string, ReadingProblem>> = {
  NotFoundError: 'no-file',
  NotReadableError: 'refused',
  NotAllowedError: 'refused',
  SecurityError: 'refused',
};

/** A folder, or a file that has gone since it was chosen, cannot be read. */
async function readBytes(blob: Blob, file: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await blob.arrayBuffer());
  } catch (error) {
    const reason = error instanceof Error ? error.name : String(error);
    throw new FailureError(failure('FILE_UNREADABLE', { file, problem: problems[reason] ?? 'other', reason }));
  }
}
