import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';
import { softwareVersions } from './cli/versions.ts';
import { libheifInBrowsers } from './tools/build/libheif.ts';
import { licences } from './tools/build/licences.ts';
import { moduleWorkers, oneRuntime } from './tools/build/one-runtime.ts';
import { policy } from './tools/build/policy.ts';
import { release } from './tools/build/release.ts';
import { sharedWorkers } from './tools/build/shared-workers.ts';
import { wholeBuild } from './tools/build/whole-build.ts';

const entities = fileURLToPath(import.meta.resolve('decode-named-character-reference'));

export default defineConfig({
  define: { 'import.meta.env.VITE_VERSIONS': JSON.stringify(JSON.stringify(await softwareVersions())) },
  base: './',
  // Its version for browsers reads entities by way of HTML, which the page's policy forbids.
  resolve: { alias: { 'decode-named-character-reference': entities } },
  plugins: [react(), sharedWorkers(), oneRuntime(), libheifInBrowsers(), policy(), licences(), release(), wholeBuild()],
  worker: moduleWorkers,
  build: {
    target: 'es2023',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false, resolveDependencies: () => [] },
    chunkSizeWarningLimit: 2000,
    // The one script with a policy of its own (public/_headers) lies in a folder that a rule can name.
    rolldownOptions: {
      output: {
        chunkFileNames: ({ name }) => `assets/${name === 'library.worker' ? 'library/' : ''}[name]-[hash].js`,
      },
    },
  },
});
