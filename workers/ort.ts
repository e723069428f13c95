/**
 * The workers' one import of onnxruntime-web: the build with JavaScript promise integration where the browser has it, else
 * the one that unwinds its stack. Its wasm file is an asset of this site; nothing is ever asked of another host.
 */
import asyncifyWasm from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import jspiWasm from 'onnxruntime-web/ort-wasm-simd-threaded.jspi.wasm?url';
import { fail } from '../model/failure.ts';
import type { FetchProgress } from './download.ts';
import { fetchEngine } from './gpu/engine-file.ts';
import type { Ort } from './gpu/ort-library.ts';

/** Threads gain nothing on WebGPU and would need isolation headers. */
const threads = 1;

let loading: Promise<Ort> | undefined;

/**
 * The one onnxruntime of this worker.
 *
 * @param progress is told as its wasm file arrives, by whoever asks first
 * @throws ENGINE_LOAD
 */
export function loadOrt(progress: FetchProgress = () => undefined): Promise<Ort> {
  loading ??= load(progress);
  return loading;
}

async function load(progress: FetchProgress): Promise<Ort> {
  const suspends = 'Suspending' in WebAssembly;
  const address = new URL(suspends ? jspiWasm : asyncifyWasm, import.meta.url).href;
  const [ort, wasmBinary]: [Ort, Uint8Array] = await Promise.all([
    (suspends ? import('onnxruntime-web/jspi') : import('onnxruntime-web/webgpu')).catch((error: unknown) =>
      fail('ENGINE_LOAD', { reason: String(error) }),
    ),
    fetchEngine(address, progress),
  ]);
  ort.env.wasm.wasmBinary = wasmBinary;
  // Where transformers finds none, it names a host of its own for the wasm and for the script beside it.
  ort.env.wasm.wasmPaths = { wasm: address };
  ort.env.wasm.numThreads = threads;
  ort.env.logLevel = 'error';
  return ort;
}
