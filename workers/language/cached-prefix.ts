/**
 * What the key/value cache holds, place by place, so that the next request reads only what is new. A place is a token id or
 * one row of an image's embeddings; keys and values depend on nothing but the places before and at it.
 */

export type Place =
  | { readonly kind: 'token'; readonly id: number }
  /** A row of a seen picture, or of a drawn one that was fed back as its predicted embeddings. */
  | { readonly kind: 'image'; readonly image: string; readonly row: number };

function same(one: Place, other: Place | undefined): boolean {
  if (one.kind === 'token') return other?.kind === 'token' && one.id === other.id;
  return other?.kind === 'image' && one.image === other.image && one.row === other.row;
}

export class CachedPrefix {
  #places: Place[] = [];

  get length(): number {
    return this.#places.length;
  }

  /** Places at the start of `wanted` that are held already. */
  commonPrefix(wanted: readonly Place[]): number {
    const differs = wanted.findIndex((place, index) => !same(place, this.#places[index]));
    return differs === -1 ? Math.min(wanted.length, this.#places.length) : differs;
  }

  /** Forgets the places from `length` on. */
  rewind(length: number): void {
    this.#places.length = Math.min(length, this.#places.length);
  }

  append(places: readonly Place[]): void {
    this.#places.push(...places);
  }
}
