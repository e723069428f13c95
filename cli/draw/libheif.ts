/** libheif in Node: loaded with the first HEIC file. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Libheif } from '../../workers/picture/heic.ts';

let loaded: Promise<Libheif> | null = null;

export function loadLibheif(): Promise<Libheif> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<Libheif> {
  const { default: createLibheif } = await import('libheif-js/libheif-wasm/libheif.js');
  const wasm = createRequire(import.meta.url).resolve('libheif-js/libheif-wasm/libheif.wasm');
  return createLibheif({ wasmBinary: await readFile(wasm) });
}
