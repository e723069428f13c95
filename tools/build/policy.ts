/** The security policy where a host sends no headers: in the page itself, and in the service worker. `_headers` is its one source. */
import { readFile } from 'node:fs/promises';
import type { Plugin } from 'vite';
import { parseHeaders } from '../../cli/headers-file.ts';

/** What the service worker's file has in place of the headers. */
const placeholder = '__HEADERS__';

export function policy(): Plugin {
  return {
    name: 'policy',
    apply: 'build',
    async transformIndexHtml() {
      const policyText = (await headers())['Content-Security-Policy'];
      if (policyText === undefined) throw new Error('public/_headers has no Content-Security-Policy');
      // A meta element cannot say who may frame the page.
      const content = policyText.replace(/frame-ancestors [^;]*; /, '');
      const meta = { 'http-equiv': 'Content-Security-Policy', content };
      return [{ tag: 'meta', attrs: meta, injectTo: 'head-prepend' }];
    },
    async generateBundle() {
      // Written into the file: a host that ignores `_headers` may not serve it either.
      const text = await readFile(new URL('./service-worker.js', import.meta.url), 'utf8');
      const written = JSON.stringify(Object.entries(await headers()));
      this.emitFile({ type: 'asset', fileName: 'sw.js', source: text.replace(placeholder, () => written) });
    },
  };
}

async function headers(): Promise<Readonly<Record<string, string>>> {
  const [rule] = parseHeaders(await readFile(new URL('../../public/_headers', import.meta.url), 'utf8'));
  return rule?.headers ?? {};
}
