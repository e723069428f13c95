import { draftSteps } from '../../session/draft-steps.ts';
import type { BundleSummary } from '../../workers/protocol.ts';
import { type Drafts, settingsOf } from './fields.ts';

/** Whether a bundle draws anything in fewer steps than the fields say. */
export function drawsInFewer(good: Drafts, bundle: BundleSummary): boolean {
  const { steps, guidance } = settingsOf(good, bundle);
  return bundle.decoders.some((decoder) => draftSteps(bundle.schedules, { decoder, guidance, steps }) !== null);
}
