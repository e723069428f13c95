/** A thread of the converter: stores each block of rows that it is sent, in their order. */
import kernelUrl from '../../model/bundle/quantise.wasm?url';
import { QuantiseKernel } from '../../model/bundle/quantise-kernel.ts';
import { answerTo } from '../../model/bundle/quantiser-threads.ts';
import type { RowBlock } from '../../model/bundle/row-block.ts';
import { failureOf } from '../../model/failure.ts';
import { tellRequests } from '../requests.ts';

async function startKernel(): Promise<QuantiseKernel> {
  const file = await fetch(new URL(kernelUrl, import.meta.url));
  const module = await WebAssembly.compile(await file.arrayBuffer());
  const { exports } = await WebAssembly.instantiate(module);
  return new QuantiseKernel(exports);
}

const starting = startKernel();
// Told with the first block.
starting.catch(() => undefined);

self.addEventListener('message', async ({ data }: MessageEvent<RowBlock>) => {
  try {
    const { answer, moved } = answerTo(await starting, data);
    self.postMessage(answer, { transfer: moved });
  } catch (error) {
    self.postMessage({ kind: 'failed', failure: failureOf(error) });
  }
});

tellRequests();
