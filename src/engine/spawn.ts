/** The page's only `new Worker`. */
import { type Remote, wrap } from 'comlink';
import languageUrl from '../../workers/language/language.worker.ts?worker&url';
import painterUrl from '../../workers/painter/painter.worker.ts?worker&url';
import pictureUrl from '../../workers/picture/picture.worker.ts?worker&url';
import type { LanguageWorker, PainterWorker, PictureWorker } from '../../workers/protocol.ts';
import { scriptUrl } from './script-url.ts';
import type { Spawned } from './worker-host.ts';

export const spawnLanguage = () => spawn<LanguageWorker>(languageUrl, 'language');
export const spawnPainter = () => spawn<PainterWorker>(painterUrl, 'painter');
export const spawnPicture = () => spawn<PictureWorker>(pictureUrl, 'picture');

function spawn<Service>(url: string, kind: string): Spawned<Remote<Service>> {
  // The name is that of the lock which the worker holds while it lives (workers/alive.ts).
  const name = `${kind} ${crypto.randomUUID()}`;
  const worker = new Worker(scriptUrl(url), { type: 'module', name });
  return {
    service: wrap<Service>(worker),
    onDeath(report) {
      worker.addEventListener('error', (event) => report(event.message || 'error while loading'));
      worker.addEventListener('messageerror', () => report('unreadable message'));
      worker.addEventListener('message', ({ data }) => {
        if (data === name) void navigator.locks.request(name, () => report('it was closed'));
      });
    },
    end: () => worker.terminate(),
  };
}
