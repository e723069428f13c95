import { defineConfig } from 'vite';
import { moduleWorkers } from '../build/one-runtime.ts';

/** The bare page of golden cases and benches; what starts the build says where it goes. */
export default defineConfig({
  base: './',
  logLevel: 'error',
  worker: moduleWorkers,
  build: { emptyOutDir: true, target: 'esnext', assetsInlineLimit: 0, chunkSizeWarningLimit: 10_000 },
});
