/**
 * The workers' code in this process, on the wasm provider. They fetch their bundle as they do in a page, so its files are
 * checked as they are there.
 */
import { createModelSession, type ModelSession } from '../../session/model-session.ts';
import type { SpawnedWorker } from '../../session/spawned-worker.ts';
import { serveLanguage } from '../../workers/language/language.ts';
import { servePainter } from '../../workers/painter/painter.ts';
import type { BundleLocation } from '../../workers/protocol.ts';
import { ortWithThreads } from '../ort.ts';
import { listenOnFreePort, type StaticSite, serveFolders } from '../static-server.ts';

/** A session that is still to be opened, and where its bundle is. */
export interface StartedSession {
  readonly session: ModelSession;
  readonly location: BundleLocation;
}

export async function startInNode(directory: string, threads: number): Promise<StartedSession> {
  const ort = ortWithThreads(threads);
  // While wasm computes this thread answers nobody: a connection that is kept for the next file would time out meanwhile.
  const headers = () => ({ Connection: 'close' });
  const site: StaticSite = { prefix: '/', folder: directory, links: 'followed', headers };
  const server = await listenOnFreePort(serveFolders([site]), 0);
  const loadOrt = async () => ort;
  const workers = {
    spawnLanguage: () => inThisThread(serveLanguage(loadOrt)),
    spawnPainter: () => inThisThread(servePainter(loadOrt)),
    loading: 'one by one',
  } as const;
  const session = createModelSession(workers, () => 'wasm');
  const close = async () => {
    await session.close();
    await server.close();
  };
  return { session: { ...session, close }, location: { kind: 'http', base: `http://localhost:${server.port}/` } };
}

/** It lives as long as this thread. */
function inThisThread<Service extends { close(): Promise<unknown> }>(service: Service): SpawnedWorker<Service> {
  return { service, onDeath: () => undefined, end: async () => void (await service.close()) };
}
