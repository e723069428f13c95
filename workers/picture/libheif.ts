/** libheif where a page runs: a chunk and a wasm file of its own, fetched with the first HEIC file. */
import wasmUrl from 'libheif-js/libheif-wasm/libheif.wasm?url';
import { fail } from '../../model/failure.ts';
import type { Libheif } from './heic.ts';

/** @throws PAGE_PART where a part of it is not there, or does not arrive */
export async function loadLibheif(): Promise<Libheif> {
  const [{ default: createLibheif }, wasmBinary] = await Promise.all([
    import('libheif-js/libheif-wasm/libheif.js'),
    fetchWasm(),
  ]);
  return createLibheif({ wasmBinary });
}

async function fetchWasm(): Promise<ArrayBuffer> {
  try {
    const response = await fetch(wasmUrl);
    if (response.ok) return await response.arrayBuffer();
    throw new Error(`status ${response.status}`);
  } catch (error) {
    return fail('PAGE_PART', { reason: `libheif.wasm: ${String(error)}` });
  }
}
