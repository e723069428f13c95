/** The security policy where a host sends no headers: in the page itself, and in the service worker. `_headers` is its one source. */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { type HeaderRule, headersFor, parseHeaders, patternSource } from '../../cli/headers-file.ts';

const serviceWorker = fileURLToPath(new URL('../../workers/service-worker/service-worker.ts', import.meta.url));

/** Its name never changes: a browser looks there for its successor. */
const fileName = 'sw.js';

/** The headers as a module. Written into the service worker: a host that ignores `_headers` may not serve it either. */
const headersModule = 'virtual:headers';

export function policy(): Plugin {
  return {
    name: 'policy',
    apply: 'build',
    buildStart() {
      this.emitFile({ type: 'chunk', id: serviceWorker, fileName });
    },
    resolveId: (source) => (source === headersModule ? `\0${headersModule}` : null),
    async load(id) {
      if (id !== `\0${headersModule}`) return null;
      const listed = (await rules()).map(({ pattern, headers }) => [patternSource(pattern), Object.entries(headers)]);
      return `export default ${JSON.stringify(listed)};`;
    },
    generateBundle(_, bundle) {
      const built = bundle[fileName];
      if (built?.type !== 'chunk') this.error(`${fileName} was not built`);
      // It is registered as a classic script, which imports nothing.
      if (built.imports.length + built.exports.length > 0) this.error(`${fileName} is no script of its own`);
    },
    async transformIndexHtml() {
      const policyText = headersFor(await rules(), '/')['Content-Security-Policy'];
      if (policyText === undefined) throw new Error('public/_headers has no Content-Security-Policy');
      // A meta element cannot say who may frame the page.
      const content = policyText.replace(/frame-ancestors [^;]*; /, '');
      const meta = { 'http-equiv': 'Content-Security-Policy', content };
      return [{ tag: 'meta', attrs: meta, injectTo: 'head-prepend' }];
    },
  };
}

async function rules(): Promise<readonly HeaderRule[]> {
  return parseHeaders(await readFile(new URL('../../public/_headers', import.meta.url), 'utf8'));
}
