/** The page's only `new Worker`. */
import { threadWorker, threadWorkers, type WorkerThread } from '../../session/worker-threads.ts';
import languageUrl from '../../workers/language/language.worker.ts?worker&url';
import libraryUrl from '../../workers/library/library.worker.ts?worker&url';
import type { LibrarySaying, LibraryWorker } from '../../workers/library/protocol.ts';
import painterUrl from '../../workers/painter/painter.worker.ts?worker&url';
import pictureUrl from '../../workers/picture/picture.worker.ts?worker&url';
import type { PictureWorker } from '../../workers/picture/protocol.ts';
import type { RequestsSaying } from '../../workers/requests.ts';
import { scriptUrl } from '../../workers/script-url.ts';
import archiveUrl from '../../workers/storage/archive.worker.ts?worker&url';
import type { ArchiveWorker, StorageEvent, StorageSaying, StorageWorker } from '../../workers/storage/protocol.ts';
import storageUrl from '../../workers/storage/storage.worker.ts?worker&url';
import type { UpscalerSaying, UpscalerWorker } from '../../workers/upscaler/protocol.ts';
import upscalerUrl from '../../workers/upscaler/upscaler.worker.ts?worker&url';
import { passRequests } from './requests.ts';

const urls = { language: languageUrl, painter: painterUrl };

export const modelWorkers = threadWorkers((side) => startThread(urls[side], side));

export const spawnPicture = () => threadWorker<PictureWorker>(startThread(pictureUrl, 'picture'));

export const spawnArchive = () => threadWorker<ArchiveWorker>(startThread(archiveUrl, 'archive'));

/** Tells how far it is beside what it answers. */
export function spawnUpscaler(tell: (done: UpscalerSaying['enlarged']) => void) {
  const thread = startThread(upscalerUrl, 'upscaler');
  hear<UpscalerSaying>(thread, ({ enlarged }) => enlarged !== undefined && tell(enlarged));
  return threadWorker<UpscalerWorker>(thread);
}

/** Tells of what other tabs do beside what it answers. */
export function spawnStorage(tell: (event: StorageEvent) => void) {
  const thread = startThread(storageUrl, 'storage');
  hear<StorageSaying>(thread, ({ storage }) => storage !== undefined && tell(storage));
  return threadWorker<StorageWorker>(thread);
}

/** Tells of what becomes of models beside what it answers. */
export function spawnLibrary(tell: (news: LibrarySaying['library']) => void) {
  const thread = startThread(libraryUrl, 'library');
  hear<LibrarySaying>(thread, ({ library }) => library !== undefined && tell(library));
  return threadWorker<LibraryWorker>(thread);
}

/** Beside what a worker says of its own there are Comlink's answers. */
function hear<Saying>({ worker }: { readonly worker: Worker }, take: (saying: Partial<Saying>) => void): void {
  worker.addEventListener('message', ({ data }: MessageEvent<Partial<Saying>>) => take(data));
}

function startThread(url: string, kind: string): WorkerThread & { readonly worker: Worker } {
  const name = `${kind} ${crypto.randomUUID()}`;
  const worker = new Worker(scriptUrl(url), { type: 'module', name });
  hear<RequestsSaying>({ worker }, ({ requests }) => requests !== undefined && passRequests(requests));
  return { name, worker, released: () => navigator.locks.request(name, () => undefined) };
}
