import { readFile } from 'node:fs/promises';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';
import { parseHeaders } from './cli/headers-file.ts';

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

/** What a recipe says about the software that made a picture. */
async function versions(): Promise<Record<string, string>> {
  const manifest: { version: string; dependencies: Record<string, string> } = JSON.parse(
    await readFile(new URL('./package.json', import.meta.url), 'utf8'),
  );
  return { 'nexus-gen-web': manifest.version, 'onnxruntime-web': manifest.dependencies['onnxruntime-web'] ?? '' };
}

export default defineConfig({
  define: { 'import.meta.env.VITE_VERSIONS': JSON.stringify(JSON.stringify(await versions())) },
  base: './',
  plugins: [react(), policyInPage()],
  worker: { format: 'es' },
  build: { target: 'es2023', assetsInlineLimit: 0, modulePreload: { polyfill: false }, chunkSizeWarningLimit: 2000 },
});
