/** Measures on WebGPU, in a worker as the model's own are. */
import { BlockRunner } from '../bench/block-graph.ts';
import { answerOf } from '../bench/piece-answer.ts';
import { runtimeSuites } from '../bench/runtime-suites.ts';
import { answering } from './answering.ts';
import type { Benched, BenchRequest } from './messages.ts';

let blocks: BlockRunner | undefined;

answering(async (order: BenchRequest, runtime): Promise<Benched> => {
  if (order.kind === 'suite') {
    const rows = await runtimeSuites[order.suite].measure(runtime, order.cases, () => undefined);
    return { kind: 'suite', rows };
  }
  if (order.kind === 'answer') return { kind: 'answer', outputs: await answerOf(runtime, order.asked) };
  blocks ??= new BlockRunner(runtime);
  return { kind: 'block', milliseconds: await blocks.run(order.block), adapter: runtime.report.adapter };
});
