/**
 * onnxruntime in Node. The wasm provider needs no native add-on. The native build, which may or may not be installed, is what
 * a bench compares with and nothing else.
 */
import * as ort from 'onnxruntime-web';
import { fail } from '../model/failure.ts';
import type { Ort } from '../workers/gpu/ort-library.ts';

/** One thread where nobody asks for more: figures that are compared do not depend on the machine. */
ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export { ort };

/** What `--threads` takes at most. */
export const threadsLimit = 64;

let started: number | null = null;

/**
 * onnxruntime with this many threads, the caller's among them. It starts them with its first graph and keeps them, so a process
 * has one number: another is a mistake of the program.
 */
export function ortWithThreads(threads: number): Ort {
  started ??= threads;
  if (started !== threads) fail('UNEXPECTED', { message: `onnxruntime has ${started} threads here, not ${threads}` });
  ort.env.wasm.numThreads = threads;
  return ort;
}

/** Null where onnxruntime-node is not installed. */
export async function loadNativeOrt(): Promise<Ort | null> {
  const name: string = 'onnxruntime-node';
  try {
    const native: Ort = await import(name);
    return native;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (missing) return null;
    throw error;
  }
}
