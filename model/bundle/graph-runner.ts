/** Graphs that run once, at conversion: the model has no runtime, so whoever converts gives one. */
import type { BuiltGraph } from '../onnx/graph.ts';
import type { ReadWeight } from './computed-steps.ts';

/** A value fed to a graph at conversion. */
export type Feed =
  | { readonly type: 'int32'; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly type: 'float32'; readonly shape: readonly number[]; readonly data: Float32Array };

/** Runs a float32 graph once; given by whoever has a runtime, since the model has none. */
export interface GraphRunner {
  run(
    graph: BuiltGraph,
    readWeight: (name: string) => Promise<Uint8Array>,
    feeds: Readonly<Record<string, Feed>>,
    output: string,
  ): Promise<Float32Array>;
}

/**
 * The weights of a graph that takes them as inputs, in float32: they are in memory while it runs and no longer.
 *
 * @param prefix what the checkpoint's names have in front of the graph's
 */
export async function weightFeeds(
  { weights }: BuiltGraph,
  read: ReadWeight,
  prefix = '',
): Promise<Readonly<Record<string, Feed>>> {
  const feeds: Record<string, Feed> = {};
  for (const { declaration } of weights) {
    const { name, shape } = declaration;
    feeds[name] = { type: 'float32', shape, data: await read(prefix + name) };
  }
  return feeds;
}

/** For graphs that read no file. */
export const noFile = (name: string): Promise<Uint8Array> => Promise.reject(new RangeError(`${name} is fed`));
