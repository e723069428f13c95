/** The log's files: which one counts, how it is opened, and how a successor is made of it. */
import { fail } from '../../model/failure.ts';
import { StorageContents } from './contents.ts';
import { partSuffix, readWhole, type StorageFile, type StorageFolder, writeFileWhole } from './files.ts';
import { encodeLogHeader, logVersion, type ScannedLog, scanLog, storageVersion } from './frames.ts';
import { readPayload, unreadable } from './records.ts';

const prefix = 'chats.';
const numberOf = (name: string) => Number(name.slice(prefix.length));

export interface Generation {
  readonly file: StorageFile;
  readonly name: string;
  readonly contents: StorageContents;
  /** Where the next record goes. */
  readonly end: number;
  /** Bytes of a write that was broken off lie behind the end. */
  readonly hasRemains: boolean;
}

/** The name of the file that counts; null where there is none. */
export async function newestGeneration(folder: StorageFolder): Promise<string | null> {
  const names = (await folder.names()).filter((name) => /^chats\.\d+$/.test(name));
  names.sort((left, right) => numberOf(right) - numberOf(left));
  if (names.length < 2) return names[0] ?? null;
  // An older one is there where the work was broken off behind a renaming. A successor that holds nothing does not count.
  for (const name of names) {
    const { version, frames } = scanLog((await folder.read(name)) ?? new Uint8Array());
    if (version !== null || frames.some(({ state }) => state === 'whole')) return name;
  }
  return names[0] ?? null;
}

export async function makeFirstGeneration(folder: StorageFolder): Promise<string> {
  const name = `${prefix}1`;
  await writeFileWhole(folder, name, [encodeLogHeader()]);
  return name;
}

/** How a tab came to be the one that writes: the one before it ended, or was silent and may still wake up. */
export type Handover = 'ended' | 'silent';

/** Another worker has a file open for moments only, unless it is a writer that was replaced. */
const attempts = 5;

/**
 * Opens a generation to write to it. Where the writer before may still be at work, or the beginning is damaged, what it holds is
 * written into a successor first.
 *
 * @param requireLock throws where another tab took the lock meanwhile: who slept must not make a file newer than that one's
 * @throws STORAGE_OUTDATED
 */
export async function takeOver(
  folder: StorageFolder,
  name: string,
  handover: Handover,
  requireLock: () => Promise<void>,
): Promise<Generation> {
  let current = name;
  let mayGoOn = handover === 'ended';
  for (let attempt = 1; ; attempt++) {
    const bytes = (await folder.read(current)) ?? new Uint8Array();
    const version = logVersion(bytes);
    if (version !== null && version > storageVersion) fail('STORAGE_OUTDATED', {});
    try {
      // Two ahead: whatever the writer before may still finish is older. More where it has that name open.
      if (!mayGoOn || version !== storageVersion)
        current = await succeed(folder, current, 2 * attempt, bytes, contentsOf(scanLog(bytes)), requireLock);
      return await openGeneration(folder, current);
    } catch (error) {
      if (!isBusy(error) || attempt === attempts) throw error;
      mayGoOn = false;
    }
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NoModificationAllowedError';
}

/** What can be read of the newest generation while it is left to others. */
export async function readNewest(folder: StorageFolder): Promise<StorageContents> {
  const name = await newestGeneration(folder);
  return contentsOf(scanLog((name === null ? null : await folder.read(name)) ?? new Uint8Array()));
}

export async function openGeneration(folder: StorageFolder, name: string): Promise<Generation> {
  const file = await folder.open(name);
  try {
    const bytes = readWhole(file);
    const scanned = scanLog(bytes);
    const { end } = scanned;
    return { file, name, contents: contentsOf(scanned), end, hasRemains: end < bytes.length };
  } catch (error) {
    file.close();
    throw error;
  }
}

/** Writes what counts of a log into a new generation, and answers with its name. */
export async function succeed(
  folder: StorageFolder,
  name: string,
  ahead: number,
  bytes: Uint8Array,
  contents: StorageContents,
  confirm?: () => Promise<void>,
): Promise<string> {
  const next = `${prefix}${numberOf(name) + ahead}`;
  const live = contents.live().map(({ at, length }) => bytes.subarray(at, at + length));
  await writeFileWhole(folder, next, [joined([encodeLogHeader(), ...live])], confirm);
  return next;
}

/**
 * Removes older generations and unfinished files; those that another worker has open stay until the next start. What is there
 * before the lock is seen to be held is of nobody who may take it later.
 */
export async function sweep(folder: StorageFolder, inUse: string, requireLock: () => Promise<void>): Promise<void> {
  const left = (await folder.names()).filter(
    (name) => name !== inUse && (name.startsWith(prefix) || name.endsWith(partSuffix)),
  );
  await requireLock();
  for (const name of left) await folder.remove(name).catch(() => undefined);
}

function contentsOf({ frames }: ScannedLog): StorageContents {
  const contents = new StorageContents();
  for (const frame of frames) {
    const { at, length, payload } = frame;
    const read =
      frame.state === 'whole'
        ? readPayload(frame.version, frame.number, payload)
        : unreadable('damaged', frame.number ?? 0, payload);
    contents.add(read, { at, length });
  }
  return contents;
}

export function joined(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((total, { length }) => total + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
