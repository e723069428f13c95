/** Puts the licence texts beside the built page: whoever hosts the folder ships them with it. */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';

const texts = ['LICENSE', 'NOTICE'];

export function licences(): Plugin {
  return {
    name: 'licences',
    apply: 'build',
    async generateBundle() {
      for (const fileName of texts) {
        const source = await readFile(new URL(`../../${fileName}`, import.meta.url), 'utf8');
        this.emitFile({ type: 'asset', fileName, source });
      }
    },
  };
}
