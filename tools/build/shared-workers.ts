/**
 * Builds the page's workers in one graph with the page, so that what several of them use (zod, the model's readers) is one file that a
 * browser fetches once. Vite by itself builds each worker apart, with a copy of everything.
 */
import type { Plugin } from 'vite';

const query = '?worker&url';
const prefix = '\0shared-worker:';

export function sharedWorkers(): Plugin {
  return {
    name: 'shared-workers',
    apply: 'build',
    enforce: 'pre',
    async resolveId(source, importer) {
      if (!source.endsWith(query)) return null;
      const resolved = await this.resolve(source.slice(0, -query.length), importer);
      return resolved === null ? null : `${prefix}${resolved.id}`;
    },
    load(id) {
      if (!id.startsWith(prefix)) return null;
      const reference = this.emitFile({ type: 'chunk', id: id.slice(prefix.length) });
      return `export default import.meta.ROLLUP_FILE_URL_${reference};`;
    },
    // What Vite wraps dynamic imports in tells `window` of one that failed; in a worker that would hide why.
    transform(code, id) {
      if (!id.includes('vite/preload-helper')) return null;
      if (!code.includes('window.dispatchEvent')) this.error('not found in the preload helper: window.dispatchEvent');
      return { code: code.replace('window.dispatchEvent', 'self.dispatchEvent'), map: null };
    },
  };
}
