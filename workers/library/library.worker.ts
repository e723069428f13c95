/** Installs models: the only worker that writes them, and the only one whose policy lets it ask other hosts. */
import '../../model/schemas-without-eval.ts';
import { expose } from 'comlink';
import type { Sha256Maker } from '../../model/bundle/hashes.ts';
import type { OpenTokenizer } from '../../model/bundle/text-ids.ts';
import { holdLivenessLock } from '../liveness-lock.ts';
import { type RequestsSaying, tellRequests } from '../requests.ts';
import { scriptUrl } from '../script-url.ts';
import { sha256Hex } from '../sha256.ts';
import type { LibrarySaying } from './protocol.ts';
import quantiserUrl from './quantiser.worker.ts?worker&url';
import { serveLibrary } from './serve.ts';

/** What it asks of the network is told as this worker's own. */
function startQuantiser(): Worker {
  const worker = new Worker(scriptUrl(quantiserUrl), { type: 'module', name: 'quantiser' });
  worker.addEventListener('message', ({ data }: MessageEvent<Partial<RequestsSaying>>) => {
    if (data.requests !== undefined) self.postMessage({ requests: data.requests } satisfies RequestsSaying);
  });
  return worker;
}

/** Loaded with the first words that are counted or made. */
const openTokenizer: OpenTokenizer = async (file) =>
  (await import('../language/words-tokenizer.ts')).openTokenizer(file);

/** What a conversion needs, loaded when there is one. */
async function conversionTools(sha256: Sha256Maker) {
  const { lazyRunner, openQuantiser } = await import('./conversion-tools.ts');
  const quantiser = openQuantiser(startQuantiser);
  const runner = lazyRunner(async () => (await import('../ort.ts')).loadOrt());
  return { sha256, digest: sha256Hex, quantiser, runner, openTokenizer, close: () => quantiser.close() };
}

const tell = (library: LibrarySaying['library']) => self.postMessage({ library } satisfies LibrarySaying);
expose(serveLibrary(tell, { conversionTools, openTokenizer }));
holdLivenessLock();
tellRequests();
