/** Bytes of what a person wants of an offer. */
import { extras, type Installable, wantedBytes } from '../../model/bundle/installables.ts';
import type { Offer } from '../../workers/library/protocol.ts';
import type { InstallOrder } from '../state/library.ts';

export interface Amounts {
  /** Of all that will be there. */
  readonly kept: number;
  /** Of those, still to be kept. */
  readonly still: number;
  /** Read of the source for these. */
  readonly passes: number;
  /** Kept beside them for a time, at most. */
  readonly beside: number;
}

export function amountsOf(offer: Offer, { wanted, negativeTexts }: InstallOrder): Amounts {
  const { bytes, missing, passing, beside } = offer;
  const all = addedBy(offer, extras);
  const added = addedBy(offer, wanted);
  const words = wordsOf(offer, negativeTexts.length);
  const leftAbilities = bytes - wantedBytes(offer, [...wanted, ...extras]);
  const missingAbilities = Math.max(0, missing - all.bytes);
  const still = Math.max(0, missingAbilities - leftAbilities);
  // What negative prompts are is little, and gigabytes pass for it.
  const share = missingAbilities === 0 ? 0 : still / missingAbilities;
  return {
    kept: wantedBytes(offer, wanted) + words.held + words.bytes,
    still: still + added.bytes + words.bytes,
    passes: Math.max(0, passing - all.passing) * share + added.passing + words.passing,
    beside: Math.max(beside, words.beside),
  };
}

function addedBy(offer: Offer, wanted: readonly Installable[]) {
  const added = extras.flatMap((extra) => (wanted.includes(extra) ? (offer.extras[extra] ?? []) : []));
  return {
    bytes: added.reduce((sum, { bytes }) => sum + bytes, 0),
    passing: added.reduce((sum, { passing }) => sum + passing, 0),
  };
}

/** Of so many more negative prompts: the encoders read each by itself. */
function wordsOf({ words }: Offer, count: number) {
  if (words === null) return { held: 0, bytes: 0, passing: 0, beside: 0 };
  const { held, cost } = words;
  const isMade = cost.from === 'encoders' && count > 0;
  return {
    held: held.length * cost.bytes,
    bytes: count * cost.bytes,
    passing: count * (cost.from === 'encoders' ? cost.takes : cost.bytes),
    beside: isMade ? cost.beside : 0,
  };
}

/** Bytes a second that come to be kept: of a checkpoint fewer than pass. */
export function rateOfKept({ rate, missing, passing }: Offer): number | null {
  return rate === null || passing === 0 ? rate : (rate * missing) / passing;
}
