/** A graph just built as a loadable file: its weights gathered into one piece of external data. */
import type { BuiltGraph } from '../../model/onnx/graph.ts';
import { storedBytes } from '../../model/onnx/stored.ts';
import { type Location, writeModel } from '../../model/onnx/write.ts';
import type { GraphFile, ReadStored } from './runtime.ts';

const externalName = 'weights';
/** Tensors begin at multiples of this many bytes. */
const alignment = 64;

export interface GatheredGraph extends GraphFile {
  readonly external: readonly { readonly path: string; readonly data: Uint8Array }[];
}

export async function gatherGraph(graph: BuiltGraph, readStored: ReadStored): Promise<GatheredGraph> {
  const stored = graph.weightPlacement === 'file' ? graph.weights.flatMap((weight) => weight.stored) : [];
  const places = new Map<string, Location>();
  let end = 0;
  for (const tensor of stored) {
    const bytes = storedBytes(tensor);
    places.set(tensor.name, { file: externalName, offset: end, bytes });
    end = Math.ceil((end + bytes) / alignment) * alignment;
  }
  const data = new Uint8Array(end);
  for (const [name, { offset, bytes }] of places) data.set((await readStored(name)).subarray(0, bytes), offset);
  const bytes = writeModel(graph, (name) => places.get(name) ?? { file: externalName, offset: 0, bytes: 0 });
  return { name: graph.name, bytes, external: end > 0 ? [{ path: externalName, data }] : [] };
}
