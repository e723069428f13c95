/**
 * onnxruntime in Node. The wasm provider needs no native add-on; the native build is compared with in a bench where a person
 * has installed it beside this project, and is no dependency.
 */
import * as ort from 'onnxruntime-web';
import type { Ort } from '../workers/ort-library.ts';

ort.env.wasm.numThreads = 1;
ort.env.logLevel = 'error';

export { ort };

/** Null where onnxruntime-node is not installed. */
export async function loadNativeOrt(): Promise<Ort | null> {
  const name: string = 'onnxruntime-node';
  try {
    const { default: native }: { default: Ort } = await import(name);
    return native;
  } catch (error) {
    const missing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    if (missing) return null;
    throw error;
  }
}
