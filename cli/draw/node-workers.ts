/** The workers' code in this process, on the wasm provider. */
import { createModelSession, type ModelSession } from '../../session/model-session.ts';
import type { SpawnedWorker } from '../../session/spawned-worker.ts';
import { serveLanguage } from '../../workers/language/language.ts';
import { servePainter } from '../../workers/painter/painter.ts';
import type { BundleLocation } from '../../workers/protocol.ts';
import { ortWithThreads } from '../ort.ts';
import { openInTerminal } from './terminal-locations.ts';

/** A session that is still to be opened, and where its bundle is. */
export interface StartedSession {
  readonly session: ModelSession;
  readonly location: BundleLocation;
}

export function startInNode(directory: string, threads: number): StartedSession {
  const ort = ortWithThreads(threads);
  const surroundings = { loadOrt: async () => ort, openLocation: openInTerminal };
  const workers = {
    spawnLanguage: () => inThisThread(serveLanguage(surroundings)),
    spawnPainter: () => inThisThread(servePainter(surroundings)),
    loading: 'one by one',
  } as const;
  return { session: createModelSession(workers, () => 'wasm'), location: { kind: 'folder', path: directory } };
}

/** It lives as long as this thread. */
function inThisThread<Service extends { close(): Promise<unknown> }>(service: Service): SpawnedWorker<Service> {
  return { service, onDeath: () => undefined, end: async () => void (await service.close()) };
}
