/** Serves a bare page of `--device webgpu`, bundled for this run, and the folders it reads. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { moduleWorkers } from './build/one-runtime.ts';
import { listenOnFreePort, type StaticSite, serveFolders } from './static-server.ts';

export interface PageServer {
  /** The page's address, ending with a slash. */
  readonly url: string;
  /** Serves a folder to the page; answers with its address, ending with a slash. */
  publish(folder: string): string;
  close(): Promise<void>;
}

/** `checks` judges golden cases and measures; `model` runs the model's own workers. */
const pages = { checks: './page/', model: './page/model/' } as const;

export async function startPageServer(page: keyof typeof pages = 'checks'): Promise<PageServer> {
  const built = await mkdtemp(join(tmpdir(), 'nexus-gen-page-'));
  await build({
    configFile: false,
    root: fileURLToPath(new URL(pages[page], import.meta.url)),
    base: './',
    logLevel: 'error',
    worker: moduleWorkers,
    build: { outDir: built, emptyOutDir: true, target: 'esnext', assetsInlineLimit: 0, chunkSizeWarningLimit: 10_000 },
  });
  const sites: StaticSite[] = [{ prefix: '/', folder: built, headers: () => ({}) }];
  const server = await listenOnFreePort(serveFolders(sites), 0);
  const url = `http://localhost:${server.port}/`;
  return {
    url,
    publish(folder) {
      const prefix = `/folder-${sites.length}/`;
      sites.unshift({ prefix, folder, headers: () => ({}) });
      return new URL(prefix, url).href;
    },
    async close() {
      await server.close();
      await rm(built, { recursive: true, force: true });
    },
  };
}
