/** One onnxruntime in what Vite builds or serves: @huggingface/transformers gets the one that its worker loads. */
import { fileURLToPath } from 'node:url';
import type { Plugin, UserConfig } from 'vite';

const ours = fileURLToPath(new URL('../../workers/ort-for-transformers.ts', import.meta.url));
const transformers = /[\\/]@huggingface[\\/]transformers[\\/].*\.js(\?|$)/;

/** What becomes of some words of transformers. One that is no longer there stops the build: someone has to look again. */
const replacements = [
  // The runtime itself. A copy of its names would bring a helper that makes this worker's chunks differ from the others'.
  ['import * as ONNX_WEB from', 'import ONNX_WEB from'],
  // Where transformers looks for the wasm of a runtime without an address. Ours has one.
  ['https://cdn.jsdelivr.net/', './'],
] as const;

export function oneRuntime(): Plugin {
  return {
    name: 'one-runtime',
    enforce: 'pre',
    // While developing, a bundle of dependencies made ahead would not pass through here.
    config: () => ({ optimizeDeps: { exclude: ['@huggingface/transformers'] } }),
    resolveId(source, importer) {
      return importer !== undefined && transformers.test(importer) && source.startsWith('onnxruntime-') ? ours : null;
    },
    transform(code, id) {
      if (!transformers.test(id)) return null;
      const missing = replacements.filter(([words]) => !code.includes(words));
      if (missing.length > 0) this.error(`not found in transformers: ${missing.join()}`);
      return { code: replacements.reduce((text, [words, ours]) => text.replaceAll(words, ours), code), map: null };
    },
  };
}

/** How workers are built; what serves them while developing takes the plugin from the page's own list. */
export const moduleWorkers = {
  format: 'es',
  plugins: () => [oneRuntime()],
} satisfies UserConfig['worker'];
