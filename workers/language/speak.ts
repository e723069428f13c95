/**
 * One turn of the conversation: the prompt is read, the reply written token by token, and where the model comes to its BOI it
 * imagines a picture (paper, section 2.3). Stopped in the middle, what was written stays.
 */
import { mergedTokens, type NexusConfig } from '../../model/config.ts';
import { fail, failureOf } from '../../model/failure.ts';
import { uniformGenerator } from '../../model/text/generator.ts';
import { buildPrompt, type Prompt } from '../../model/text/prompt.ts';
import { chooseToken, type SamplingSettings } from '../../model/text/sample.ts';
import type { Tokenizer } from '../../model/text/tokens.ts';
import {
  decoderOf,
  likelyReply,
  mayEdit,
  picturesOfPlan,
  planTurn,
  type TurnPlan,
} from '../../model/text/turn-plan.ts';
import { nextTask } from '../next-task.ts';
import type { Drawing, ImageContent, ImageEmbeddings, ImageId, Reply, TurnRequest } from '../protocol.ts';
import { Draft } from './draft.ts';
import type { LanguageModel } from './model.ts';
import type { PromptImage, Reader, ReadPrompt } from './reading.ts';
import { writeReply } from './reply.ts';
import { nameOf, type Sight } from './see.ts';
import { type SpeakCallbacks, Writing, type Written } from './writing.ts';

/** What the checkpoint's generation_config.json says and a person does not set. */
export interface FixedSampling {
  readonly topK: number;
  readonly repetitionPenalty: number;
  /** Any of these ends a reply. */
  readonly endIds: ReadonlySet<number>;
}

export interface SpeakerParts {
  readonly model: LanguageModel;
  readonly reader: Reader;
  readonly sight: Sight;
  readonly tokenizer: Tokenizer;
  readonly config: NexusConfig;
  readonly sampling: FixedSampling;
}

/** A prompt that was read, to be answered. */
interface AnsweredPrompt extends ReadPrompt {
  readonly ids: readonly number[];
  readonly images: readonly PromptImage[];
  /** Words that were read along behind it. */
  readonly likely: readonly number[];
}

export class Speaker {
  readonly #parts: SpeakerParts;

  constructor(parts: SpeakerParts) {
    this.#parts = parts;
  }

  /** Of the pictures a request needs, those that have to be sent along. */
  lacking(request: TurnRequest): readonly ImageId[] {
    const { sight } = this.#parts;
    const plan = this.#plan(request);
    const reference = mayEdit(plan, request.decoder) ? plan.reference : null;
    const standsAs = usesIn(request);
    return picturesOfPlan(plan).filter(
      (image) => !sight.holds(image, standsAs(image)) || (image === reference && !sight.holds(image, 'reference')),
    );
  }

  /** @throws TEXT_EMPTY, TEXT_TOO_LONG, PICTURE_ASPECT, SEED_INVALID, RUN_FAILED, DEVICE_LOST */
  async speak(
    request: TurnRequest,
    contents: readonly ImageContent[],
    callbacks: SpeakCallbacks,
    signal: AbortSignal,
  ): Promise<Reply> {
    const plan = this.#plan(request);
    const standsAs = usesIn(request);
    const pictures = await this.#see(plan, standsAs, contents, callbacks, signal);
    if (signal.aborted) return this.#nothingSaid(plan);
    const prompt = this.#prompt(plan, pictures, request.sampling.maxTokens);
    const images = prompt.images.map((id) => ({ name: nameOf(id, standsAs(id)), embeddings: held(pictures, id) }));
    const likely = this.#parts.tokenizer.encode(likelyReply(plan), 'plain');
    const { reader } = this.#parts;
    // A drawing's prompt is read afresh in any case: at once, and no more, where the reply begins as it is likely to.
    const isDrawing = likely.length > 0;
    const read = isDrawing
      ? await reader.readAfresh(prompt.ids, images, likely)
      : await reader.read(prompt.ids, images);
    const written = await this.#write(request, { ...read, ids: prompt.ids, images, likely }, callbacks, signal);
    const drawing = written.drawn && (await this.#drawing(request, plan, written, written.drawn, contents));
    return {
      text: written.text,
      form: plan.form,
      language: plan.language,
      drawing,
      end: written.end,
      turnsLeftOut: prompt.turnsLeftOut,
      tokens: { prompt: prompt.ids.length, reused: read.reused, written: written.tokens },
    };
  }

  /** The pictures of a turn as embeddings; not all of them where the person stopped. */
  async #see(
    plan: TurnPlan<ImageId>,
    standsAs: UseOf,
    contents: readonly ImageContent[],
    callbacks: SpeakCallbacks,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ImageId, ImageEmbeddings>> {
    const { sight } = this.#parts;
    const needed = picturesOfPlan(plan);
    const seen = new Map<ImageId, ImageEmbeddings>();
    sight.begin(needed);
    for (const image of needed) {
      callbacks.reading(seen.size, needed.length);
      await nextTask();
      if (signal.aborted) return seen;
      seen.set(image, await sight.embeddings(image, standsAs(image), contents));
    }
    return seen;
  }

  #plan({ turns, task, form, language, reference }: TurnRequest): TurnPlan<ImageId> {
    return planTurn({ turns, task, form, language, reference }, this.#parts.config.nexus_gen);
  }

  #prompt(
    plan: TurnPlan<ImageId>,
    pictures: ReadonlyMap<ImageId, ImageEmbeddings>,
    maximumTokens: number,
  ): Prompt<ImageId> {
    const { config, model, tokenizer } = this.#parts;
    const { forms, image } = config.nexus_gen;
    // Room for the words of a reply, and always for one picture with its BOI and EOI.
    const drawn = mergedTokens(image.drawn_grid, config.vision_config.spatial_merge_size) + 2;
    const room = model.slots - drawn - Math.min(maximumTokens, Math.floor(model.slots / 4));
    const tokensOf = (id: ImageId) => {
      const { data, hidden } = held(pictures, id);
      return data.length / hidden;
    };
    return buildPrompt(plan, { forms, tokenizer, tokensOf, room });
  }

  async #write(
    request: TurnRequest,
    { logits, position, reused, ids, images, likely }: AnsweredPrompt,
    callbacks: SpeakCallbacks,
    signal: AbortSignal,
  ): Promise<Written> {
    const { model, reader, tokenizer, config } = this.#parts;
    const { endIds } = this.#parts.sampling;
    const { vision_start_token_id: beginOfImage } = config;
    const writing = new Writing(tokenizer, callbacks);
    const seen = new Set(ids);
    const choose = this.#chooser(request, seen);
    const held: number[] = [];
    const draft = new Draft(model, { ids: likely, logits, start: ids.length });
    const reply = writeReply(model, {
      logits: draft.first,
      position,
      grid: config.nexus_gen.image.drawn_grid,
      mergeSize: config.vision_config.spatial_merge_size,
      mode: request.prefill,
      choose,
      read: (id, at) => draft.read(id, at),
      maximumTokens: Math.min(request.sampling.maxTokens, Math.floor(model.slots / 4)),
      ends: (id) => endIds.has(id),
      between: async () => {
        await nextTask();
        if (signal.aborted) fail('STOPPED', { stage: 'reply' });
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
          if (!isWhole || reused > 0) await reader.readAfresh([...ids, ...held.splice(0)], images);
          writing.image();
        } else writing.token(part.id);
        // Behind a BOI the cache holds prefill rows, which no later prompt begins with.
        if (writing.beforeImage === null) held.push(part.id);
      }
      return writing.ended('length');
    } catch (error) {
      if (failureOf(error).code === 'STOPPED') return writing.ended('stopped');
      throw error;
    } finally {
      reader.written(held);
    }
  }

  #chooser({ sampling, seed, form }: TurnRequest, seen: ReadonlySet<number>) {
    const { sampling: fixed, config } = this.#parts;
    const { topK, repetitionPenalty } = fixed;
    // An image token is no word: it stands where an embedding is put. A description made richer is words alone.
    const never = [config.image_token_id, ...(form === 'polish' ? [config.vision_start_token_id] : [])];
    const { temperature, topP } = sampling;
    const choice: SamplingSettings['choice'] =
      temperature === 0 ? { kind: 'greedy' } : { kind: 'sampled', temperature, topK, topP };
    const uniform = uniformGenerator(seed);
    return (logits: Float32Array, banned: readonly number[]) =>
      chooseToken(logits, { seen, banned: [...banned, ...never] }, { choice, repetitionPenalty }, uniform);
  }

  async #drawing(
    request: TurnRequest,
    plan: TurnPlan<ImageId>,
    { beforeImage }: Written,
    data: Float32Array,
    contents: readonly ImageContent[],
  ): Promise<Drawing> {
    const { config, sight } = this.#parts;
    const decoder = decoderOf(plan, beforeImage ?? '', request.decoder);
    const target = { data, hidden: config.hidden_size, grid: config.nexus_gen.image.drawn_grid };
    const image = decoder === 'editing' ? plan.reference : null;
    const reference = image && { image, embeddings: await sight.embeddings(image, 'reference', contents) };
    return { target, reference, decoder };
  }

  #nothingSaid({ form, language }: TurnPlan<ImageId>): Reply {
    const tokens = { prompt: 0, reused: 0, written: 0 };
    return { text: '', form, language, drawing: null, end: 'stopped', turnsLeftOut: 0, tokens };
  }
}

type UseOf = (image: ImageId) => 'reading' | 'recalling';

/** A file of the same bytes as a drawn picture is that picture where it was drawn, and a person's elsewhere. */
function usesIn({ turns }: TurnRequest): UseOf {
  const drawn = new Set(turns.map((turn) => (turn.from === 'model' ? turn.drawn : null)));
  return (image) => (drawn.has(image) ? 'recalling' : 'reading');
}

function held(pictures: ReadonlyMap<ImageId, ImageEmbeddings>, image: ImageId): ImageEmbeddings {
  return pictures.get(image) ?? fail('UNEXPECTED', { message: `picture ${image} was not read` });
}
