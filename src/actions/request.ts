/** What a request needs beside its words: the pictures of the conversation, and how a drawing is painted. */
import { drawnSize, ownPainting } from '../../model/diffusion/size.ts';
import { FailureError, failure } from '../../model/failure.ts';
import type {
  BundleSummary,
  Drawing,
  ImageContent,
  ImageEmbeddings,
  ImageId,
  PaintRequest,
  Seed,
} from '../../workers/protocol.ts';
import { readPixels } from '../picture/pixels.ts';
import type { Settings } from '../settings/fields.ts';
import type { BlobHash, StoredEmbeddings, TurnRecord } from '../storage/records.ts';
import { contentHash, type Storage } from '../storage/storage.ts';

/** How a drawing is to be painted, decided once the words are there (an edit keeps its picture's aspect). */
export type PaintPlan = Omit<PaintRequest, 'job' | 'drawing'>;

/** Reads the pictures a worker lacks: drawn ones with the embeddings they were painted from. */
export async function contentsOf(
  storage: Storage,
  turns: readonly TurnRecord[],
  ids: readonly ImageId[],
): Promise<readonly ImageContent[]> {
  const results = turns.flatMap((turn) => (turn.from === 'model' ? turn.results : []));
  return Promise.all(
    ids.map(async (id): Promise<ImageContent> => {
      const pixels = await picturePixels(storage, id);
      const from = results.find(({ image }) => image === id)?.from;
      if (from === undefined || from === null) return { id, kind: 'seen', pixels };
      return { id, kind: 'drawn', pixels, embeddings: await readEmbeddings(storage, from.target) };
    }),
  );
}

export async function picturePixels(storage: Storage, id: ImageId) {
  const blob = await storage.blob(id);
  if (blob === null) throw new FailureError(failure('FILE_UNREADABLE', { file: id.slice(0, 12), reason: 'missing' }));
  return readPixels(blob, id.slice(0, 12));
}

/**
 * How a drawing is painted: the settings, and where they are silent the bundle's own, an edit at its picture's aspect.
 *
 * @param edited the picture that is changed; null for a drawing of something new
 */
export async function planPainting(
  storage: Storage,
  drawing: Drawing,
  edited: ImageId | null,
  settings: Settings,
  { defaults, negative: branch }: BundleSummary,
  seed: Seed,
): Promise<PaintPlan> {
  const changed = edited === null ? null : await picturePixels(storage, edited);
  const own = ownPainting(defaults, changed);
  const { width, height } = drawnSize(settings.size ?? own.size);
  const { steps, guidance, strength } = settings;
  const negative =
    branch === 'none' ? { cfg: 1, negative: '' } : { cfg: settings.cfg ?? own.cfg, negative: settings.negative };
  const start = changed !== null && drawing.reference !== null && strength < 1 ? { pixels: changed, strength } : null;
  return { width, height, steps, seed, guidance, ...negative, start };
}

export async function keepEmbeddings(
  storage: Storage,
  { data, hidden, grid }: ImageEmbeddings,
): Promise<StoredEmbeddings> {
  const bytes = Float32Array.from(data);
  const blob = (await contentHash(bytes)) as BlobHash;
  await storage.putBlob(blob, new Blob([bytes]));
  return { blob, hidden, grid };
}

export async function readEmbeddings(storage: Storage, stored: StoredEmbeddings): Promise<ImageEmbeddings> {
  const blob = await storage.blob(stored.blob);
  if (blob === null) {
    throw new FailureError(failure('FILE_UNREADABLE', { file: stored.blob.slice(0, 12), reason: 'missing' }));
  }
  return { data: new Float32Array(await blob.arrayBuffer()), hidden: stored.hidden, grid: stored.grid };
}
