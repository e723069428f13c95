/** Memory of the graphics card: every buffer has an owner, pictures leave nothing behind, and nothing is left at the end. */
import { fileURLToPath } from 'node:url';
import { expect, test } from '@playwright/test';
import { openChrome } from '../../cli/chrome.ts';
import { startPageServer } from '../../cli/page-server.ts';
import type { Drawing, JobId, PaintRequest, Seed } from '../../workers/protocol.ts';

const bundle = fileURLToPath(new URL('../../.cache/browser-models/tiny', import.meta.url));

const target = { data: Float32Array.from({ length: 4 * 64 }, (_, at) => Math.sin(at)), hidden: 64, grid: [1, 4, 4] };
const drawing: Drawing = { target: { ...target, grid: [1, 4, 4] }, reference: null, decoder: 'generation' };

function order(seed: number): PaintRequest {
  const size = { width: 32, height: 32 };
  const settings = { steps: 2, guidance: 3.5, cfg: 2, negative: '', start: null };
  return { job: 'job' as JobId, seed: String(seed) as Seed, drawing, ...size, ...settings };
}

test('does not grow from picture to picture, keeps to its plan, and is given back', async ({ baseURL: _ }) => {
  const server = await startPageServer(fileURLToPath(new URL('../../cli/page', import.meta.url)));
  const chrome = await openChrome(server.url);
  try {
    const memory = () => chrome.ask((page) => page.evaluate(() => window.nexusModel.memory()));
    const paint = (seed: number) =>
      chrome.ask((page) => page.evaluate((sent) => window.nexusModel.paint(sent), order(seed)));
    const location = { kind: 'http', base: server.publish(bundle) } as const;
    await chrome.ask((page) => page.exposeFunction('nexusEvent', () => undefined));
    const opened = await chrome.ask((page) => page.evaluate((from) => window.nexusModel.open(from), location));
    expect(opened).toMatchObject({ ok: true, result: { device: { device: 'webgpu' }, memory: { residency: 'both' } } });

    for (const seed of [1, 2]) expect(await paint(seed)).toMatchObject({ ok: true });
    const { painter } = await memory();
    const owners = ['autoencoder_decode', 'generation decoder', 'generation_adapter', 'onnxruntime'];
    expect(Object.keys(painter.owners)).toEqual(expect.arrayContaining(owners));
    for (const seed of [3, 4, 5, 6, 7, 8]) await paint(seed);
    expect((await memory()).painter).toEqual(painter);
    if (opened.ok) expect(painter.peak).toBeLessThanOrEqual(opened.result.memory.painterBytes ?? 0);

    await chrome.ask((page) => page.evaluate(() => window.nexusModel.close()));
    const { language, painter: closed } = await memory();
    expect([language.owners, closed.owners]).toEqual([{}, {}]);
  } finally {
    await chrome.close();
    await server.close();
  }
});
