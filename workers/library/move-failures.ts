/** What goes wrong with a folder of this machine, or in the browser's storage, while a model is moved. */
import { type FailureData, FailureError, failure } from '../../model/failure.ts';
import { isFull } from '../storage/files.ts';
import { isReached } from './moved-folder.ts';

export interface FolderUse {
  /** Of the model. */
  readonly name: string;
  /** Its name. */
  readonly folder: string;
  /** Bytes that are still to be copied. */
  readonly left: () => number;
}

/** @throws FOLDER_CLOSED, FOLDER_UNREACHED, MOVE_FULL, MOVE_UNWRITTEN; other failures as they are */
export async function inFolder<Result>(
  { name, folder, left }: FolderUse,
  handle: FileSystemDirectoryHandle,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    const told = await folderTrouble(error, handle);
    if (told !== null) throw new FailureError(failure(told, { name, folder }));
    throw unmoved(name, folder, left(), error);
  }
}

export async function inBrowser<Result>(name: string, left: number, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw unmoved(name, null, left, error);
  }
}

/** Whether the folder itself is what is wrong. */
export async function folderTrouble(
  error: unknown,
  handle: FileSystemDirectoryHandle,
): Promise<'FOLDER_CLOSED' | 'FOLDER_UNREACHED' | null> {
  if (isRefused(error)) return 'FOLDER_CLOSED';
  if (error instanceof FailureError && !['FILE_UNREADABLE', 'SOURCE_CHANGED'].includes(error.failure.code)) return null;
  try {
    return (await isReached(handle)) ? null : 'FOLDER_UNREACHED';
  } catch (again) {
    return isRefused(again) ? 'FOLDER_CLOSED' : 'FOLDER_UNREACHED';
  }
}

function isRefused(error: unknown): boolean {
  if (error instanceof FailureError) return error.failure.code === 'FOLDER_REFUSED';
  return error instanceof DOMException && ['NotAllowedError', 'SecurityError'].includes(error.name);
}

/** What the installation's own way of writing says is said of the move. */
function unmoved(name: string, to: string | null, needed: number, error: unknown): FailureError {
  const { code, data } = error instanceof FailureError ? error.failure : { code: null, data: null };
  if (code === 'INSTALL_FULL') return new FailureError(failure('MOVE_FULL', { name, to, needed }));
  if (code === 'INSTALL_UNWRITTEN') return unwritten({ name, to, detail: data.detail });
  if (error instanceof FailureError) return error;
  if (isFull(error)) return new FailureError(failure('MOVE_FULL', { name, to, needed }));
  return unwritten({ name, to, detail: error instanceof Error ? `${error.name}: ${error.message}` : String(error) });
}

const unwritten = (data: FailureData['MOVE_UNWRITTEN']) => new FailureError(failure('MOVE_UNWRITTEN', data));
