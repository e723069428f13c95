/** Which files of an unfinished conversion are done, so that it goes on where it stopped. */
import { z } from 'zod';
import type { SourceFolder } from '../checkpoint/source.ts';
import { decodeUtf8, encodeUtf8 } from '../checkpoint/utf8.ts';
import type { ConversionPlan } from './conversion-plan.ts';
import type { ManifestFile } from './manifest.ts';
import type { BundleSink, Sha256Maker } from './sink.ts';
import { hashFile } from './verify.ts';

const journalFile = 'conversion.partial.json';

const journalSchema = z.object({
  plan: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.int().nonnegative(), sha256: z.string() })),
});

export class ConversionJournal {
  private readonly sink: BundleSink;
  private readonly plan: string;
  private readonly done: Map<string, ManifestFile>;

  private constructor(sink: BundleSink, plan: string, done: Map<string, ManifestFile>) {
    this.sink = sink;
    this.plan = plan;
    this.done = done;
  }

  /** The journal of an earlier try of this very plan, or an empty one. */
  static async open(plan: ConversionPlan, sink: BundleSink, sha256: Sha256Maker): Promise<ConversionJournal> {
    const key = planKey(plan, sha256);
    const earlier = await readJournal(sink.folder);
    const files = earlier?.plan === key ? earlier.files : [];
    return new ConversionJournal(sink, key, new Map(files.map((file) => [file.path, file])));
  }

  /** A file that an earlier try finished and that still has its size and hash; null where it has to be made. */
  async finished(path: string, sha256: Sha256Maker): Promise<ManifestFile | null> {
    const file = this.done.get(path);
    if (file === undefined || !(await this.sink.folder.list()).includes(path)) return null;
    const source = await this.sink.folder.open(path);
    const same = source.size === file.bytes && (await hashFile(source, sha256)) === file.sha256;
    return same ? file : null;
  }

  async add(file: ManifestFile): Promise<void> {
    this.done.set(file.path, file);
    const journal = { plan: this.plan, files: [...this.done.values()] };
    await this.sink.publish(journalFile, encodeUtf8(JSON.stringify(journal)));
  }

  async remove(): Promise<void> {
    await this.sink.remove(journalFile);
  }
}

async function readJournal(folder: SourceFolder): Promise<z.infer<typeof journalSchema> | null> {
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

/** Equal for two tries exactly when they would write the same files from files of the same names and sizes. */
function planKey(plan: ConversionPlan, sha256: Sha256Maker): string {
  const { config, precision, sampling, shards, graphs, weights, clip, t5, tokenizer } = plan;
  const sources = [...weights.values(), clip?.weights, t5?.weights].map((source) => [source?.name, source?.list()]);
  const files = tokenizer?.map(({ name, size }) => [name, size]);
  const layouts = shards.map(({ layout }) => [layout.file, layout.tensors]);
  const hash = sha256();
  hash.update(encodeUtf8(JSON.stringify([config, precision, sampling, sources, files, layouts])));
  for (const { bytes } of graphs) hash.update(bytes);
  return hash.digest();
}
