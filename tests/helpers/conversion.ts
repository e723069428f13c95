/** Conversions of the tiny checkpoint, without the text encoders' arithmetic. */
import { type ConversionPlan, planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import type { GraphRunner } from '../../model/bundle/graph-runner.ts';
import type { BundlePrecision } from '../../model/bundle/precision.ts';
import { openTokenizer } from '../../workers/language/words-tokenizer.ts';
import { hashing, MemorySink } from './memory-sink.ts';
import { quantiser } from './quantiser.ts';
import { bytesFolder } from './sources.ts';
import { tinyCheckpoint } from './tiny-checkpoint.ts';

export const files = tinyCheckpoint();
const folder = bytesFolder(files);
/** Stands for the text encoders where only their place in the bundle matters. */
const countingRunner: GraphRunner = {
  run: async (graph, _, feeds) => {
    const [output] = graph.outputs;
    const { shape: [steps = 1] = [] } = feeds.time ?? feeds.conditioning ?? {};
    const shape = output?.shape.map((size) => (typeof size === 'number' ? size : steps)) ?? [];
    return new Float32Array(shape.reduce((product, size) => product * size, 1)).fill(0.5);
  },
};
export const tools = { ...hashing, runner: countingRunner, openTokenizer, quantiser, progress: () => undefined };

const plans = new Map<BundlePrecision, ConversionPlan>();

export async function converted(precision: BundlePrecision, sink = new MemorySink()): Promise<MemorySink> {
  const plan = plans.get(precision) ?? (await planConversion([folder], precision));
  plans.set(precision, plan);
  await convert(plan, sink, tools);
  return sink;
}

export const languageFiles = new Map(
  [...files].filter(([path]) => path.startsWith('Nexus-GenV2/model') || path.endsWith('V2/config.json')),
);
