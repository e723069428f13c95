import { defineConfig } from 'vite';
import { moduleWorkers, oneRuntime } from '../../tools/build/one-runtime.ts';

/** `npx vite examples/headless` serves it, with the models of the page beside it. */
export default defineConfig({
  base: './',
  publicDir: '../../public',
  plugins: [oneRuntime()],
  worker: moduleWorkers,
  build: { emptyOutDir: true, target: 'esnext', assetsInlineLimit: 0, chunkSizeWarningLimit: 10_000 },
});
