/** A bundle draws the same pixels wherever it lies: beside the page, in the browser's private files, in a folder that was opened. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { openChrome } from '../../cli/chrome.ts';
import { nano } from '../../cli/nano.ts';
import { type PageServer, startPageServer } from '../../cli/page-server.ts';
import type { Drawing, JobId, PaintRequest, Seed } from '../../workers/protocol.ts';
import { writePaddedBundle } from '../helpers/padded-bundle.ts';

const grid = [1, 18, 18] as const;
const data = Float32Array.from({ length: 81 * 192 }, (_, at) => Math.sin(at));
const drawing: Drawing = { target: { data, hidden: 192, grid }, reference: null, decoder: 'generation' };
const settings = { steps: 2, guidance: 3.5, cfg: 1, negative: '', start: null };
const order: PaintRequest = { job: 'job' as JobId, seed: '7' as Seed, drawing, width: 64, height: 64, ...settings };

type Kind = 'http' | 'opfs' | 'directory' | 'files';
type Chrome = Awaited<ReturnType<typeof openChrome>>;

/** Puts the files of an address into a folder of the private file system. */
async function install(chrome: Chrome, base: string, folder: string, names: readonly string[]): Promise<void> {
  await chrome.ask((page) =>
    page.evaluate(
      async ([from, to, files]) => {
        const root = await navigator.storage.getDirectory();
        const directory = await root.getDirectoryHandle(to, { create: true });
        for (const name of files) {
          const file = await (await directory.getFileHandle(name, { create: true })).createWritable();
          await file.write(await (await fetch(from + name)).blob());
          await file.close();
        }
      },
      [base, folder, names] as const,
    ),
  );
}

/** The hash of the pixels that a bundle draws from there. */
async function draw(chrome: Chrome, kind: Kind, base: string, folder: string): Promise<string> {
  const painted = await chrome.ask((page) =>
    page.evaluate(
      async ([where, from, name, request]) => {
        const handle = await (await navigator.storage.getDirectory()).getDirectoryHandle(name);
        const files = [];
        for await (const path of handle.keys()) {
          files.push({ path, file: await (await handle.getFileHandle(path)).getFile() });
        }
        const places = {
          http: { kind: 'http', base: from },
          opfs: { kind: 'opfs', path: [name] },
          directory: { kind: 'directory', handle },
          files: { kind: 'files', files },
        } as const;
        const opened = await window.nexusModel.open(places[where]);
        return opened.ok ? window.nexusModel.paint(request) : opened;
      },
      [kind, base, folder, order] as const,
    ),
  );
  if (!painted.ok) throw new Error(`${kind} ${folder}: ${JSON.stringify(painted.failure)}`);
  return createHash('sha256').update(Buffer.from(painted.result.data)).digest('hex');
}

let server: PageServer;
let work = '';
let bundles = { small: '', large: '' };
test.beforeAll(async () => {
  server = await startPageServer(fileURLToPath(new URL('../../cli/page', import.meta.url)));
  work = await mkdtemp(join(tmpdir(), 'nexus-gen-padded-'));
  await writePaddedBundle(nano, work, ['autoencoder_decode-1.bin', 'generation_flux-1.bin', 'transformer-1.bin']);
  bundles = { small: server.publish(nano), large: server.publish(work) };
});
test.afterAll(async () => {
  await server.close();
  await rm(work, { recursive: true });
});

const everywhere: readonly Kind[] = ['http', 'opfs', 'directory', 'files'];
const draws = {
  wasm: { small: everywhere, large: everywhere },
  // Slow in software: a stream, and reads at once.
  webgpu: { small: ['http'], large: ['http', 'opfs'] },
} as const;

for (const device of ['wasm', 'webgpu'] as const) {
  test(`nano draws the same pixels from each place on ${device}, its shards small or large`, async ({ baseURL: _ }) => {
    const chrome = await openChrome(`${server.url}?device=${device}`);
    try {
      await chrome.ask((page) => page.exposeFunction('nexusEvent', () => undefined));
      const pixels: string[] = [];
      for (const folder of ['small', 'large'] as const) {
        const base = bundles[folder];
        await install(chrome, base, folder, await readdir(nano));
        for (const kind of draws[device][folder]) pixels.push(await draw(chrome, kind, base, folder));
      }
      expect(pixels.length).toBe(device === 'wasm' ? 8 : 3);
      expect(pixels).toEqual(pixels.map(() => pixels[0]));
    } finally {
      await chrome.close();
    }
  });
}
