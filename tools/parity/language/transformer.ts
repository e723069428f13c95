import { textPositions } from '../../../model/tables/token-positions.ts';
import type { HostTensor } from '../../../workers/gpu/runtime.ts';
import type { LanguageModel } from '../../../workers/language/model.ts';
import type { Component, GoldenCase } from '../component.ts';
import { float32Rows, int32Input, int32Rows, numberArgument, positionRows } from './inputs.ts';
import { greedySteps, lastRow, prefill, sequenceOf, withModel } from './sequence.ts';

/** A prompt in one pass; with `decode_steps` greedy steps behind it, with `followup_ids` those behind the steps. */
export const transformer: Component = (golden, runtime) =>
  withModel(golden, runtime, async (model, weights) => {
    const { vocab_size: vocabulary } = model.config;
    const sequence = sequenceOf(golden, model.config);
    const { hidden, logits } = await prefill(model, runtime, sequence);
    const outputs = new Map<string, HostTensor>([
      ['position_ids', positionRows(sequence.positions)],
      ['hidden', hidden],
      ['logits', float32Rows(logits, vocabulary)],
    ]);
    const layer0 = weights.probes.get('hidden_layer0');
    if (layer0) outputs.set('hidden_layer0', layer0);

    const steps = numberArgument(golden, 'decode_steps');
    if (steps !== null) {
      const written = await greedySteps(model, lastRow(logits, vocabulary), sequence.positions.next, steps, []);
      outputs.set('new_ids', int32Rows(written.ids));
      outputs.set('step_logits', float32Rows(written.logits, vocabulary));
      if (golden.inputs.has('followup_ids')) await followUp(golden, model, written.next, outputs);
    }
    return { outputs, computedBy: 'graph' };
  });

/** A later turn over the cache of the first. */
async function followUp(
  golden: GoldenCase,
  model: LanguageModel,
  next: number,
  outputs: Map<string, HostTensor>,
): Promise<void> {
  const ids = int32Input(golden, 'followup_ids');
  const positions = textPositions(next, ids.length);
  const rows = await model.weights.tokenRows(ids);
  const logits = await model.advance(rows, positions, (hidden) => model.logits(hidden, 0, ids.length));
  outputs.set('followup_position_ids', positionRows(positions));
  outputs.set('followup_logits', float32Rows(logits, model.config.vocab_size));
}
