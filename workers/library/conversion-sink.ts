/** A model's folder as the converter writes to it: each file under another name until it is whole. */
import { type BundleSink, type BundleWriter, noMark, type ResumableFile } from '../../model/bundle/sink.ts';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import {
  notInstalled,
  partSuffix,
  readFrom,
  type StorageFile,
  type StorageFolder,
  writeFileWhole,
  writeWhole,
} from '../storage/files.ts';
import type { Journal } from './journal.ts';

/** What a conversion writes to, and how it is ended. */
export interface ConversionTarget {
  readonly name: string;
  readonly folder: StorageFolder;
  readonly journal: Journal;
  /** Its files as they are when they are opened; none is held open. */
  readonly files: SourceFolder;
  readonly signal: AbortSignal;
}

/** @param left bytes that the disk still has to take */
export function sinkOf({ name, folder, journal, files, signal }: ConversionTarget, left: () => number): BundleSink {
  const writing = <Result>(write: () => Promise<Result>): Promise<Result> =>
    write().catch((error: unknown) => {
      throw notInstalled(name, left(), error);
    });
  const unlessEnded = async <Result>(write: () => Promise<Result>): Promise<Result> => {
    signal.throwIfAborted();
    return writing(write);
  };
  const made = (path: string, bytes: number) => journal.add({ kind: 'made', path, bytes });
  return {
    name,
    folder: files,
    create: (path) =>
      unlessEnded(async () => {
        const file = await createFile(folder, path);
        return {
          write: (bytes) => unlessEnded(() => file.write(bytes)),
          // A file that is whole is kept, and what is open is closed, also where this was ended meanwhile.
          close: () => writing(async () => made(path, await file.close())),
          abandon: file.abandon,
        };
      }),
    resume: (path, plan) =>
      unlessEnded(async () => {
        const file = await resumeFile(folder, journal, path, plan);
        return {
          mark: file.mark,
          read: (offset, length) => writing(() => file.read(offset, length)),
          writeAt: (offset, bytes) => unlessEnded(() => file.writeAt(offset, bytes)),
          note: (mark) => writing(() => file.note(mark)),
          close: (bytes) => writing(async () => made(path, await file.close(bytes))),
          leave: file.leave,
        };
      }),
    publish: (path, bytes) => unlessEnded(() => writeFileWhole(folder, path, [bytes])),
    remove: (path) =>
      unlessEnded(async () => {
        if (!(await folder.names()).includes(path)) return;
        await folder.remove(path);
        made(path, 0);
      }),
  };
}

/** Under another name until it is whole. */
async function createFile(folder: StorageFolder, path: string): Promise<Closing<BundleWriter>> {
  const part = path + partSuffix;
  const file = await openEmpty(folder, part);
  let end = 0;
  return {
    async write(bytes) {
      writeWhole(file, bytes, end);
      end += bytes.length;
    },
    close: () => putInPlace(folder, file, path, end),
    async abandon() {
      file.close();
      await folder.remove(part).catch(() => undefined);
    },
  };
}

async function openEmpty(folder: StorageFolder, name: string): Promise<StorageFile> {
  const file = await folder.open(name);
  try {
    file.truncate(0);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

async function putInPlace(folder: StorageFolder, file: StorageFile, path: string, bytes: number): Promise<number> {
  try {
    if (file.size() > bytes) file.truncate(bytes);
    file.flush();
  } finally {
    file.close();
  }
  await folder.rename(path + partSuffix, path);
  return bytes;
}

/** Answers with the bytes of the file. */
type Closing<File extends { close(...given: never): Promise<void> }> = Omit<File, 'close'> & {
  close(...given: Parameters<File['close']>): Promise<number>;
};

async function resumeFile(
  folder: StorageFolder,
  journal: Journal,
  path: string,
  plan: string,
): Promise<Closing<ResumableFile>> {
  const part = path + partSuffix;
  const { converting } = journal.known;
  const isSame = converting?.path === path && converting.plan === plan && (await folder.names()).includes(part);
  const file = isSame ? await folder.open(part) : await openEmpty(folder, part);
  return {
    mark: isSame ? converting : noMark,
    // What is not there reads as zeros, which have another checksum.
    async read(offset, length) {
      const bytes = new Uint8Array(length);
      readFrom(file, bytes, offset);
      return bytes;
    },
    writeAt: async (offset, bytes) => writeWhole(file, bytes, offset),
    async note(mark) {
      file.flush();
      journal.add({ kind: 'converting', path, plan, ...mark });
    },
    close: (bytes) => putInPlace(folder, file, path, bytes),
    leave: async () => file.close(),
  };
}
