/** The storage worker's functions: one tab's part in the log, and its pictures. */
import { type Failure, failure } from '../../model/failure.ts';
import { outcomeOf } from '../serve.ts';
import { BlobFiles } from './blobs.ts';
import { notKept } from './files.ts';
import { readNewest } from './generations.ts';
import { StorageLog } from './log.ts';
import { takeOverOldDatabase } from './old-database.ts';
import { opfsFolder } from './opfs.ts';
import type { OpenedStorage, StorageEvent, StorageWorker } from './protocol.ts';
import { StorageTab } from './tab.ts';

/** What lies under the origin, from the version before on. */
const folders = { log: 'chats', blobs: 'pictures' } as const;
/** How many damaged records were told of: each is told once, and stands in its place from then on. */
const toldKey = 'damagedTold';

interface Opened {
  readonly tab: StorageTab;
  readonly blobs: BlobFiles;
}

export function serveStorage(tell: (event: StorageEvent) => void): StorageWorker {
  const opened = Promise.withResolvers<Opened>();
  opened.promise.catch(() => undefined);
  return {
    open: (expected) =>
      outcomeOf(async () => {
        try {
          const told: Failure[] = [];
          const { tab, blobs } = await openParts(tell, told);
          await tab.open();
          opened.resolve({ tab, blobs });
          return await openedBy(tab, expected, told);
        } catch (error) {
          // A browser that refuses is no surprise: the page keeps what is said until it is closed.
          const refusal = notKept('chat', error);
          opened.reject(refusal);
          throw refusal;
        }
      }),
    since: async (number) => (await opened.promise).tab.contents.since(number),
    commit: (changes) => outcomeOf(async () => (await opened.promise).tab.commit(changes)),
    async blob(hash) {
      const bytes = await (await opened.promise).blobs.read(hash);
      return bytes === null ? null : new Blob([bytes]);
    },
    putBlob: (hash, blob) =>
      outcomeOf(async () => {
        const { blobs } = await opened.promise;
        await blobs.write(hash, new Uint8Array(await blob.arrayBuffer()));
        return null;
      }),
    async clean(keep) {
      const { tab, blobs } = await opened.promise;
      await tab.forgetDeleted();
      const kept = new Set(keep);
      await removeUnnamed(tab, (isNamed, isAlone) =>
        blobs.removeOthers((hash) => kept.has(hash) || isNamed(hash), isAlone),
      );
    },
    async discard(hashes) {
      const { tab, blobs } = await opened.promise;
      await removeUnnamed(tab, (isNamed, isAlone) => blobs.remove(hashes, isNamed, isAlone));
    },
  };
}

async function removeUnnamed(
  tab: StorageTab,
  remove: (isNamed: (hash: string) => boolean, isAlone: () => Promise<boolean>) => Promise<void>,
): Promise<void> {
  // Another tab may hold what no record names: pictures of a message that is being written, and what it can undo.
  const isAlone = async () => tab.role === 'writer' && (await tab.others()).length === 0;
  if (!(await isAlone())) return;
  const inUse = tab.contents.hashesInUse();
  if (inUse !== null) await remove((hash) => inUse.has(hash), isAlone);
}

async function openParts(tell: (event: StorageEvent) => void, told: Failure[]): Promise<Opened> {
  const root = await navigator.storage.getDirectory();
  const [logFolder, blobFolder] = await Promise.all(
    [folders.log, folders.blobs].map(async (name) => opfsFolder(await root.getDirectoryHandle(name, { create: true }))),
  );
  if (logFolder === undefined || blobFolder === undefined) throw new TypeError('two folders were asked for');
  const channel = new BroadcastChannel('nexus-gen storage');
  const blobs = new BlobFiles(blobFolder);
  const tab = new StorageTab({
    id: crypto.randomUUID(),
    locks: navigator.locks,
    post: (message) => channel.postMessage(message),
    async openLog(handover, requireLock) {
      const log = await StorageLog.open(logFolder, handover, { requireLock });
      void blobs.sweep().catch(() => undefined);
      const old = await takeOverOldDatabase(log).catch(() => 'nothing');
      if (old === 'lost') told.push(failure('STORAGE_LOST', { extent: 'all' }));
      return log;
    },
    readLog: () => readNewest(logFolder),
    tell,
  });
  channel.onmessage = ({ data }) => tab.hear(data);
  return { tab, blobs };
}

async function openedBy(tab: StorageTab, expected: number, told: readonly Failure[]): Promise<OpenedStorage> {
  const { contents, role } = tab;
  const settings = contents.settings();
  const failures = [...told];
  const { number } = contents;
  if (number < expected) failures.push(failure('STORAGE_LOST', { extent: number === 0 ? 'all' : 'some' }));
  const damaged = contents.unreadable.filter(({ why }) => why === 'damaged').length;
  const toldBefore = settings[toldKey];
  if (damaged > (typeof toldBefore === 'number' ? toldBefore : 0)) {
    failures.push(failure('STORAGE_DAMAGED', { count: damaged }));
    void tab.commit([{ kind: 'setting', key: toldKey, value: damaged }]).catch(() => undefined);
  }
  return { role, chats: contents.chats(), settings, number, others: await tab.others(), told: failures };
}
