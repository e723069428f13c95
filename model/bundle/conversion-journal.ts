/** Which files of an unfinished conversion are done, so that it goes on where it stopped. */
import { z } from 'zod';
import type { SourceFolder } from '../checkpoint/source.ts';
import { decodeUtf8, encodeUtf8 } from '../checkpoint/utf8.ts';
import type { ConversionPlan } from './conversion-plan.ts';
import { type FileHashing, hashSource, type Sha256Maker } from './hashes.ts';
import { bundleVersion, type ManifestFile } from './manifest.ts';
import type { Origin, RecordedSources } from './recorded-sources.ts';
import type { BundleSink } from './sink.ts';

const journalFile = 'conversion.partial.json';

/** Raised with every change of what the converter writes for one and the same checkpoint. */
export const converterVersion = 3;

const range = z.object({ file: z.string(), offset: z.int().nonnegative(), length: z.int().nonnegative() });

const journalSchema = z.object({
  plan: z.string(),
  files: z.array(
    z.object({
      planned: z.string(),
      path: z.string(),
      bytes: z.int().nonnegative(),
      sha256: z.string(),
      chunks: z.array(z.string()),
      origin: z.object({ ranges: z.array(range), sha256: z.string() }),
    }),
  ),
});

/** A finished file, and what it was made from. Its path is another than was planned where an equal file was there. */
export interface MadeFile extends ManifestFile {
  readonly planned: string;
  readonly origin: Origin;
}

export class ConversionJournal {
  private readonly sink: BundleSink;
  private readonly sources: RecordedSources;
  private readonly hashing: FileHashing;
  /** Names what is made, and what from. */
  readonly plan: string;
  private readonly done: Map<string, MadeFile>;

  private constructor(plan: ConversionPlan, sink: BundleSink, hashing: FileHashing, earlier: Journal) {
    this.sink = sink;
    this.sources = plan.sources;
    this.hashing = hashing;
    this.plan = earlier.plan;
    this.done = new Map(earlier.files.map((file) => [file.planned, file]));
  }

  /** The journal of an earlier try of this very plan, or an empty one. */
  static async open(plan: ConversionPlan, sink: BundleSink, hashing: FileHashing): Promise<ConversionJournal> {
    const key = await planKey(plan, hashing.sha256);
    const earlier = await readJournal(sink.folder);
    return new ConversionJournal(plan, sink, hashing, earlier?.plan === key ? earlier : { plan: key, files: [] });
  }

  /**
   * A file that an earlier try finished, that still has its size and hash, and whose weights are those of this checkpoint;
   * null where it has to be made. To know it, the file is read again, and so are the weights, where their source names no
   * version: names and sizes are the same for every training of a model.
   */
  async finished(path: string): Promise<ManifestFile | null> {
    const file = this.done.get(path);
    if (file === undefined || !(await this.sink.folder.list()).includes(file.path)) return null;
    const { origin, planned: _, ...made } = file;
    const source = await this.sink.folder.open(made.path);
    if (source.size !== made.bytes) return null;
    const { sha256, chunks } = await hashSource(source, this.hashing);
    if (sha256 !== made.sha256 || chunks.join() !== made.chunks.join()) return null;
    // Ranges that cannot be read, as a damaged journal names them, are no reason to keep the file.
    const now = await this.sources.hashOf(origin.ranges, this.hashing.sha256).catch(() => null);
    return now === origin.sha256 ? made : null;
  }

  async add(file: MadeFile): Promise<void> {
    this.done.set(file.planned, file);
    const journal: Journal = { plan: this.plan, files: [...this.done.values()] };
    await this.sink.publish(journalFile, encodeUtf8(JSON.stringify(journal)));
  }

  async remove(): Promise<void> {
    await this.sink.remove(journalFile);
  }
}

/** What an earlier try finished, by its planned names, whether or not it can still be used. */
export async function finishedBefore(folder: SourceFolder): Promise<readonly string[]> {
  return (await readJournal(folder))?.files.map(({ planned }) => planned) ?? [];
}

interface Journal {
  readonly plan: string;
  readonly files: readonly MadeFile[];
}

async function readJournal(folder: SourceFolder): Promise<Journal | null> {
  if (!(await folder.list()).includes(journalFile)) return null;
  const source = await folder.open(journalFile);
  try {
    const text = decodeUtf8(await source.read(0, source.size)) ?? '';
    return journalSchema.parse(JSON.parse(text));
  } catch {
    // A journal that cannot be read means only that everything is made anew.
    return null;
  }
}

/**
 * Equal for two tries exactly when one converter would lay out the same files from the same headers. What the tensors hold
 * is compared file by file.
 */
async function planKey(plan: ConversionPlan, sha256: Sha256Maker): Promise<string> {
  const { precision, shards, sources, planned } = plan;
  const layouts = shards.map((shard) => [
    shard.layout.file,
    shard.layout.tensors,
    // Words of one length are laid out alike.
    ...(shard.kind === 'negative' && shard.text !== '' ? [shard.text] : []),
  ]);
  const headers = await sources.hashOf(planned, sha256);
  const hash = sha256();
  hash.update(encodeUtf8(JSON.stringify([converterVersion, bundleVersion, precision, planned, headers, layouts])));
  return hash.digest();
}
