/** FLUX blocks in onnxruntime's native WebGPU provider, on the driver that Chrome uses. */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { findChrome } from '../../cli/chrome.ts';
import { loadNativeOrt } from '../../cli/ort.ts';
import { gatherGraph } from '../../workers/gpu/graph-file.ts';
import type { Ort } from '../../workers/gpu/ort-library.ts';
import { type BlockName, blockFeeds, blockGraph, blockNames, blockWeights } from './block-graph.ts';

export interface NativeBlocks {
  readonly kind: 'present';
  /** Milliseconds from the inputs on the host to the outputs on the host. */
  run(name: BlockName): Promise<number>;
  release(): Promise<void>;
}

/** onnxruntime-node is not installed, or finds no graphics driver, or not the one that Chrome uses. */
export interface NoNativeBlocks {
  readonly kind: 'absent';
  readonly reason: string;
}

/** @param adapter of Chrome */
export async function openNativeBlocks(adapter: string): Promise<NativeBlocks | NoNativeBlocks> {
  // Vulkan's loader reads this when onnxruntime first loads it.
  if (/swiftshader/i.test(adapter)) {
    const driver = await softwareDriver();
    if (driver === null) return { kind: 'absent', reason: "Chrome's software driver lies nowhere it is known to" };
    process.env.VK_ICD_FILENAMES = driver;
  }
  const native = await loadNativeOrt();
  if (native === null) return { kind: 'absent', reason: 'it is not installed' };
  const sessions = new Map<BlockName, Session>();
  try {
    for (const name of blockNames) sessions.set(name, await load(native, name));
  } catch (error) {
    return { kind: 'absent', reason: error instanceof Error ? error.message : String(error) };
  }
  return nativeBlocks(native, sessions);
}

type Session = Awaited<ReturnType<Ort['InferenceSession']['create']>>;

async function load(native: Ort, name: BlockName): Promise<Session> {
  const graph = blockGraph(name);
  const { bytes, external } = await gatherGraph(graph, blockWeights(graph));
  return native.InferenceSession.create(bytes, { executionProviders: ['webgpu'], externalData: [...external] });
}

function nativeBlocks(native: Ort, sessions: ReadonlyMap<BlockName, Session>): NativeBlocks {
  return {
    kind: 'present',
    async run(name) {
      const feeds = Object.entries(blockFeeds(blockGraph(name))).map(
        ([input, { type, data, shape }]) => [input, new native.Tensor(type, data, shape)] as const,
      );
      const begin = performance.now();
      await sessions.get(name)?.run(Object.fromEntries(feeds));
      return performance.now() - begin;
    },
    async release() {
      for (const session of sessions.values()) await session.release();
    },
  };
}

/** The description of the software driver that lies beside Chrome. */
async function softwareDriver(): Promise<string | null> {
  const chrome = await findChrome();
  const folders = [...(chrome === undefined ? [] : [dirname(chrome)]), '/usr/lib/chromium', '/opt/google/chrome'];
  for (const folder of folders) {
    const path = join(folder, 'vk_swiftshader_icd.json');
    const found = await access(path).then(
      () => true,
      () => false,
    );
    if (found) return path;
  }
  return null;
}
