/** The tiny bundle that the browser tests run on, made as `nexus convert` makes one. */
import { nodeHashing } from '../../cli/bundle-sink.ts';
import { ort } from '../../cli/ort.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import type { BundleSink } from '../../model/bundle/sink.ts';
import { graphRunner } from '../../workers/gpu/graph-runner.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openTokenizer } from '../../workers/language/words-tokenizer.ts';
import { drawingCheckpoint } from './drawing-checkpoint.ts';
import { quantiser } from './quantiser.ts';
import { bytesFolder } from './sources.ts';

/** @param negativeTexts negative prompts that it holds beside the empty one */
export async function writeDrawingBundle(
  sink: BundleSink,
  checkpoint = drawingCheckpoint(),
  negativeTexts: readonly string[] = [],
): Promise<void> {
  const runtime = new WasmRuntime(ort);
  try {
    const plan = await planConversion([bytesFolder(checkpoint)], 'q4', { negativeTexts });
    await convert(plan, sink, {
      ...nodeHashing,
      runner: graphRunner(runtime),
      openTokenizer,
      quantiser,
      progress: () => undefined,
    });
  } finally {
    await runtime.close();
  }
}
