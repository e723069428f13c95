/**
 * One turn of the conversation: its pictures are embedded, its prompt is prefilled and the reply generated; what the reply came
 * to imagine is handed over as a drawing. Stopped in the middle, what was written stays.
 */

import { mergedTokens } from '../../model/config/vision.ts';
import { fail } from '../../model/failure.ts';
import { longestReply } from '../../model/text/longest-reply.ts';
import { buildPrompt, imagesThatMayFit, type Prompt, type PromptOptions } from '../../model/text/prompt.ts';
import { decoderOf, draftReply, mayEdit, type TurnPlan } from '../../model/text/turn-plan.ts';
import { nextTask } from '../next-task.ts';
import type { Drawing, ImageContent, ImageEmbeddings, ImageId, Reply, TurnRequest } from '../protocol.ts';
import { type GenerationParts, generateReply } from './generation.ts';
import { type ImageEmbedder, nameOf, type PromptUse } from './image-embedder.ts';
import type { SpeakCallbacks, Written } from './writing.ts';

export interface SpeakerParts extends GenerationParts {
  readonly imageEmbedder: ImageEmbedder;
}

export class Speaker {
  readonly #parts: SpeakerParts;

  constructor(parts: SpeakerParts) {
    this.#parts = parts;
  }

  /** Of the pictures a request needs, those that have to be sent along. */
  lacking(request: TurnRequest): readonly ImageId[] {
    const { imageEmbedder } = this.#parts;
    const { plan, imagined } = request;
    const reference = mayEdit(plan, request.decoder) ? plan.reference : null;
    const standsAs = usesIn(plan);
    if (imagined !== null) return reference === null || imageEmbedder.holds(reference, 'reference') ? [] : [reference];
    const read = imagesThatMayFit(plan, this.#promptOptions(request, []));
    const lacking = read.filter((image) => !imageEmbedder.holds(image, standsAs(image)));
    if (reference !== null && !imageEmbedder.holds(reference, 'reference')) lacking.push(reference);
    return [...new Set(lacking)];
  }

  /** @throws TEXT_EMPTY, TEXT_TOO_LONG, PICTURE_ASPECT, SEED_INVALID, RUN_FAILED, DEVICE_LOST */
  async speak(
    request: TurnRequest,
    contents: readonly ImageContent[],
    callbacks: SpeakCallbacks,
    signal: AbortSignal,
  ): Promise<Reply> {
    const { plan, imagined } = request;
    if (imagined !== null) return this.#drawnFrom(request, imagined, contents);
    const standsAs = usesIn(plan);
    const prompt = buildPrompt(plan, this.#promptOptions(request, contents));
    const pictures = await this.#see(prompt, request, contents, callbacks, signal);
    if (signal.aborted) return this.#nothingSaid(plan);
    const images = prompt.images.map((id) => ({
      name: nameOf(id, standsAs(id)),
      embeddings: embeddingsOf(pictures, id),
    }));
    const draftTokens = this.#parts.tokenizer.encode(draftReply(plan), 'plain');
    const { reader } = this.#parts;
    // A drawing's prompt is prefilled from scratch in any case: at once, and no more, where the reply begins as drafted.
    const isDrawing = draftTokens.length > 0;
    const read = isDrawing
      ? await reader.prefillFromScratch(prompt.ids, images, draftTokens)
      : await reader.prefill(prompt.ids, images);
    const answered = { ...read, ids: prompt.ids, images, draftTokens };
    const written = await generateReply(this.#parts, request, answered, callbacks, signal);
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

  /** The pictures of a prompt as embeddings; not all of them where the person stopped. */
  async #see(
    prompt: Prompt<ImageId>,
    { plan }: TurnRequest,
    contents: readonly ImageContent[],
    callbacks: SpeakCallbacks,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<ImageId, ImageEmbeddings>> {
    const { imageEmbedder } = this.#parts;
    const standsAs = usesIn(plan);
    const needed = new Set(prompt.images);
    const seen = new Map<ImageId, ImageEmbeddings>();
    imageEmbedder.begin([...needed, ...(plan.reference === null ? [] : [plan.reference])]);
    for (const image of needed) {
      callbacks.reading(seen.size, needed.size);
      await nextTask();
      if (signal.aborted) return seen;
      seen.set(image, await imageEmbedder.embeddings(image, standsAs(image), contents));
    }
    return seen;
  }

  /** What a prompt is made by; of pictures that are neither held nor among `contents` the fewest tokens are assumed. */
  #promptOptions(
    { plan, sampling: { maxTokens } }: TurnRequest,
    contents: readonly ImageContent[],
  ): PromptOptions<ImageId> {
    const { config, imageEmbedder, model, tokenizer } = this.#parts;
    const { forms, image } = config.nexus_gen;
    const standsAs = usesIn(plan);
    // Room for the words of a reply, and always for one picture with its BOI and EOI.
    const drawn = mergedTokens(image.drawn_grid, config.vision_config.spatial_merge_size) + 2;
    const room = model.slots - drawn - Math.min(maxTokens, longestReply(model.slots));
    const tokensOf = (id: ImageId) => imageEmbedder.tokens(id, standsAs(id), contents);
    return { forms, tokenizer, tokensOf, room };
  }

  async #drawing(
    request: TurnRequest,
    plan: TurnPlan<ImageId>,
    { beforeImage }: Written,
    data: Float32Array,
    contents: readonly ImageContent[],
  ): Promise<Drawing> {
    const { config } = this.#parts;
    const decoder = decoderOf(plan, beforeImage ?? '', request.decoder);
    const target = { data, hidden: config.hidden_size, grid: config.nexus_gen.image.drawn_grid };
    return { target, reference: await this.#reference(plan, decoder, contents), decoder };
  }

  /** A reply without words to what was imagined before. */
  async #drawnFrom(
    { plan, decoder: chosen }: TurnRequest,
    target: ImageEmbeddings,
    contents: readonly ImageContent[],
  ): Promise<Reply> {
    const { hidden_size: hidden } = this.#parts.config;
    if (target.hidden !== hidden) {
      fail('GRAPH_SHAPE', { at: 'imagined embeddings', expected: `${hidden}`, actual: `${target.hidden}` });
    }
    const decoder = decoderOf(plan, '', chosen);
    const drawing = { target, reference: await this.#reference(plan, decoder, contents), decoder };
    return { ...this.#nothingSaid(plan), drawing, end: 'finished' };
  }

  async #reference(
    plan: TurnPlan<ImageId>,
    decoder: Drawing['decoder'],
    contents: readonly ImageContent[],
  ): Promise<Drawing['reference']> {
    const { imageEmbedder } = this.#parts;
    const image = decoder === 'editing' ? plan.reference : null;
    return image && { image, embeddings: await imageEmbedder.embeddings(image, 'reference', contents) };
  }

  #nothingSaid({ form, language }: TurnPlan<ImageId>): Reply {
    const tokens = { prompt: 0, reused: 0, written: 0 };
    return { text: '', form, language, drawing: null, end: 'stopped', turnsLeftOut: 0, tokens };
  }
}

type UseOf = (image: ImageId) => PromptUse;

/** A file of the same bytes as a drawn picture is that picture where it was drawn, and a person's elsewhere. */
function usesIn({ drawn }: TurnPlan<ImageId>): UseOf {
  const recalled = new Set(drawn);
  return (image) => (recalled.has(image) ? 'recalling' : 'reading');
}

function embeddingsOf(pictures: ReadonlyMap<ImageId, ImageEmbeddings>, image: ImageId): ImageEmbeddings {
  return pictures.get(image) ?? fail('UNEXPECTED', { message: `picture ${image} was not read` });
}
