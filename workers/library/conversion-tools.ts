/** What the converter computes with in a browser's worker. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import type { GraphRunner } from '../../model/bundle/graph-runner.ts';
import type { Sha256Maker } from '../../model/bundle/hashes.ts';
import { QuantiseKernel } from '../../model/bundle/quantise-kernel.ts';
import { type QuantiserPool, storeRows } from '../../model/bundle/row-block.ts';
import { graphRunner } from '../gpu/graph-runner.ts';
import type { Ort } from '../gpu/ort-library.ts';
import { WasmRuntime } from '../gpu/wasm-runtime.ts';

/** A browser's own hashes take all bytes at once; a file of a gigabyte is hashed as it is written. */
export const browserSha256: Sha256Maker = () => {
  const hash = sha256.create();
  return { update: (bytes) => void hash.update(bytes), digest: () => bytesToHex(hash.digest()) };
};

/** The quantiser's kernel in this thread. */
export async function openQuantiser(address: string): Promise<QuantiserPool> {
  const module = await WebAssembly.compile(await (await fetch(address)).arrayBuffer());
  const { exports } = await WebAssembly.instantiate(module);
  const kernel = new QuantiseKernel(exports);
  return { atOnce: 1, store: async (block) => storeRows(kernel, block) };
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
