/** What the converter computes with in a browser's worker. */
import type { GraphRunner } from '../../model/bundle/graph-runner.ts';
import { type QuantiserThread, QuantiserThreads, type StoredAnswer } from '../../model/bundle/quantiser-threads.ts';
import type { QuantiserPool } from '../../model/bundle/row-block.ts';
import { graphRunner } from '../gpu/graph-runner.ts';
import type { Ort } from '../gpu/ort-library.ts';
import { WasmRuntime } from '../gpu/wasm-runtime.ts';
import type { RequestsSaying } from '../requests.ts';

export interface OpenQuantiser extends QuantiserPool {
  close(): void;
}

/** More wait for the disk and for the hashes, which are made in this one. */
const threadsLimit = 4;

/** Threads that store blocks of rows until they are closed: all cores but this thread's. */
export function openQuantiser(start: () => Worker): OpenQuantiser {
  const count = Math.min(threadsLimit, Math.max(1, navigator.hardwareConcurrency - 1));
  const workers = Array.from({ length: count }, start);
  const pool = new QuantiserThreads(workers.map(threadOf));
  return {
    atOnce: pool.atOnce,
    store: (block) => pool.store(block),
    close() {
      for (const worker of workers) worker.terminate();
    },
  };
}

function threadOf(worker: Worker): QuantiserThread {
  return {
    send: (block, moved) => worker.postMessage(block, moved),
    onAnswer: (answered) =>
      worker.addEventListener('message', ({ data }: MessageEvent<StoredAnswer | RequestsSaying>) => {
        if (!('requests' in data)) answered(data);
      }),
    onDeath: (died) => worker.addEventListener('error', ({ message }) => died(message)),
  };
}

/** Starts onnxruntime with the first graph: a conversion may have none to run. */
export function lazyRunner(loadOrt: () => Promise<Ort>): GraphRunner {
  let runner: Promise<GraphRunner> | null = null;
  return {
    async run(...graph) {
      runner ??= loadOrt().then((ort) => graphRunner(new WasmRuntime(ort)));
      return (await runner).run(...graph);
    },
  };
}
