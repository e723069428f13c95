/** What the language worker's build holds of onnxruntime, and what it loads of it. */
import { fileURLToPath } from 'node:url';
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, test } from 'vitest';
import { byteTokenizer } from '../../tools/checkpoint/byte-tokenizer.ts';
import config from '../../vite.config.ts';
import { createTokenizer } from '../../workers/language/tokenizer.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let chunks: readonly Rolldown.OutputChunk[] = [];
let assets: readonly string[] = [];

/** The worker as an entry of its own: Vite builds it just so, but says nothing of the chunks it makes then. */
beforeAll(async () => {
  const built = await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: config.worker?.plugins?.() ?? [],
    build: {
      ...config.build,
      write: false,
      minify: false,
      rolldownOptions: { input: fileURLToPath(new URL('../../workers/language/language.worker.ts', import.meta.url)) },
    },
  });
  if (Array.isArray(built) || !('output' in built)) throw new Error('more than one build');
  chunks = built.output.filter((file) => file.type === 'chunk');
  assets = built.output.filter((file) => file.type === 'asset').map(({ fileName }) => fileName);
}, 180_000);

const nameOf = (module: string) => module.replace(/^.*node_modules\//, '').replace(/\?.*$/, '');
const runtimesIn = ({ moduleIds }: Rolldown.OutputChunk) =>
  moduleIds.map(nameOf).filter((id) => /^onnxruntime.*js$/.test(id));

/** A chunk with all that comes at once with it. */
function withImports(chunk: Rolldown.OutputChunk): readonly Rolldown.OutputChunk[] {
  const all = new Set([chunk]);
  for (const { imports } of all) {
    for (const other of chunks) if (imports.includes(other.fileName)) all.add(other);
  }
  return [...all];
}

describe('the language worker as it is built', () => {
  test('holds one onnxruntime-web, in the two variants that a browser may need', () => {
    expect(chunks.flatMap(runtimesIn).sort()).toEqual([
      'onnxruntime-web/dist/ort.jspi.bundle.min.mjs',
      'onnxruntime-web/dist/ort.webgpu.bundle.min.mjs',
    ]);
    const wasm = assets.filter((name) => name.endsWith('.wasm')).map((name) => name.replace(/^.*\/|-[^-]*$/g, ''));
    expect(wasm.sort()).toEqual(['ort-wasm-simd-threaded.asyncify', 'ort-wasm-simd-threaded.jspi']);
  });

  test('loads one of them when it needs it, and transformers brings none along', () => {
    const transformers = chunks.filter((chunk) =>
      chunk.moduleIds.some((id) => id.includes('@huggingface/transformers')),
    );
    expect(transformers).toHaveLength(1);
    const starts = chunks.filter((chunk) => chunk.isEntry || transformers.includes(chunk));
    expect(starts).toHaveLength(2);
    expect(starts.flatMap(withImports).flatMap(runtimesIn)).toEqual([]);
    const runtimes = chunks.filter((chunk) => runtimesIn(chunk).length > 0);
    expect(runtimes.map((chunk) => withImports(chunk).flatMap(runtimesIn).length)).toEqual([1, 1]);
  });

  test('gives transformers the runtime that the worker loads', () => {
    const [transformers] = chunks.filter(({ moduleIds }) => moduleIds.some((id) => id.includes('@huggingface/')));
    const together = transformers === undefined ? [] : withImports(transformers).flatMap(({ moduleIds }) => moduleIds);
    const ours = together.filter((id) => id.startsWith(root)).map((id) => id.slice(root.length));
    expect(ours.filter((id) => !id.startsWith('node_modules/')).sort()).toEqual([
      // How the runtime's file arrives, or does not.
      'model/bytes.ts',
      'model/failure.ts',
      'workers/download.ts',
      'workers/gpu/engine-file.ts',
      'workers/ort-for-transformers.ts',
      'workers/ort.ts',
    ]);
  });

  test('names no content network', () => {
    const hosts = /cdn\.jsdelivr\.net|unpkg\.com|cdnjs\.cloudflare\.com|esm\.sh/;
    expect(chunks.filter(({ code }) => hosts.test(code)).map(({ fileName }) => fileName)).toEqual([]);
  });
});

describe('a tokenizer in Node', () => {
  test('needs no native add-on', async () => {
    const tokenizer = await createTokenizer(byteTokenizer([]).json);
    expect(tokenizer.decode(tokenizer.encode('words', 'plain'), 'keep')).toBe('words');
    const { sharedObjects }: { sharedObjects: string[] } = JSON.parse(JSON.stringify(process.report.getReport()));
    expect(sharedObjects.filter((path) => /onnxruntime|sharp|vips/.test(path))).toEqual([]);
  });

  test('looks for nothing on another host or in a folder', async () => {
    await createTokenizer(byteTokenizer([]).json);
    const { env } = await import('#transformers');
    expect([env.allowRemoteModels, env.allowLocalModels]).toEqual([false, false]);
  });
});
