/** A thread of the converter: stores each block of rows that it is sent. */
import { parentPort, workerData } from 'node:worker_threads';
import { QuantiseKernel } from '../model/bundle/quantise-kernel.ts';
import { answerTo } from '../model/bundle/quantiser-threads.ts';
import type { RowBlock } from '../model/bundle/row-block.ts';

if (!(workerData instanceof WebAssembly.Module)) throw new Error('a thread of the converter is given quantise.wasm');
const kernel = new QuantiseKernel(new WebAssembly.Instance(workerData).exports);
parentPort?.on('message', (block: RowBlock) => {
  const { answer, moved } = answerTo(kernel, block);
  parentPort?.postMessage(answer, moved);
});
