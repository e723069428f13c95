import { defineConfig } from 'vite';
import { moduleWorkers } from '../tools/build/one-runtime.ts';

/** The bare pages: of `--device webgpu`, of golden cases and benches. What starts a build says which, and where it goes. */
export default defineConfig({
  base: './',
  logLevel: 'error',
  worker: moduleWorkers,
  build: { emptyOutDir: true, target: 'esnext', assetsInlineLimit: 0, chunkSizeWarningLimit: 10_000 },
});
