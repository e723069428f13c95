/** The converter's arithmetic in threads of this process. */
import { readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { type QuantiserThread, QuantiserThreads } from '../model/bundle/quantiser-threads.ts';
import type { QuantiserPool } from '../model/bundle/row-block.ts';

export async function compileKernel(): Promise<WebAssembly.Module> {
  return WebAssembly.compile(await readFile(new URL('../model/bundle/quantise.wasm', import.meta.url)));
}

export interface OpenQuantiser extends QuantiserPool {
  close(): Promise<void>;
}

/** Starts threads that store blocks of rows until they are closed. */
export async function openQuantiser(threads: number): Promise<OpenQuantiser> {
  const kernel = await compileKernel();
  const script = new URL('./quantiser-thread.mjs', import.meta.url);
  const workers = Array.from({ length: threads }, () => new Worker(script, { workerData: kernel }));
  const pool = new QuantiserThreads(workers.map(threadOf));
  return {
    atOnce: pool.atOnce,
    store: (block) => pool.store(block),
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };
}

function threadOf(worker: Worker): QuantiserThread {
  return {
    send: (block, moved) => worker.postMessage(block, moved),
    onAnswer: (answered) => void worker.on('message', answered),
    onDeath(died) {
      worker.on('error', (error) => died(error.message));
      worker.on('exit', (code) => died(`exit ${code}`));
    },
  };
}
