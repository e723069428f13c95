/** Installs models: the only worker that writes them, and the only one whose policy lets it ask other hosts. */
import '../../model/schemas-without-eval.ts';
import { expose } from 'comlink';
import kernelUrl from '../../model/bundle/quantise.wasm?url';
import { holdLivenessLock } from '../liveness-lock.ts';
import type { LibrarySaying } from './protocol.ts';
import { serveLibrary } from './serve.ts';

/** What a conversion needs, loaded when there is one. */
async function conversionTools() {
  const { browserSha256, lazyRunner, openQuantiser } = await import('./conversion-tools.ts');
  const quantiser = await openQuantiser(new URL(kernelUrl, import.meta.url).href);
  const runner = lazyRunner(async () => (await import('../ort.ts')).loadOrt());
  return { sha256: browserSha256, quantiser, runner };
}

expose(serveLibrary((library) => self.postMessage({ library } satisfies LibrarySaying), conversionTools));
holdLivenessLock();
