import { readFile } from 'node:fs/promises';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { licences } from './cli/build/licences.ts';
import { moduleWorkers, oneRuntime } from './cli/build/one-runtime.ts';
import { parseHeaders } from './cli/headers-file.ts';
import { softwareVersions } from './cli/versions.ts';

/** The page's own copy of the policy, for hosts that send no headers; `_headers` is its one source. */
function policyInPage(): Plugin {
  return {
    name: 'policy-in-page',
    apply: 'build',
    async transformIndexHtml() {
      const [rule] = parseHeaders(await readFile(new URL('./public/_headers', import.meta.url), 'utf8'));
      const policy = rule?.headers['Content-Security-Policy'];
      if (policy === undefined) throw new Error('public/_headers has no Content-Security-Policy');
      // A meta element cannot say who may frame the page.
      const content = policy.replace(/frame-ancestors [^;]*; /, '');
      const meta = { 'http-equiv': 'Content-Security-Policy', content };
      return [{ tag: 'meta', attrs: meta, injectTo: 'head-prepend' }];
    },
  };
}

export default defineConfig({
  define: { 'import.meta.env.VITE_VERSIONS': JSON.stringify(JSON.stringify(await softwareVersions())) },
  base: './',
  plugins: [react(), oneRuntime(), policyInPage(), licences()],
  worker: moduleWorkers,
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 2000 },
});
