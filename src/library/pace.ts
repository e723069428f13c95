/** How long what an ability does over and over takes on this device, in words: a token, or a step of denoising. */
import type { AbilityPlan } from '../../model/bundle/fit.ts';
import type { Ability } from '../../model/bundle/installables.ts';
import {
  type CountedSizes,
  passSeconds,
  stepPass,
  streamedSeconds,
  type Throughput,
  tokenPass,
} from '../../model/bundle/operations.ts';
import { byteText } from '../../words/byte-text.ts';
import type { PageWords } from '../../words/words.ts';

/** What was measured here. */
export interface Measured {
  readonly throughput: Throughput;
  /** Bytes a second that the model is read with; null where that is not known. */
  readonly readingRate: number | null;
}

export function paceOf(
  ability: Ability,
  { fit, reads }: AbilityPlan,
  counted: CountedSizes,
  { throughput, readingRate: rate }: Measured,
  words: PageWords['expectedTime'],
): string | null {
  if (fit === 'too large') return null;
  const isChat = ability === 'chat';
  const pass = isChat
    ? tokenPass(counted)
    : stepPass(counted, ability === 'draw' ? 'generation' : 'editing', counted.size);
  const say = isChat ? words.token : words.step;
  if (reads === 0) return say(passSeconds(pass, throughput), 'about');
  if (rate !== null) return say(streamedSeconds(pass, throughput, { reads, rate }), 'about');
  return words.reading(say(passSeconds(pass, throughput), 'at least'), byteText(reads));
}
