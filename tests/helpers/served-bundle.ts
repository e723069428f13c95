/** The tiny bundle that speaks and draws, on a server of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSink } from '../../cli/bundle-sink.ts';
import { listenOnFreePort, serveFolders } from '../../cli/static-server.ts';
import type { OpenOptions } from '../../workers/protocol.ts';
import { writeDrawingBundle } from './drawing-bundle.ts';

export interface ServedBundle {
  readonly order: OpenOptions;
  close(): Promise<void>;
}

export async function serveDrawingBundle(): Promise<ServedBundle> {
  const folder = await mkdtemp(join(tmpdir(), 'nexus-gen-bundle-'));
  await writeDrawingBundle(await openSink(folder));
  const server = await listenOnFreePort(serveFolders([{ prefix: '/', folder, headers: () => ({}) }]), 0);
  return {
    order: { location: { kind: 'http', base: `http://localhost:${server.port}/` }, device: 'wasm' },
    async close() {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
