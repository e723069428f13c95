/** Does this device compute rightly? Two small graphs against stored answers, at every start. */
import type { BuiltGraph } from '../../model/onnx/graph.ts';
import type { Runtime } from './runtime.ts';
import { attentionAnswers, productAnswers } from './self-test.table.ts';
import { attentionFeeds, attentionTest, productFeeds, productTest, readProductWeight } from './self-test-graphs.ts';

/** Largest error that rounding explains; the faults this looks for are of the answers' own size. */
const tolerance = { float32: 1e-3, float16: 3e-2 } as const;

export type SelfTest = 'passed' | 'attention is wrong' | 'quantised product is wrong';

export async function selfTest(runtime: Runtime): Promise<SelfTest> {
  const { activations } = runtime.report;
  const { attended } = await answerOf(runtime, attentionTest(activations), attentionFeeds(), 'attended');
  if (!agrees(attended, attentionAnswers, tolerance[activations])) return 'attention is wrong';
  const { product } = await answerOf(runtime, productTest(activations), productFeeds(), 'product');
  return agrees(product, productAnswers, tolerance[activations]) ? 'passed' : 'quantised product is wrong';
}

async function answerOf(runtime: Runtime, graph: BuiltGraph, feeds: ReturnType<typeof productFeeds>, output: string) {
  const program = await runtime.build(graph, readProductWeight);
  try {
    return await program.run(feeds, { [output]: 'host' });
  } finally {
    await program.release();
  }
}

type Answers = typeof attentionAnswers;
type Result = Awaited<ReturnType<Awaited<ReturnType<Runtime['load']>>['run']>>[string];

function agrees(result: Result | undefined, answers: Answers, limit: number): boolean {
  if (result?.place !== 'host') return false;
  return answers.every(([index, value]) => Math.abs(Number(result.data[index]) - value) <= limit);
}
