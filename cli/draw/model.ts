/** A bundle that is ready to speak and to paint, on the device that was asked for. */
import { join } from 'node:path';
import { manifestFile, parseManifest } from '../../model/bundle/manifest.ts';
import type { ModelSession } from '../../session/model-session.ts';
import type { Opened } from '../../workers/protocol.ts';
import { readNamed, requireBundle } from '../files.ts';
import type { Device } from './device.ts';
import { type StartedSession, startInNode } from './node-workers.ts';
import { say } from './notices.ts';

export interface OpenModel {
  readonly opened: Opened;
  readonly session: ModelSession;
}

/** On the terminal nobody presses Stop: an interrupt ends the process. */
export const neverStopped: AbortSignal = new AbortController().signal;

/**
 * @param directory of the bundle
 * @throws FILE_UNREADABLE, LINK_DANGLING, and what opening its files finds
 */
export async function openModel(device: Device, directory: string): Promise<OpenModel> {
  await requireBundle(directory);
  const { session, location } = await startOn(device, directory);
  session.subscribe((event) => {
    if (event.type === 'reopened' && event.opened.device.notice === 'FLOAT16_DROPPED')
      say((words) => words.float16Dropped);
  });
  try {
    return { opened: await session.open(location), session };
  } catch (error) {
    await session.close();
    throw error;
  }
}

/** @throws FILE_UNREADABLE, LINK_DANGLING, and what is wrong with its manifest */
export async function nameOfBundle(directory: string): Promise<string> {
  await requireBundle(directory);
  return parseManifest(await readNamed(join(directory, manifestFile))).name;
}

async function startOn(device: Device, directory: string): Promise<StartedSession> {
  if (device.kind === 'wasm') return startInNode(directory, device.threads);
  // The bundler and the browser's driver take a while to load.
  const { startInChrome } = await import('./chrome-workers.ts');
  return startInChrome(directory);
}
