/** Does this device compute rightly? Two small graphs against stored answers, at every start. */
import type { Runtime } from './runtime.ts';
import { attentionAnswers, productAnswers } from './self-test.table.ts';
import { attentionFeeds, attentionTest, productFeeds, productTest, readProductWeight } from './self-test-graphs.ts';

/** Largest error that rounding explains; the faults this looks for are of the answers' own size. */
const tolerance = { float32: 1e-3, float16: 3e-2 } as const;

export type SelfTest = 'passed' | 'attention is wrong' | 'quantised product is wrong';

export async function selfTest(runtime: Runtime): Promise<SelfTest> {
  const { activations } = runtime.report;
  const attention = await runtime.build(attentionTest(activations), readProductWeight);
  const product = await runtime.build(productTest(activations), readProductWeight);
  try {
    const { attended } = await attention.run(attentionFeeds(), { attended: 'host' });
    if (!agrees(attended, attentionAnswers, tolerance[activations])) return 'attention is wrong';
    const { product: result } = await product.run(productFeeds(), { product: 'host' });
    return agrees(result, productAnswers, tolerance[activations]) ? 'passed' : 'quantised product is wrong';
  } finally {
    await attention.release();
    await product.release();
  }
}

type Answers = typeof attentionAnswers;
type Result = Awaited<ReturnType<Awaited<ReturnType<Runtime['load']>>['run']>>[string];

function agrees(result: Result | undefined, answers: Answers, limit: number): boolean {
  if (result?.place !== 'host') return false;
  return answers.every(([index, value]) => Math.abs(Number(result.data[index]) - value) <= limit);
}
