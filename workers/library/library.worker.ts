/** Installs models: the only worker that writes them, and the only one whose policy lets it ask other hosts. */
import '../../model/schemas-without-eval.ts';
import { expose } from 'comlink';
import { holdLivenessLock } from '../liveness-lock.ts';
import { type RequestsSaying, tellRequests } from '../requests.ts';
import { scriptUrl } from '../script-url.ts';
import { sha256Hex } from '../sha256.ts';
import type { LibrarySaying } from './protocol.ts';
import quantiserUrl from './quantiser.worker.ts?worker&url';
import { serveLibrary } from './serve.ts';
import { loadSha256 } from './sha256-in-pieces.ts';

/** What it asks of the network is told as this worker's own. */
function startQuantiser(): Worker {
  const worker = new Worker(scriptUrl(quantiserUrl), { type: 'module', name: 'quantiser' });
  worker.addEventListener('message', ({ data }: MessageEvent<Partial<RequestsSaying>>) => {
    if (data.requests !== undefined) self.postMessage({ requests: data.requests } satisfies RequestsSaying);
  });
  return worker;
}

/** What a conversion needs, loaded when there is one. */
async function conversionTools() {
  const { lazyRunner, openQuantiser } = await import('./conversion-tools.ts');
  const quantiser = openQuantiser(startQuantiser);
  const { openTokenizer } = await import('../language/words-tokenizer.ts');
  const runner = lazyRunner(async () => (await import('../ort.ts')).loadOrt());
  const sha256 = await loadSha256();
  return { sha256, digest: sha256Hex, quantiser, runner, openTokenizer, close: () => quantiser.close() };
}

expose(serveLibrary((library) => self.postMessage({ library } satisfies LibrarySaying), conversionTools));
holdLivenessLock();
tellRequests();
