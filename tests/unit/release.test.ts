/** What the build lists for the service worker, and what an installed page needs of it. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeRelease } from '../../tools/build/release.ts';
import { renderIcons } from '../../tools/icons/icons.ts';

const page = (version: string) => `<meta name="version" content="${version}" />`;
const published = new URL('../../public/', import.meta.url);
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nexus-gen-release-'));
  for (const inside of ['assets/library', 'models/nano']) await mkdir(join(folder, inside), { recursive: true });
  const files = {
    'index.html': page(''),
    'sw.js': 'worker();\n',
    _headers: '/*',
    'models/index.json': '{}',
    'models/nano/bundle.json': 'nano',
    'assets/main-1.js': 'main',
    'assets/library/library.worker-1.js': 'library',
    'assets/ort-wasm-simd-threaded.jspi-1.wasm': 'runtime',
    'assets/libheif-1.wasm': 'libheif',
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
});
afterAll(() => rm(folder, { recursive: true }));

test('lists each file once with its hash, as needed by everyone or by some', async () => {
  const { app, onUse } = await writeRelease(folder);
  expect(Object.keys(app).sort()).toEqual([
    'assets/libheif-1.wasm',
    'assets/library/library.worker-1.js',
    'assets/main-1.js',
    'index.html',
  ]);
  expect(Object.keys(onUse).sort()).toEqual(['assets/ort-wasm-simd-threaded.jspi-1.wasm', 'models/nano/bundle.json']);
  for (const [path, hash] of Object.entries({ ...app, ...onUse })) {
    const bytes = await readFile(join(folder, path));
    expect([path, hash]).toEqual([path, createHash('sha256').update(bytes).digest('hex')]);
  }
});

test('the same files are the same version, which the page knows too; others are another', async () => {
  const first = await writeRelease(folder);
  const script = await readFile(join(folder, 'sw.js'), 'utf8');
  expect(await writeRelease(folder)).toEqual(first);
  expect(await readFile(join(folder, 'sw.js'), 'utf8')).toBe(script);
  expect(script.split('\n')).toEqual([`self.release=${JSON.stringify(first)};`, 'worker();', '']);
  expect(await readFile(join(folder, 'index.html'), 'utf8')).toBe(page(first.version));
  await writeFile(join(folder, 'models/nano/bundle.json'), 'nano two');
  expect((await writeRelease(folder)).version).not.toBe(first.version);
});

test('the icons that are checked in are those of icon.svg, in the sizes that the manifest names', async () => {
  const manifest: { icons: { src: string; sizes: string }[] } = JSON.parse(
    await readFile(new URL('manifest.webmanifest', published), 'utf8'),
  );
  const named = manifest.icons.filter(({ src }) => src.endsWith('.png'));
  expect(named).toHaveLength(3);
  for (const { src, sizes } of named) {
    const { width, height } = await sharp(await readFile(new URL(src, published))).metadata();
    expect(`${width}x${height}`).toBe(sizes);
  }
  for (const [name, bytes] of await renderIcons()) {
    const pixels = (file: Buffer) => sharp(file).ensureAlpha().raw().toBuffer();
    const kept = await readFile(new URL(`icons/${name}`, published));
    expect((await pixels(kept)).equals(await pixels(bytes))).toBe(true);
  }
});
