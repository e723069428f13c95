import { readClipConfig, readT5Config } from '../../../model/config/text-encoders.ts';
import { type BuiltGraph, exactOptions } from '../../../model/onnx/graph.ts';
import { clip } from '../../../model/pieces/clip.ts';
import { t5 } from '../../../model/pieces/t5.ts';
import { relativeBuckets } from '../../../model/tables/relative-buckets.ts';
import { type HostTensor, hostTensor, type Runtime } from '../../../workers/gpu/runtime.ts';
import type { Component, GoldenCase } from '../component.ts';
import { int32Input, int32Rows } from './inputs.ts';

/** CLIP's final-norm state at the first end token. */
export const clipPooled: Component = async (golden, runtime) => {
  const config = readClipConfig(golden.config);
  const ids = int32Input(golden, 'input_ids');
  const feeds = { input_ids: int32Rows(ids), end_index: int32Rows([ids.indexOf(config.eos)]) };
  const pooled = await runOnce(golden, runtime, clip(config, exactOptions), feeds, 'pooled');
  const vector = hostTensor(pooled.type, [config.hidden], pooled.data);
  return { outputs: new Map([['pooled', vector]]), computedBy: 'graph' };
};

export const t5Encoder: Component = async (golden, runtime) => {
  const config = readT5Config(golden.config);
  const ids = int32Input(golden, 'input_ids');
  const buckets = int32Rows(relativeBuckets(ids.length, config), [ids.length, ids.length]);
  const graph = t5(config, ids.length, exactOptions);
  const hidden = await runOnce(golden, runtime, graph, { input_ids: int32Rows(ids), buckets }, 'hidden');
  return { outputs: new Map([['hidden', hidden]]), computedBy: 'graph' };
};

async function runOnce(
  golden: GoldenCase,
  runtime: Runtime,
  graph: BuiltGraph,
  feeds: Readonly<Record<string, HostTensor>>,
  output: string,
): Promise<HostTensor> {
  const program = await runtime.build(graph, golden.weights);
  try {
    const result = (await program.run(feeds, { [output]: 'host' }))[output];
    if (result?.place !== 'host') throw new Error(`${graph.name} did not answer ${output}`);
    return result;
  } finally {
    await program.release();
  }
}
