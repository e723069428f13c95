/** Which negative prompts a bundle draws with. */
import type { BundleSummary } from '../workers/protocol.ts';

/** Whether CFG can be another than 1. */
export function servesCfg({ negatives }: Pick<BundleSummary, 'negatives'>): boolean {
  return negatives.includes('');
}

/** Whether the decoders have the layers that words need, since tables are of the empty prompt. */
export function servesWords({ decoders, schedules }: Pick<BundleSummary, 'decoders' | 'schedules'>): boolean {
  return decoders.every((decoder) => schedules[decoder] === null);
}

/** The empty one first. */
export function servedNegatives(
  bundle: Pick<BundleSummary, 'negatives' | 'decoders' | 'schedules'>,
): readonly string[] {
  return servesWords(bundle) ? bundle.negatives : bundle.negatives.filter((text) => text === '');
}
