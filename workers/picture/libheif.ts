/** libheif where a page runs: a chunk and a wasm file of its own, fetched with the first HEIC file. */
import wasmUrl from 'libheif-js/libheif-wasm/libheif.wasm?url';
import { fail } from '../../model/failure.ts';
import type { Libheif } from './heic.ts';

/** @throws FILE_UNREADABLE where its wasm is not there */
export async function loadLibheif(): Promise<Libheif> {
  const [{ default: createLibheif }, wasm] = await Promise.all([
    import('libheif-js/libheif-wasm/libheif.js'),
    fetch(wasmUrl),
  ]);
  if (!wasm.ok) fail('FILE_UNREADABLE', { file: 'libheif.wasm', reason: String(wasm.status) });
  return createLibheif({ wasmBinary: await wasm.arrayBuffer() });
}
