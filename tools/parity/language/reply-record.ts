import { type HostTensor, hostTensor } from '../../../workers/gpu/runtime.ts';
import { type DrawingOptions, drawingPositions } from '../../../workers/language/imagining.ts';
import type { LanguageModel } from '../../../workers/language/model.ts';
import type { ReplyPart } from '../../../workers/language/reply.ts';
import { float32Rows, int32Rows, joined } from './inputs.ts';

export type ImageToDraw = Pick<DrawingOptions, 'grid' | 'mergeSize'>;

/** A reply as the golden cases write it down: image tokens as ids, three positions a token, logits of what was sampled. */
export class ReplyRecord {
  readonly #model: LanguageModel;
  readonly #image: ImageToDraw;
  readonly #ids: number[] = [];
  readonly #positions: [time: number, height: number, width: number][] = [];
  readonly #logits: Float32Array[] = [];
  readonly #embeddings: Float32Array[] = [];

  constructor(model: LanguageModel, image: ImageToDraw) {
    this.#model = model;
    this.#image = image;
  }

  add(part: ReplyPart): void {
    if (part.kind === 'token') {
      this.#ids.push(part.id);
      this.#positions.push([part.position, part.position, part.position]);
      if (part.logits) this.#logits.push(part.logits);
      return;
    }
    const { time, height, width } = drawingPositions(this.#model, { start: part.start, ...this.#image });
    for (let token = 1; token < time.length; token += 1) {
      this.#ids.push(this.#model.config.image_token_id);
      this.#positions.push([time[token] ?? 0, height[token] ?? 0, width[token] ?? 0]);
    }
    this.#embeddings.push(part.embeddings);
  }

  ids(): readonly number[] {
    return this.#ids;
  }

  embeddings(): Float32Array {
    return joined(this.#embeddings);
  }

  outputs(): Map<string, HostTensor> {
    const { config } = this.#model;
    const axes = [0, 1, 2].flatMap((axis) => this.#positions.map((position) => position[axis] ?? 0));
    return new Map([
      ['reply_ids', int32Rows(this.#ids)],
      ['reply_position_ids', hostTensor('int32', [3, this.#positions.length], Int32Array.from(axes))],
      ['embeds', float32Rows(this.embeddings(), config.hidden_size)],
      ['text_logits', float32Rows(joined(this.#logits), config.vocab_size)],
    ]);
  }
}
