/**
 * The workers' one import of onnxruntime-web: the build with JavaScript promise integration where the browser has it, else
 * the one that unwinds its stack. Its wasm file is an asset of this site; nothing is ever asked of another host.
 */
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import { fail } from '../model/failure.ts';
import type { Ort } from './gpu/ort-library.ts';

/** Threads gain nothing on WebGPU and would need isolation headers. */
const threads = 1;

export async function loadOrt(): Promise<Ort> {
  const suspends = 'Suspending' in WebAssembly;
  const ort: Ort = await (suspends ? import('onnxruntime-web/jspi') : import('onnxruntime-web/webgpu')).catch(
    (error: unknown) => fail('ENGINE_LOAD', { reason: String(error) }),
  );
  ort.env.wasm.wasmPaths = { wasm: new URL(suspends ? jspiWasm : asyncifyWasm, import.meta.url).href };
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  return ort;
}
