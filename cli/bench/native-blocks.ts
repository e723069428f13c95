/** FLUX blocks in onnxruntime's native WebGPU provider, on the driver that Chrome uses. */
import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gatherGraph } from '../../workers/gpu/graph-file.ts';
import type { Ort } from '../../workers/ort-library.ts';
import { findChrome } from '../chrome.ts';
import { loadNativeOrt } from '../ort.ts';
import { type BlockName, blockFeeds, blockGraph, blockWeights } from './block-graph.ts';

export interface NativeBlocks {
  /** Milliseconds from the inputs on the host to the outputs on the host. */
  run(name: BlockName): Promise<number>;
  release(): Promise<void>;
}

/**
 * Null where onnxruntime-node is not installed, or cannot be given Chrome's driver.
 *
 * @param adapter of Chrome
 */
export async function openNativeBlocks(adapter: string): Promise<NativeBlocks | null> {
  // Vulkan's loader reads this when onnxruntime first loads it.
  if (/swiftshader/i.test(adapter)) {
    const driver = await softwareDriver();
    if (driver === null) return null;
    process.env.VK_ICD_FILENAMES = driver;
  }
  const native = await loadNativeOrt();
  return native && nativeBlocks(native);
}

type Session = Awaited<ReturnType<Ort['InferenceSession']['create']>>;

function nativeBlocks(native: Ort): NativeBlocks {
  const sessions = new Map<BlockName, Session>();
  const load = async (name: BlockName): Promise<Session> => {
    const graph = blockGraph(name);
    const { bytes, external } = await gatherGraph(graph, blockWeights(graph));
    const options = { executionProviders: ['webgpu'], externalData: [...external] };
    return native.InferenceSession.create(bytes, options);
  };
  return {
    async run(name) {
      const session = sessions.get(name) ?? (await load(name));
      sessions.set(name, session);
      const feeds = Object.entries(blockFeeds(blockGraph(name))).map(
        ([input, { type, data, shape }]) => [input, new native.Tensor(type, data, shape)] as const,
      );
      const begin = performance.now();
      await session.run(Object.fromEntries(feeds));
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
