/**
 * A benchmark of about two seconds: how fast the device multiplies with the 4-bit matrices that a bundle has. With one row, as for a
 * token of text, it is the matrices that take the time, with many, as in a step of denoising, the products.
 */

import type { Throughput } from '../../model/bundle/operations.ts';
import { FailureError, failure } from '../../model/failure.ts';
import { type BuiltGraph, Graph, type GraphOptions } from '../../model/onnx/graph.ts';
import { cast } from '../../model/onnx/operators.ts';
import { linear } from '../../model/onnx/weighted.ts';
import { nextTask } from '../next-task.ts';
import { hostTensor, type Runtime } from './runtime.ts';

/** Of the published transformer's query and of what its attention gives. */
const width = 3584;
/** One after the other in a graph. On a graphics card so many do not fit its caches; wasm's heap, which never shrinks, is spared. */
const matrices = { webgpu: 4, wasm: 1 } as const;
/** Each is tried where the one before took no longer than a run may: one four times as large then ends soon, too. */
const rowCounts = [1, 16, 64, 256];
const longestSeconds = 0.5;
/** Runs are timed together until they take so long. */
const timedSeconds = 0.15;

/** @throws STOPPED between two runs; MEMORY_FULL, RUN_FAILED */
export async function measureThroughput(runtime: Runtime, signal: AbortSignal): Promise<Throughput> {
  const { device, activations } = runtime.report;
  const count = matrices[device];
  const program = await runtime.build(productsGraph(count, activations), readMatrix);
  const weights = count * width ** 2;
  let alone = 0;
  let operations = 0;
  try {
    for (const rows of rowCounts) {
      const x = hostTensor('float32', [rows, width], new Float32Array(rows * width).fill(1));
      const product = runtime.zeros('throughput', 'float32', [rows, width]);
      const run = () => program.run({ x }, { product });
      const seconds = await secondsOf(runtime, run, signal).finally(() => runtime.free(product));
      if (rows === 1) alone = seconds;
      operations = Math.max(operations, (2 * weights * rows) / seconds);
      if (seconds > longestSeconds) break;
    }
  } finally {
    await program.release();
  }
  return { weights: weights / alone, operations };
}

/** Of one run among many, without the first, which may compile kernels. */
async function secondsOf(runtime: Runtime, run: () => Promise<unknown>, signal: AbortSignal): Promise<number> {
  for (let runs = 0; ; runs = Math.max(1, 2 * runs)) {
    await nextTask();
    if (signal.aborted) throw new FailureError(failure('STOPPED', { stage: 'loading' }));
    const begin = performance.now();
    for (let done = 0; done < Math.max(1, runs); done += 1) await run();
    await runtime.settled();
    const seconds = (performance.now() - begin) / 1000;
    if (runs > 0 && seconds >= timedSeconds) return seconds / runs;
  }
}

function productsGraph(count: number, activations: GraphOptions['activations']): BuiltGraph {
  const graph = new Graph('throughput', { activations, precision: () => 'q4', weights: 'file' });
  let x = cast(graph.input('x', 'float32', ['rows', width]), activations);
  for (let index = 0; index < count; index += 1) x = linear(x, `matrix_${index}`, width, { bias: false });
  graph.output('product', cast(x, 'float32'));
  return graph.build();
}

/** Values of 2^-12, so that rows of ones stay small numbers: nibbles of 9, zero points of 8, scales in float16. */
async function readMatrix(storedName: string): Promise<Uint8Array> {
  const values = width ** 2;
  if (storedName.endsWith('.scales')) return new Uint8Array(new Uint16Array(values / 32).fill(0x0c00).buffer);
  return storedName.endsWith('.zeros') ? new Uint8Array(values / 64).fill(0x88) : new Uint8Array(values / 2).fill(0x99);
}
