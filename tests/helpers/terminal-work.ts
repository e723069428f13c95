/** A folder with a tiny bundle that draws, in which a test runs commands of the terminal. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { openSink } from '../../cli/bundle-sink.ts';
import { decodePicture } from '../../cli/draw/pictures.ts';
import { main } from '../../cli/nexus.ts';
import { writeDrawingBundle } from './drawing-bundle.ts';

/** There from the first test to the last. */
export function terminalWork() {
  const work = mkdtempSync(join(tmpdir(), 'nexus-work-'));
  const at = (name: string) => join(work, name);
  const bytes = (name: string) => new Uint8Array(readFileSync(at(name)));
  beforeAll(async () => writeDrawingBundle(await openSink(at('bundle'))));
  afterAll(() => rmSync(work, { recursive: true, force: true }));
  return {
    at,
    bytes,
    pixelsOf: (name: string) => decodePicture(name, bytes(name)),
    nexus: (...argv: string[]) => main([...argv, '--bundle', at('bundle'), '--threads', '1', '--quiet']),
  };
}
