/**
 * Generating a reply: token by token from the logits behind the prompt, and where the model comes to its BOI it imagines a picture
 * (paper, section 2.3). Stopped in the middle, what was written stays.
 */

import type { NexusConfig } from '../../model/config/nexus.ts';
import { fail, failureOf } from '../../model/failure.ts';
import { uniformGenerator } from '../../model/text/generator.ts';
import { longestReply } from '../../model/text/longest-reply.ts';
import { chooseToken, type SamplingSettings } from '../../model/text/sample.ts';
import type { Tokenizer } from '../../model/text/tokens.ts';
import { nextTask } from '../next-task.ts';
import type { TurnRequest } from '../protocol.ts';
import { Draft } from './draft.ts';
import type { LanguageModel } from './model.ts';
import type { PromptImage, Reader, ReadPrompt } from './prefill.ts';
import { writeReply } from './reply.ts';
import { type SpeakCallbacks, Writing, type Written } from './writing.ts';

/** What the checkpoint's generation_config.json says and a person does not set. */
export interface FixedSampling {
  readonly topK: number;
  readonly repetitionPenalty: number;
  /** Any of these ends a reply. */
  readonly endIds: ReadonlySet<number>;
}

export interface GenerationParts {
  readonly model: LanguageModel;
  readonly reader: Reader;
  readonly tokenizer: Tokenizer;
  readonly config: NexusConfig;
  readonly sampling: FixedSampling;
}

/** A prompt that was read, to be answered. */
export interface AnsweredPrompt extends ReadPrompt {
  readonly ids: readonly number[];
  readonly images: readonly PromptImage[];
  /** Tokens of the reply that were read along behind it. */
  readonly draftTokens: readonly number[];
}

/** @throws SEED_INVALID, RUN_FAILED, DEVICE_LOST */
export async function generateReply(
  parts: GenerationParts,
  request: TurnRequest,
  { logits, position, reused, ids, images, draftTokens }: AnsweredPrompt,
  callbacks: SpeakCallbacks,
  signal: AbortSignal,
): Promise<Written> {
  const { model, reader, tokenizer, config } = parts;
  const { endIds } = parts.sampling;
  const { vision_start_token_id: beginOfImage } = config;
  const writing = new Writing(tokenizer, callbacks);
  const seen = new Set(ids);
  /** Written, and in the cache behind the prompt. */
  const cached: number[] = [];
  const draft = new Draft(model, { ids: draftTokens, logits, start: ids.length });
  const reply = writeReply(model, {
    logits: draft.first,
    position,
    grid: config.nexus_gen.image.drawn_grid,
    mergeSize: config.vision_config.spatial_merge_size,
    mode: request.prefill,
    choose: tokenChooser(parts, request, seen),
    read: (id, at) => draft.read(id, at),
    maximumTokens: Math.min(request.sampling.maxTokens, longestReply(model.slots)),
    ends: (id) => endIds.has(id),
    between: async () => {
      await nextTask();
      if (signal.aborted) fail('STOPPED', { stage: 'writing' });
    },
  });
  try {
    for await (const part of reply) {
      if (part.kind === 'image') {
        writing.drawn = part.embeddings;
        continue;
      }
      seen.add(part.id);
      if (endIds.has(part.id)) return writing.ended('finished');
      if (part.id === beginOfImage) {
        const isWhole = draft.end();
        if (!isWhole || reused > 0) await reader.prefillFromScratch([...ids, ...cached.splice(0)], images);
        writing.image();
      } else writing.token(part.id);
      // Behind a BOI the cache holds prefill rows, which no later prompt begins with.
      if (writing.beforeImage === null) cached.push(part.id);
    }
    return writing.ended('length');
  } catch (error) {
    if (failureOf(error).code === 'STOPPED') return writing.ended('stopped');
    throw error;
  } finally {
    reader.written(cached);
  }
}

function tokenChooser(
  { sampling: { topK, repetitionPenalty }, config }: GenerationParts,
  { sampling: { temperature, topP, seed: wordsSeed }, seed, plan }: TurnRequest,
  seen: ReadonlySet<number>,
) {
  // An image token is no word: it stands where an embedding is put. A description made richer is words alone.
  const never = [config.image_token_id, ...(plan.form === 'polish' ? [config.vision_start_token_id] : [])];
  const choice: SamplingSettings['choice'] =
    temperature === 0 ? { kind: 'greedy' } : { kind: 'sampled', temperature, topK, topP };
  const uniform = uniformGenerator(wordsSeed ?? seed);
  return (logits: Float32Array, banned: readonly number[]) =>
    chooseToken(logits, { seen, banned: [...banned, ...never] }, { choice, repetitionPenalty }, uniform);
}
