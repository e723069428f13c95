/**
 * Reading a prompt: what the key/value cache holds of it already is kept, the rest is read in one pass. A drawn picture of an
 * earlier reply is read here for the first time as its predicted embeddings: the cache ends at its BOI, because the places
 * that drew it were prefill rows and are no part of the sequence.
 *
 * Tokens that are read one at a time, or behind others, leave keys and values that differ in their last bits from those of one
 * pass. That does not matter to words, but a picture is to be drawn the same again whatever was said before it in this life
 * of the worker: `prefillFromScratch` makes the cache a function of the sequence alone.
 */
import { fail } from '../../model/failure.ts';
import { promptPositions } from '../../model/tables/token-positions.ts';
import type { ImageEmbeddings } from '../protocol.ts';
import { CachedPrefix, type Place } from './cached-prefix.ts';
import { slicePositions } from './imagining.ts';
import type { LanguageModel } from './model.ts';
import { promptEmbeddings } from './prompt.ts';

export interface PromptImage {
  /** What its embeddings are known by. */
  readonly name: string;
  readonly embeddings: ImageEmbeddings;
}

export interface ReadPrompt {
  /** [1 + draft tokens, vocab_size]: behind the prompt, and behind each of the draft tokens. */
  readonly logits: Float32Array;
  /** Of the first token of the reply. */
  readonly position: number;
  /** Tokens that were in the cache already. */
  readonly reused: number;
}

interface Reading {
  readonly ids: readonly number[];
  readonly images: readonly PromptImage[];
  readonly places: readonly Place[];
  readonly draftTokens: readonly number[];
}

export class Reader {
  readonly #model: LanguageModel;
  readonly #mergeSize: number;
  readonly #prefix = new CachedPrefix();

  constructor(model: LanguageModel, mergeSize: number) {
    this.#model = model;
    this.#mergeSize = mergeSize;
  }

  /**
   * @param ids of the whole prompt, an image token for each of an image's embeddings
   * @throws GRAPH_SHAPE where image tokens and images do not go together; CONTEXT_FULL
   */
  async prefill(ids: readonly number[], images: readonly PromptImage[]): Promise<ReadPrompt> {
    const { config } = this.#model;
    const places = placesOf(ids, images, config.image_token_id);
    // The last token is always read: its output is where the reply begins.
    const reused = Math.min(this.#prefix.commonPrefix(places), this.#model.length, ids.length - 1);
    return this.#readFrom(reused, { ids, images, places, draftTokens: [] });
  }

  /**
   * Reads the whole of a sequence in one pass, as `prefill` does.
   *
   * @param draftTokens of the reply, read along (draft.ts); they are in the cache, but not yet part of the cached prefix
   */
  async prefillFromScratch(
    ids: readonly number[],
    images: readonly PromptImage[],
    draftTokens: readonly number[] = [],
  ): Promise<ReadPrompt> {
    const places = placesOf(ids, images, this.#model.config.image_token_id);
    return this.#readFrom(0, { ids, images, places, draftTokens });
  }

  /** Tokens of a reply that the model has read behind the prompt, up to the BOI of a drawing. */
  written(ids: readonly number[]): void {
    this.#prefix.append(ids.map((id) => ({ kind: 'token', id })));
  }

  async #readFrom(reused: number, { ids, images, places, draftTokens }: Reading): Promise<ReadPrompt> {
    const { config } = this.#model;
    const all = [...ids, ...draftTokens];
    const grids = images.map(({ embeddings }) => embeddings.grid);
    const sizes = { image_token_id: config.image_token_id, spatial_merge_size: this.#mergeSize };
    const positions = promptPositions(all, grids, sizes);
    const rows = await promptEmbeddings(this.#model, all.slice(reused), rowsOf(places.slice(reused), images));
    this.#model.rewind(reused);
    this.#prefix.rewind(reused);
    const logits = await this.#model.advance(rows, slicePositions(positions, reused, all.length), (hidden) =>
      this.#model.logits(hidden, ids.length - reused - 1, draftTokens.length + 1),
    );
    this.#prefix.append(places.slice(reused));
    return { logits, position: positions.next - draftTokens.length, reused };
  }
}

function placesOf(ids: readonly number[], images: readonly PromptImage[], imageToken: number): readonly Place[] {
  const rows = images
    .flatMap(({ name, embeddings: { data, hidden } }) =>
      Array.from({ length: data.length / hidden }, (_, row): Place => ({ kind: 'image', image: name, row })),
    )
    .values();
  return ids.map((id) => (id === imageToken ? (rows.next().value ?? misplaced()) : { kind: 'token', id }));
}

/** The embeddings of the image places among these. */
function rowsOf(places: readonly Place[], images: readonly PromptImage[]): Float32Array {
  const known = new Map(images.map(({ name, embeddings }) => [name, embeddings]));
  const rows = places.flatMap((place) => {
    const image = place.kind === 'image' ? known.get(place.image) : undefined;
    return image && place.kind === 'image' ? [rowOf(image, place.row)] : [];
  });
  const size = rows[0]?.length ?? 0;
  const values = new Float32Array(rows.length * size);
  for (const [index, row] of rows.entries()) values.set(row, index * size);
  return values;
}

function rowOf({ data, hidden }: ImageEmbeddings, row: number): Float32Array {
  return data.subarray(row * hidden, (row + 1) * hidden);
}

function misplaced(): never {
  return fail('GRAPH_SHAPE', { at: 'image tokens', expected: 'one for each embedding', actual: 'more' });
}
