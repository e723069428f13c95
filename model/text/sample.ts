/**
 * The next token from its logits, in the order that transformers' generation pins down: banned ids, repetition penalty, and
 * only when sampling: temperature, top-k, top-p, softmax (docs/reference.md, "Sampling text").
 */
import { fail } from '../failure.ts';
import { settingRanges } from '../setting-ranges.ts';

export type Choice =
  | { readonly kind: 'greedy' }
  | {
      readonly kind: 'sampled';
      /** Above zero. */
      readonly temperature: number;
      /** How many of the largest logits stay possible, ties with the last included; 0 keeps all. */
      readonly topK: number;
      /** The smallest set of ids with at least this probability stays possible, 0 … 1; 1 keeps all. */
      readonly topP: number;
    };

export interface SamplingSettings {
  readonly choice: Choice;
  /** Divides positive logits of ids already seen and multiplies negative ones; 1 changes nothing. */
  readonly repetitionPenalty: number;
}

/** What a token is chosen from besides its logits. */
export interface SamplingContext {
  /** Ids of the prompt and the reply so far; how often they occur does not matter. */
  readonly seen: Iterable<number>;
  /** Ids that have no chance, for instance EOI always. */
  readonly banned: readonly number[];
}

/**
 * Chooses an id. `uniform` gives numbers in [0, 1) and is asked once, and only when sampling.
 *
 * @throws RUN_FAILED where a logit is NaN; SETTING_RANGE for sampling at a temperature that is not above zero
 */
export function chooseToken(
  logits: Float32Array,
  context: SamplingContext,
  settings: SamplingSettings,
  uniform: () => number,
): number {
  const scores = possibleScores(logits, context, settings);
  return settings.choice.kind === 'greedy' ? largestAt(scores) : pick(softmax(scores), uniform());
}

/** Scores [vocab] a token is drawn from, −Infinity for ids without a chance: choosing greedily, for all but one. */
export function possibleScores(
  logits: Float32Array,
  context: SamplingContext,
  { choice, repetitionPenalty }: SamplingSettings,
): Float32Array {
  const scores = penalised(logits, context, repetitionPenalty);
  if (choice.kind === 'sampled') return restricted(scores, choice);
  const best = largestAt(scores);
  return scores.map((score, id) => (id === best ? score : -Infinity));
}

function penalised(logits: Float32Array, { seen, banned }: SamplingContext, penalty: number): Float32Array {
  // NaN loses every comparison: a broken device would answer in nonsense instead of failing.
  if (logits.some(Number.isNaN)) fail('RUN_FAILED', { graph: 'text_projector', reason: 'logits: NaN' });
  const scores = logits.slice();
  for (const id of banned) if (id < scores.length) scores[id] = -Infinity;
  if (penalty !== 1) {
    for (const id of new Set(seen)) {
      const score = scores[id];
      if (score !== undefined) scores[id] = score < 0 ? score * penalty : score / penalty;
    }
  }
  return scores;
}

/** The first of the largest. */
function largestAt(scores: Float32Array): number {
  let best = 0;
  for (let id = 1; id < scores.length; id += 1) {
    if ((scores[id] ?? 0) > (scores[best] ?? 0)) best = id;
  }
  return best;
}

function restricted(
  scores: Float32Array,
  { temperature, topK, topP }: Choice & { readonly kind: 'sampled' },
): Float32Array {
  if (!(temperature > 0))
    fail('SETTING_RANGE', { setting: 'temperature', value: temperature, ...settingRanges.temperature });
  const scaled = scores.map((score) => score / temperature);
  if (topK > 0 && topK < scaled.length) keepLargest(scaled, topK);
  if (topP < 1) keepNucleus(scaled, topP);
  return scaled;
}

function keepLargest(scores: Float32Array, count: number): void {
  const threshold = scores.slice().sort().at(-count) ?? -Infinity;
  for (let id = 0; id < scores.length; id += 1) if ((scores[id] ?? 0) < threshold) scores[id] = -Infinity;
}

/** Removes the least likely ids as long as what stays has probability `topP`; of equals the first go first, one always stays. */
function keepNucleus(scores: Float32Array, topP: number): void {
  const ascending = scores.slice().sort();
  const probabilities = softmax(ascending);
  let total = 0;
  let removed = 0;
  for (; removed < ascending.length - 1; removed += 1) {
    total += probabilities[removed] ?? 0;
    if (total > 1 - topP) break;
  }
  const threshold = ascending[removed] ?? -Infinity;
  let equals = removed - ascending.indexOf(threshold);
  for (let id = 0; id < scores.length; id += 1) {
    const score = scores[id] ?? 0;
    const goes = score < threshold || (score === threshold && equals > 0);
    if (score === threshold) equals -= 1;
    if (goes) scores[id] = -Infinity;
  }
}

/** Probabilities of scores. */
export function softmax(scores: Float32Array): Float32Array {
  const largest = scores[largestAt(scores)] ?? 0;
  const exponentials = scores.map((score) => Math.exp(score - largest));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}

/** The id in whose share of [0, 1) `uniform` lies. */
function pick(probabilities: Float32Array, uniform: number): number {
  const total = probabilities.reduce((sum, value) => sum + value, 0);
  let rest = uniform * total;
  let last = 0;
  for (let id = 0; id < probabilities.length; id += 1) {
    const share = probabilities[id] ?? 0;
    if (share === 0) continue;
    if (rest < share) return id;
    rest -= share;
    last = id;
  }
  return last;
}
