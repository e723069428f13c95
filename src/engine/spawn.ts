/** The page's only `new Worker`. */
import { threadWorker, threadWorkers, type WorkerThread } from '../../session/worker-threads.ts';
import languageUrl from '../../workers/language/language.worker.ts?worker&url';
import painterUrl from '../../workers/painter/painter.worker.ts?worker&url';
import pictureUrl from '../../workers/picture/picture.worker.ts?worker&url';
import type { PictureWorker } from '../../workers/protocol.ts';
import { scriptUrl } from './script-url.ts';

const urls = { language: languageUrl, painter: painterUrl };

export const modelWorkers = threadWorkers((side) => startThread(urls[side], side));

export const spawnPicture = () => threadWorker<PictureWorker>(startThread(pictureUrl, 'picture'));

function startThread(url: string, kind: string): WorkerThread {
  const name = `${kind} ${crypto.randomUUID()}`;
  const worker = new Worker(scriptUrl(url), { type: 'module', name });
  return { name, worker, released: () => navigator.locks.request(name, () => undefined) };
}
