/** Serves a bare page of `--device webgpu`, bundled for this run, and the folders it reads. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { listenOnFreePort, type StaticSite, serveFolders } from './static-server.ts';

export interface PageServer {
  /** The page's address, ending with a slash. */
  readonly url: string;
  /** Serves a folder to the page; answers with its address, ending with a slash. */
  publish(folder: string): string;
  close(): Promise<void>;
}

/** What the bare pages have in common: workers as modules, one onnxruntime. */
const configFile = fileURLToPath(new URL('./vite.config.ts', import.meta.url));

/** @param page the folder of the page's sources */
export async function startPageServer(page: string): Promise<PageServer> {
  const built = await mkdtemp(join(tmpdir(), 'nexus-gen-page-'));
  await build({ configFile, root: page, logLevel: 'error', build: { outDir: built } });
  const sites: StaticSite[] = [{ prefix: '/', folder: built, headers: () => ({}) }];
  const server = await listenOnFreePort(serveFolders(sites), 0);
  const url = `http://localhost:${server.port}/`;
  return {
    url,
    publish(folder) {
      const prefix = `/folder-${sites.length}/`;
      sites.unshift({ prefix, folder, links: 'followed', headers: () => ({}) });
      return new URL(prefix, url).href;
    },
    async close() {
      await server.close();
      await rm(built, { recursive: true, force: true });
    },
  };
}
