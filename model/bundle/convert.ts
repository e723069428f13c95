/** Checkpoint to bundle: streams tensor by tensor, goes on after an interruption, and writes `bundle.json` last. */
import type { ByteSource } from '../checkpoint/source.ts';
import { encodeUtf8 } from '../checkpoint/utf8.ts';
import { fail } from '../failure.ts';
import { ConversionJournal } from './conversion-journal.ts';
import { type ConversionPlan, type PlannedShard, tokenizerFileNames } from './conversion-plan.ts';
import {
  bundleFormat,
  bundleVersion,
  type Manifest,
  type ManifestFile,
  manifestFile,
  parseManifest,
} from './manifest.ts';
import { constantNames } from './parts.ts';
import { bytesOf, type Write, writeShard } from './shard-content.ts';
import { type BundleSink, GatheredWriter, type Sha256Maker } from './sink.ts';
import { baseName } from './source-files.ts';
import { type GraphRunner, pooledOfEmptyText, statesOfEmptyText } from './text-constants.ts';

export interface ConversionTools {
  readonly sha256: Sha256Maker;
  /** Runs the text encoders whose answers become constants. */
  readonly runner: GraphRunner;
  /** Bytes of the bundle that are written, and the file being made. */
  readonly progress: (doneBytes: number, totalBytes: number, file: string) => void;
}

/** A file of the bundle, and how to make it. */
interface PlannedFile {
  readonly path: string;
  readonly bytes: number;
  readonly produce: (write: Write) => Promise<void>;
}

/**
 * Carries out a plan. A folder without `bundle.json` is no bundle, so whatever an interruption leaves behind is never
 * mistaken for one; finished files are kept and used by the next try.
 *
 * @throws BUNDLE_EXISTS where the folder holds a bundle already, WRITE_FAILED, and what reading the checkpoint finds
 */
export async function convert(plan: ConversionPlan, sink: BundleSink, tools: ConversionTools): Promise<Manifest> {
  const present = await sink.folder.list();
  if (present.includes(manifestFile)) fail('BUNDLE_EXISTS', { folder: sink.name });
  const journal = await ConversionJournal.open(plan, sink, tools.sha256);
  const planned = plannedFiles(plan, tools);
  const total = planned.reduce((sum, { bytes }) => sum + bytes, 0);
  const files: ManifestFile[] = [];
  let done = 0;
  for (const file of planned) {
    const report = (written: number) => tools.progress(done + written, total, file.path);
    files.push((await journal.finished(file.path)) ?? (await make(file, report)));
    done += file.bytes;
    report(0);
  }
  const bytes = encodeUtf8(JSON.stringify(manifestOf(plan, files)));
  const manifest = parseManifest(bytes);
  await sink.publish(manifestFile, bytes);
  await journal.remove();
  return manifest;

  async function make(file: PlannedFile, report: (written: number) => void): Promise<ManifestFile> {
    const { made, origin } = await plan.sources.originOf(
      () => writeFile(file, sink, tools.sha256, report),
      tools.sha256,
    );
    await journal.add({ ...made, origin });
    return made;
  }
}

async function writeFile(
  file: PlannedFile,
  sink: BundleSink,
  sha256: Sha256Maker,
  report: (written: number) => void,
): Promise<ManifestFile> {
  const hash = sha256();
  const writer = await sink.create(file.path);
  const gathered = new GatheredWriter(writer);
  try {
    await file.produce(async (chunk) => {
      hash.update(chunk);
      await gathered.write(chunk);
      report(gathered.bytes);
    });
    await gathered.flush();
  } catch (thrown) {
    // What went wrong first is what a person has to hear of.
    await writer.close().catch(() => undefined);
    throw thrown;
  }
  await writer.close();
  const { bytes } = gathered;
  if (bytes !== file.bytes)
    fail('WRITE_FAILED', { file: file.path, reason: `${bytes} bytes instead of ${file.bytes}` });
  return { path: file.path, bytes, sha256: hash.digest() };
}

function plannedFiles(plan: ConversionPlan, tools: ConversionTools): readonly PlannedFile[] {
  const graphs = plan.graphs.map(({ entry, bytes }) => ({
    path: entry.file,
    bytes: bytes.length,
    produce: (write: Write) => write(bytes),
  }));
  const shards = plan.shards.map((shard) => ({
    path: shard.layout.file,
    bytes: shard.layout.bytes,
    produce: (write: Write) => produceShard(plan, shard, tools, write),
  }));
  return [...graphs, ...(plan.tokenizer ?? []).map(copiedFile), ...shards];
}

function copiedFile(source: ByteSource): PlannedFile {
  return {
    path: baseName(source.name),
    bytes: source.size,
    produce: async (write) => write(await source.read(0, source.size)),
  };
}

async function produceShard(plan: ConversionPlan, shard: PlannedShard, tools: ConversionTools, write: Write) {
  const { layout, from } = shard;
  if (from === 'constants') return writeConstants(plan, shard, tools, write);
  const source = plan.weights.get(from);
  if (source === undefined) return fail('BUNDLE_LACKS', { part: layout.part, name: from });
  return writeShard(layout, source, write);
}

async function writeConstants(plan: ConversionPlan, { layout }: PlannedShard, tools: ConversionTools, write: Write) {
  let written = 0;
  for (const { name, offset } of layout.tensors) {
    const values = await computeConstant(plan, name, tools);
    await write(new Uint8Array(offset - written));
    await write(bytesOf(values));
    written = offset + values.byteLength;
  }
}

function computeConstant({ clip, t5, config }: ConversionPlan, name: string, tools: ConversionTools) {
  if (name === constantNames.pooled && clip !== null) {
    return pooledOfEmptyText(clip.config, clip.weights, tools.runner);
  }
  if (name === constantNames.negative && t5 !== null) {
    const { negative_length: tokens } = config.nexus_gen;
    return statesOfEmptyText(t5.config, tokens, t5.weights, tools.runner);
  }
  return fail('BUNDLE_LACKS', { part: 'constants', name });
}

function manifestOf(plan: ConversionPlan, files: readonly ManifestFile[]): Manifest {
  const { config, precision, sampling, shards, graphs } = plan;
  const settings = config.nexus_gen;
  const tokenizer = tokenizerFileNames(plan);
  return {
    format: bundleFormat,
    version: bundleVersion,
    id: settings.id,
    name: settings.name,
    licences: settings.licences,
    sources: settings.sources,
    config,
    precision,
    context: settings.context,
    forms: settings.forms,
    defaults: { ...settings.defaults, sampling },
    tokenizer: tokenizer === null ? null : { files: tokenizer },
    graphs: graphs.map(({ entry }) => entry),
    shards: shards.map(({ layout: { file, part, bytes, tensors } }) => ({ file, part, bytes, tensors })),
    files,
  };
}
