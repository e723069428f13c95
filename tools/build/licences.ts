/** Puts the licence texts beside the built page: whoever hosts the folder ships them with it. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Plugin } from 'vite';

const libheif = createRequire(import.meta.url).resolve('libheif-js/libheif-wasm/LICENSE');

/** By the name that they have beside the page. */
const texts = {
  LICENSE: new URL('../../LICENSE', import.meta.url),
  NOTICE: new URL('../../NOTICE', import.meta.url),
  'LICENSE-libheif': pathToFileURL(libheif),
};

export function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    async generateBundle() {
      for (const [fileName, text] of Object.entries(texts)) {
        const source = await readFile(text, 'utf8');
        this.emitFile({ type: 'asset', fileName, source });
      }
    },
  };
}
