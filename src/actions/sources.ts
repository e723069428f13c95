/** What a turn needs from the page: its pictures and embeddings from storage, and their sizes from the conversation. */
import { failureOf } from '../../model/failure.ts';
import type { PictureContent, Sources } from '../../session/sources.ts';
import type { ImageEmbeddings, ImageId } from '../../workers/protocol.ts';
import { readPixels } from '../engine/picture-files.ts';
import { imagesOf, isImageOf } from '../state/rest.ts';
import type { Result, StoredEmbeddings, TurnRecord } from '../storage/records.ts';
import { contentHash, type Storage } from '../storage/storage.ts';

/** @param turns of the conversation that the pictures stand in */
export function sourcesOf(storage: Storage, turns: readonly TurnRecord[]): Sources {
  const results = turns.flatMap((turn) => (turn.from === 'model' ? turn.results : []));
  return {
    async picture(id) {
      const blob = await storage.blob(id);
      if (blob === null || blob.size === 0) return null;
      const from = results.find((result) => isImageOf(result, id))?.from ?? null;
      const pixels = await readPixels(blob, nameOf(turns, id)).catch(nullWhereDamaged);
      return pixels && { pixels, drawnFrom: await readDrawnFrom(storage, from) };
    },
    size: (id) => sizesOf(turns).get(id),
    versions: async () => softwareVersions(),
    hash: contentHash,
  };
}

/** As a person knows it: by its file's name, or by what Save calls it where no other pattern is chosen. */
function nameOf(turns: readonly TurnRecord[], id: ImageId): string {
  for (const turn of turns) {
    if (turn.from === 'person') {
      const brought = turn.pictures.find((picture) => picture.id === id);
      if (brought !== undefined) return brought.name;
    } else if (turn.from === 'model') {
      const drawn = turn.results.find((result) => isImageOf(result, id));
      if (drawn !== undefined) return `nexus-gen-${drawn.seed}.png`;
    }
  }
  return id;
}

/** A stored file that is no picture any more is as good as gone. */
function nullWhereDamaged(error: unknown): null {
  if (['PICTURE_DAMAGED', 'PICTURE_FORMAT', 'PICTURE_EMPTY'].includes(failureOf(error).code)) return null;
  throw error;
}

async function readDrawnFrom(storage: Storage, from: Result['from']): Promise<PictureContent['drawnFrom']> {
  const embeddings = from === null ? null : await readEmbeddings(storage, from.target);
  return from === null || embeddings === null ? null : { embeddings, bundle: from.recipe.bundle.sha256 };
}

/** Null where they are gone. */
export async function readEmbeddings(storage: Storage, stored: StoredEmbeddings): Promise<ImageEmbeddings | null> {
  const blob = await storage.blob(stored.blob);
  if (blob === null || blob.size === 0) return null;
  return { data: new Float32Array(await blob.arrayBuffer()), hidden: stored.hidden, grid: stored.grid };
}

/** Upright sizes of a conversation's pictures. */
function sizesOf(turns: readonly TurnRecord[]): ReadonlyMap<ImageId, { width: number; height: number }> {
  const sizes = new Map<ImageId, { width: number; height: number }>();
  for (const turn of turns) {
    if (turn.from === 'person') {
      for (const { id, width, height } of turn.pictures) sizes.set(id, { width, height });
      if (turn.area !== undefined) sizes.set(turn.area.mask, { width: turn.area.width, height: turn.area.height });
    } else if (turn.from === 'model')
      for (const result of turn.results)
        for (const image of imagesOf(result)) sizes.set(image, { width: result.width, height: result.height });
  }
  return sizes;
}

export function softwareVersions(): Readonly<Record<string, string>> {
  const versions: unknown = import.meta.env.VITE_VERSIONS;
  return typeof versions === 'string' ? JSON.parse(versions) : {};
}
