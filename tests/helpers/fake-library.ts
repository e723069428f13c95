/** A library over a disk in memory that can fail at any operation, and a source whose every delivery is counted. */
import { chunkBytes } from '../../model/bundle/hashes.ts';
import type { ManifestFile } from '../../model/bundle/manifest.ts';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { fail } from '../../model/failure.ts';
import { heldSource } from '../../workers/bundle/held-source.ts';
import { type BundleFiles, filesInFolder, type TakeChunk } from '../../workers/library/bundle-files.ts';
import { checkpointInFolder } from '../../workers/library/checkpoint.ts';
import type { LibraryDisk } from '../../workers/library/disk.ts';
import type { FolderHandles } from '../../workers/library/folder-handles.ts';
import type { LibraryGround } from '../../workers/library/ground.ts';
import { Library } from '../../workers/library/library.ts';
import type { ModelLocks } from '../../workers/library/locks.ts';
import type { InstallSource, LibraryEvent, ModelKey } from '../../workers/library/protocol.ts';
import type { StorageFolder } from '../../workers/storage/files.ts';
import { tools as conversionTools } from './conversion.ts';
import type { FaultFolder } from './fault-folder.ts';
import { sha256 } from './memory-sink.ts';
import { bytesFolder } from './sources.ts';
import { distinctBytes, hashOf, listed, tinyManifest } from './tiny-manifest.ts';

/** Files of that disk which lie outside the browser's storage: in the person's folders. */
export const machine = 'machine';

/** Folders of one disk: one count of operations, one room. */
export function folderDisk(disk: FaultFolder): LibraryDisk {
  const inside = (folder: string) => disk.fileNames.filter((name) => name.startsWith(`${folder}/`));
  return {
    async folders() {
      const folders = new Set((await disk.names()).map((name) => name.slice(0, name.indexOf('/'))));
      return [...folders].filter((name) => name !== machine);
    },
    async folder(name): Promise<StorageFolder> {
      const at = (file: string) => `${name}/${file}`;
      return {
        names: async () => {
          await disk.names();
          return inside(name).map((file) => file.slice(name.length + 1));
        },
        open: (file) => disk.open(at(file)),
        read: (file) => disk.read(at(file)),
        rename: (from, to) => disk.rename(at(from), at(to)),
        remove: (file) => disk.remove(at(file)),
      };
    },
    reading: (name) => ({
      list: async () => inside(name).map((file) => file.slice(name.length + 1)),
      async open(path) {
        const absent = { file: path, problem: 'no-file', reason: 'NotFoundError' } as const;
        return heldSource(path, (await disk.read(`${name}/${path}`)) ?? fail('FILE_UNREADABLE', absent));
      },
      close: async () => undefined,
    }),
    snapshot: async (name) => folderDisk(disk).reading(name),
    async removeFolder(name) {
      for (const file of inside(name)) await disk.remove(file);
    },
  };
}

/** Handles that a browser keeps over restarts. */
export function fakeHandles(disk: FaultFolder): FolderHandles {
  const kept = new Map<ModelKey, FileSystemDirectoryHandle>();
  return {
    get: async (key) => kept.get(key) ?? null,
    async set(key, folder) {
      await disk.names();
      kept.set(key, folder);
    },
    async remove(key) {
      await disk.names();
      kept.delete(key);
    },
  };
}

/** Locks of several tabs; each is let go when its work ends. */
export function fakeLocks(): ModelLocks {
  const held = new Map<string, number>();
  const request = async (
    name: string,
    options: LockOptions,
    work: (lock: Lock | null) => Promise<unknown>,
  ): Promise<unknown> => {
    const isShared = options.mode === 'shared';
    const holders = held.get(name) ?? 0;
    if (holders === -1 || (holders > 0 && !isShared)) return work(null);
    held.set(name, isShared ? holders + 1 : -1);
    try {
      return await work({ name, mode: options.mode ?? 'exclusive' });
    } finally {
      held.set(name, isShared ? (held.get(name) ?? 1) - 1 : 0);
    }
  };
  return { request } as unknown as ModelLocks;
}

/** A bundle of a large file, a small one and an empty one. */
export function fakeBundle(name = 'Tiny', largeBytes = 2 * chunkBytes + 100) {
  const contents = new Map<string, Uint8Array>([
    ['large.bin', distinctBytes(largeBytes)],
    ['small.onnx', distinctBytes(1000).map((byte) => byte ^ 7)],
    ['empty.txt', new Uint8Array()],
  ]);
  const files = [...contents].map(([path, bytes]) => listed(path, bytes));
  const manifest = new TextEncoder().encode(JSON.stringify({ ...tinyManifest, name, files }));
  return { contents: new Map([...contents, ['bundle.json', manifest]]), key: hashOf(manifest), files };
}

export type FakeBundle = ReturnType<typeof fakeBundle>;

export const source: InstallSource = { kind: 'address', address: 'https://models.test/tiny/', hosts: [] };

/** Tells of each chunk that it hands over, and can be cut. */
export class CountedFiles implements BundleFiles {
  readonly delivered: string[] = [];
  /** What happens in front of the delivery of this number, counted from 1. */
  before: (delivery: number) => void = () => undefined;
  readonly #files: BundleFiles;

  constructor({ contents }: FakeBundle) {
    this.#files = filesInFolder(bytesFolder(contents));
  }

  manifest = () => this.#files.manifest();
  rate = (file: ManifestFile) => this.#files.rate(file);

  chunks(file: ManifestFile, run: { first: number; count: number }, take: TakeChunk, signal: AbortSignal) {
    const counted: TakeChunk = async (at, bytes) => {
      this.delivered.push(`${file.path} ${at}`);
      this.before(this.delivered.length);
      await take(at, bytes);
    };
    return this.#files.chunks(file, run, counted, signal);
  }
}

interface LibrarySurroundings {
  readonly locks?: ModelLocks;
  readonly handles?: FolderHandles;
  readonly tell?: (event: LibraryEvent) => void;
  readonly checkpoint?: SourceFolder | null;
  /** In place of the other: looked for each time. */
  readonly checkpointOf?: LibraryGround['checkpointOf'];
}

export function openLibrary(
  disk: FaultFolder,
  files: BundleFiles,
  {
    locks = fakeLocks(),
    handles = fakeHandles(disk),
    tell = () => undefined,
    checkpoint = null,
    checkpointOf,
  }: LibrarySurroundings = {},
): Library {
  return new Library({
    disk: folderDisk(disk),
    locks,
    handles,
    filesOf: () => (checkpointOf ? null : checkpoint === null ? files : filesInFolder(checkpoint)),
    checkpointOf: checkpointOf ?? (async () => checkpoint && checkpointInFolder(checkpoint)),
    sha256,
    openTokenizer: conversionTools.openTokenizer,
    conversionTools: async () => ({ ...conversionTools, close: () => undefined }),
    tell,
    wait: async () => undefined,
    now: () => 5,
    stored: async () => 0,
  });
}
