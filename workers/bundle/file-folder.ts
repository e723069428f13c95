/** Files that the person gave the page: a folder that was opened and stays where it is, or files that were dropped. */
import type { ByteSource, SourceFolder } from '../../model/checkpoint/source.ts';
import { FailureError, fail, failure } from '../../model/failure.ts';
import type { GivenFile } from '../protocol.ts';
import { sourceOf } from './held-source.ts';

/** A folder that the person opened. Nothing is copied: each read goes to the disk. */
export function openDirectory(directory: FileSystemDirectoryHandle): SourceFolder {
  return {
    list: () => readingHandle(directory.name, async () => (await pathsIn(directory, foldersDeep)).sort()),
    open: (path) => readingHandle(path, async () => blobSource(path, await (await fileAt(directory, path)).getFile())),
  };
}

/** As deep as a checkpoint's folders lie in the one that is opened. */
const foldersDeep = 3;

async function pathsIn(directory: FileSystemDirectoryHandle, deep: number): Promise<string[]> {
  const paths: string[] = [];
  for await (const [name, handle] of directory.entries()) {
    if (handle instanceof FileSystemFileHandle) paths.push(name);
    else if (handle instanceof FileSystemDirectoryHandle && deep > 0)
      paths.push(...(await pathsIn(handle, deep - 1)).map((path) => `${name}/${path}`));
  }
  return paths;
}

export function openFiles(files: readonly GivenFile[]): SourceFolder {
  return {
    list: async () => files.map(({ path }) => path).sort(),
    async open(path) {
      const given = files.find((file) => file.path === path);
      return given
        ? blobSource(path, given.file)
        : fail('FILE_UNREADABLE', { file: path, problem: 'no-file', reason: '' });
    },
  };
}

/** A file as it was when it was opened: once it is changed on the disk, the browser reads it no more. */
export function blobSource(name: string, file: Blob): ByteSource {
  const source = sourceOf(name, file.size, (at, end) =>
    readingHandle(name, async () => {
      const bytes = new Uint8Array(await heard(name, file.slice(at, end).arrayBuffer()));
      return bytes.length === end - at ? bytes : fail('SOURCE_CHANGED', { file: name });
    }),
  );
  // By these, browsers tell whether a file is still the one that was opened.
  return file instanceof File ? { ...source, version: `${file.size} ${file.lastModified}` } : source;
}

/** Browsers have been seen to leave a read of a large file without any answer. */
const silenceMs = 30_000;

async function heard<Result>(file: string, reading: Promise<Result>): Promise<Result> {
  const { promise: silent, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new FailureError(failure('MODEL_FETCH', { file, problem: 'silent' }))),
    silenceMs,
  );
  try {
    return await Promise.race([reading, silent]);
  } finally {
    clearTimeout(timer);
  }
}

export async function directoryAt(
  root: FileSystemDirectoryHandle,
  names: readonly string[],
): Promise<FileSystemDirectoryHandle> {
  let directory = root;
  for (const name of names) directory = await directory.getDirectoryHandle(name);
  return directory;
}

/** @param path relative, with forward slashes */
export async function fileAt(root: FileSystemDirectoryHandle, path: string): Promise<FileSystemFileHandle> {
  const names = path.split('/');
  const directory = await directoryAt(root, names.slice(0, -1));
  return directory.getFileHandle(names.at(-1) ?? '');
}

/** @throws SOURCE_CHANGED, FOLDER_REFUSED, or FILE_UNREADABLE with the browser's own name for what went wrong */
export async function readingHandle<Result>(file: string, read: () => Promise<Result>): Promise<Result> {
  try {
    return await read();
  } catch (error) {
    return refused(file, error);
  }
}

/** What a browser says when it does not read a file, as a failure of ours. */
export function refused(file: string, error: unknown): never {
  if (error instanceof FailureError) throw error;
  const reason = error instanceof DOMException ? error.name : String(error);
  // So browsers say that a file is not the one any more that was opened.
  if (reason === 'NotReadableError') fail('SOURCE_CHANGED', { file });
  if (reason === 'NotAllowedError' || reason === 'SecurityError') fail('FOLDER_REFUSED', { file });
  return fail('FILE_UNREADABLE', { file, problem: reason === 'NotFoundError' ? 'no-file' : 'other', reason });
}
