/**
 * onnxruntime in Node. The wasm provider needs no native add-on. The native build, which may or may not be installed, is what
 * a bench compares with and nothing else.
 */
import * as ort from 'onnxruntime-web';
import type { Ort } from '../workers/gpu/ort-library.ts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export { ort };

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
