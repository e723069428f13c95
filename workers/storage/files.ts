/**
 * The few operations on files that the storage needs. The browser's private file system is one implementation (`opfs.ts`), the
 * tests' folder that fails at the Nth operation another.
 */
import { type FailureData, FailureError, failure } from '../../model/failure.ts';

/** One open file; no other tab or worker has it open. */
export interface StorageFile {
  size(): number;
  /** Reads from `at` on and answers with the number of bytes read. */
  read(into: Uint8Array, at: number): number;
  /** Answers with the number of bytes written, which may be anything where the disk is full (`writeWhole`). */
  write(bytes: Uint8Array, at: number): number;
  /** What was written is on the disk afterwards. */
  flush(): void;
  truncate(size: number): void;
  close(): void;
}

export interface StorageFolder {
  names(): Promise<readonly string[]>;
  /** Opens a file, which is made where there is none. Rejects with a DOMException named NoModificationAllowedError where it is open elsewhere. */
  open(name: string): Promise<StorageFile>;
  /** The bytes of a file that may be open elsewhere; null where there is none. */
  read(name: string): Promise<Uint8Array<ArrayBuffer> | null>;
  /** Takes the place of a file of that name. */
  rename(from: string, to: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** What a file is called until all of it is there. */
export const partSuffix = '.part';

/** Fewer bytes were taken than given: there is no room for them. */
class ShortWriteError extends Error {}

/**
 * The only way anything is written: the browser may write less than it was given, or answer with an error's number, without
 * throwing.
 */
export function writeWhole(file: StorageFile, bytes: Uint8Array, at: number): void {
  const written = file.write(bytes, at);
  if (written !== bytes.length) throw new ShortWriteError(`${written} of ${bytes.length} bytes written`);
}

/**
 * A whole file or none: written under another name, measured, and renamed.
 *
 * @param confirm throws where it must not be renamed any more
 */
export async function writeFileWhole(
  folder: StorageFolder,
  name: string,
  pieces: readonly Uint8Array[],
  confirm: () => Promise<void> = async () => undefined,
): Promise<void> {
  const part = `${name}.${crypto.randomUUID()}${partSuffix}`;
  const file = await folder.open(part);
  try {
    let at = 0;
    for (const piece of pieces) {
      writeWhole(file, piece, at);
      at += piece.length;
    }
    file.flush();
    if (file.size() !== at) throw new ShortWriteError(`${file.size()} of ${at} bytes kept`);
  } catch (error) {
    file.close();
    await folder.remove(part).catch(() => undefined);
    throw error;
  }
  file.close();
  try {
    await confirm();
    await folder.rename(part, name);
  } catch (error) {
    await folder.remove(part).catch(() => undefined);
    throw error;
  }
}

export function readWhole(file: StorageFile): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(file.size());
  return bytes.subarray(0, readFrom(file, bytes, 0));
}

/** Fills `into` from `at` on, as far as there is anything; answers with the number of bytes read. */
export function readFrom(file: StorageFile, into: Uint8Array, at: number): number {
  let filled = 0;
  while (filled < into.length) {
    const read = file.read(into.subarray(filled), at + filled);
    if (read <= 0 || read > into.length - filled) break;
    filled += read;
  }
  return filled;
}

/** Whether a write failed because there is no room. */
export function isFull(error: unknown): boolean {
  return error instanceof ShortWriteError || (error instanceof DOMException && error.name === 'QuotaExceededError');
}

/** What a failed write of a conversation means to a person. */
export function notKept(what: FailureData['NOT_KEPT']['what'], error: unknown): FailureError {
  if (error instanceof FailureError) return error;
  const reason = isFull(error) ? 'full' : 'other';
  return new FailureError(failure('NOT_KEPT', { what, reason, detail: detailOf(error) }));
}

/**
 * What a failed write of a model's file means to a person.
 *
 * @param needed bytes of the model that are not there yet
 */
export function notInstalled(name: string, needed: number, error: unknown): FailureError {
  if (error instanceof FailureError) return error;
  return new FailureError(
    isFull(error)
      ? failure('INSTALL_FULL', { name, needed })
      : failure('INSTALL_UNWRITTEN', { name, detail: detailOf(error) }),
  );
}

function detailOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
