/** Checkpoint to bundle: streams tensor by tensor, goes on after an interruption, and writes `bundle.json` last. */
import type { ByteSource } from '../checkpoint/source.ts';
import { readNexusConfig } from '../config/nexus.ts';
import { fail } from '../failure.ts';
import { computeModulationTables } from './compute-modulation.ts';
import { ConversionJournal } from './conversion-journal.ts';
import { type ConversionPlan, tokenizerFileNames } from './conversion-plan.ts';
import { type ConversionProgress, ConversionWork, takenBytes, type WorkedFile } from './conversion-work.ts';
import type { GraphRunner } from './graph-runner.ts';
import { FileHasher, type Sha256Maker } from './hashes.ts';
import {
  bundleFormat,
  bundleVersion,
  checkManifest,
  type Manifest,
  type ManifestFile,
  manifestFile,
  parseManifest,
  writeManifest,
} from './manifest.ts';
import { inBundleOrder } from './manifest-order.ts';
import { modulationTableName, storedSchedules } from './modulation-tables.ts';
import { negativeHeader } from './negative-text.ts';
import { constantNames, decoderNames, negativePart } from './parts.ts';
import type { PlannedShard } from './planned-parts.ts';
import { Bundle } from './reader.ts';
import { bytesOf, type QuantiserPool } from './row-block.ts';
import { type ShardProgress, type Write, writeShard } from './shard-content.ts';
import type { ShardLayout } from './shards.ts';
import { type BundleSink, GatheredWriter, type ResumableFile } from './sink.ts';
import { baseName } from './source-files.ts';
import { pooledOfEmptyText, statesOfEmptyText } from './text-constants.ts';

export interface ConversionTools {
  readonly sha256: Sha256Maker;
  /** Runs the text encoders whose answers become constants, and the layers whose rows become modulation tables. */
  readonly runner: GraphRunner;
  readonly quantiser: QuantiserPool;
  readonly progress: (progress: ConversionProgress) => void;
}

/** A file of the bundle, and how to make it. */
interface PlannedFile extends WorkedFile {
  readonly path: string;
  readonly produce: (write: Write, progress?: ShardProgress) => Promise<void>;
  /** Whether it can be gone on with in its middle. */
  readonly inSteps?: true;
}

/**
 * Carries out a plan. A folder without `bundle.json` is no bundle, so whatever an interruption leaves behind is never
 * mistaken for one; finished files are kept and used by the next try. Shards of equal bytes become one file; graphs are
 * made last, when it is known which. What is added to a bundle lies beside it unlisted, until `bundle.json` is replaced whole.
 *
 * @throws BUNDLE_EXISTS where the folder holds another bundle than the plan adds to, BUNDLE_FILE where that one lacks a
 * file, WRITE_FAILED, what the sink throws, and what reading the checkpoint finds
 */
export async function convert(plan: ConversionPlan, sink: BundleSink, tools: ConversionTools): Promise<Manifest> {
  await checkInstalled(plan, sink, tools.sha256);
  const kept = plan.installed?.files ?? [];
  const journal = await ConversionJournal.open(plan, sink, tools.sha256);
  const copied = (plan.tokenizer ?? []).map(copiedFile);
  const shards = plan.shards.map((shard) => shardFile({ plan, sink, tools }, shard));
  const graphs = plan.graphs.map(({ bytes }) => ({ bytes: bytes.length, takes: 0 }));
  const work = new ConversionWork([...copied, ...shards, ...graphs], tools.progress);
  const files = new Map(kept.map((file) => [file.path, file]));
  const names = new Map(plan.installed?.shards.map(({ file }) => [file, file]));
  for (const file of copied) await finished(file, []);
  for (const shard of shards) {
    const before = [...names.values()].flatMap((path) => files.get(path) ?? []);
    names.set(shard.path, (await finished(shard, before)).path);
  }
  const nameOf = (shard: string) => names.get(shard) ?? shard;
  for (const { file, withShards } of plan.graphs) {
    const bytes = withShards(nameOf);
    const graph = { path: file, bytes: bytes.length, takes: 0, produce: (write: Write) => write(bytes) };
    work.begin(graph);
    files.set(file, await written(graph));
    work.end('now');
  }
  const bytes = writeManifest(manifestOf(plan, [...files.values()], nameOf), tools.sha256);
  const manifest = parseManifest(bytes);
  await sink.publish(manifestFile, bytes);
  await journal.remove();
  return manifest;

  /** A file by the name it has in the bundle: that of an equal one of those before it, if there is one. */
  async function finished(file: PlannedFile, before: readonly ManifestFile[]): Promise<ManifestFile> {
    work.begin(file);
    const earlier = await journal.finished(file.path);
    const made = earlier ?? (await make(file, before));
    if (made.path !== file.path) await sink.remove(file.path);
    files.set(made.path, made);
    work.end(earlier === null ? 'now' : 'before');
    return made;
  }

  async function make(file: PlannedFile, before: readonly ManifestFile[]): Promise<ManifestFile> {
    const read = (bytes: number) => work.read(bytes);
    const { made: own, origin } = await plan.sources.originOf(() => written(file), tools.sha256, read);
    const made = before.find(({ sha256 }) => sha256 === own.sha256) ?? own;
    await journal.add({ ...made, planned: file.path, origin });
    return made;
  }

  async function written(file: PlannedFile): Promise<ManifestFile> {
    const wrote = (bytes: number) => work.wrote(bytes);
    // It can be gone on with in its middle where the checkpoint names the version of what it holds.
    const isKnown = plan.sources.namesVersions && file.inSteps === true;
    const open = isKnown ? await sink.resume?.(file.path, journal.plan) : undefined;
    if (open === undefined) return writeFile(file, sink, tools.sha256, wrote);
    work.read(Math.floor(file.takes * (open.mark.bytes / file.bytes)));
    return writeInSteps(file, open, tools.sha256, wrote);
  }
}

/** The folder holds what the plan adds to, and nothing else: the same model, every file of its size. */
async function checkInstalled(plan: ConversionPlan, { folder, name }: BundleSink, sha256: Sha256Maker): Promise<void> {
  const { installed } = plan;
  const present = await folder.list();
  if (installed === null && !present.includes(manifestFile)) return;
  if (installed === null || !present.includes(manifestFile)) return fail('BUNDLE_EXISTS', { folder: name });
  const source = await folder.open(manifestFile);
  const now = checkManifest(await source.read(0, source.size), sha256);
  const isSame = (left: unknown, right: unknown) => JSON.stringify(left) === JSON.stringify(right);
  const adds =
    isSame(now, installed) && isSame(readNexusConfig(now.config), plan.config) && now.precision === plan.precision;
  if (!adds) fail('BUNDLE_EXISTS', { folder: name });
  for (const { path, bytes } of installed.files) {
    if (!present.includes(path)) fail('BUNDLE_FILE', { file: path, problem: 'missing' });
    if ((await folder.open(path)).size !== bytes) fail('BUNDLE_FILE', { file: path, problem: 'size' });
  }
}

async function writeFile(
  file: PlannedFile,
  sink: BundleSink,
  sha256: Sha256Maker,
  wrote: (bytes: number) => void,
): Promise<ManifestFile> {
  const hasher = new FileHasher(sha256);
  const writer = await sink.create(file.path);
  const gathered = new GatheredWriter(writer);
  try {
    await file.produce(async (chunk) => {
      hasher.update(chunk);
      await gathered.write(chunk);
      wrote(gathered.bytes);
    });
    await gathered.flush();
  } catch (thrown) {
    // What went wrong first is what a person has to hear of.
    await writer.abandon().catch(() => undefined);
    throw thrown;
  }
  await writer.close();
  const { bytes } = gathered;
  requireBytes(file, bytes);
  return { path: file.path, bytes, ...hasher.digest() };
}

/** What goes wrong leaves the file as it was noted last. */
async function writeInSteps(
  file: PlannedFile,
  open: ResumableFile,
  sha256: Sha256Maker,
  wrote: (bytes: number) => void,
): Promise<ManifestFile> {
  const hasher = new FileHasher(sha256);
  let bytes = 0;
  const restored = (piece: Uint8Array) => {
    hasher.update(piece);
    bytes += piece.length;
    wrote(bytes);
  };
  const write = async (piece: Uint8Array) => {
    await open.writeAt(bytes, piece);
    restored(piece);
  };
  const { mark } = open;
  const progress: ShardProgress = {
    mark,
    read: (offset, length) => open.read(offset, length),
    restored,
    keep: (offset, piece) => open.writeAt(offset, piece),
    note: (reached) => open.note(reached),
  };
  try {
    await file.produce(write, progress);
  } catch (thrown) {
    await open.leave().catch(() => undefined);
    throw thrown;
  }
  await open.close();
  requireBytes(file, bytes);
  return { path: file.path, bytes, ...hasher.digest() };
}

function requireBytes({ path, bytes: planned }: PlannedFile, bytes: number): void {
  const reason = `${bytes} bytes instead of ${planned}`;
  if (bytes !== planned) fail('WRITE_FAILED', { file: path, problem: 'other', reason });
}

interface Conversion {
  readonly plan: ConversionPlan;
  readonly sink: BundleSink;
  readonly tools: ConversionTools;
}

function shardFile(conversion: Conversion, shard: PlannedShard): PlannedFile {
  const { file, bytes } = shard.layout;
  const takes = takenBytes(conversion.plan, shard);
  const produce: PlannedFile['produce'] = (write, progress) => produceShard(conversion, shard, write, progress);
  return { path: file, bytes, takes, produce, ...(shard.kind === 'weights' && { inSteps: true }) };
}

function copiedFile(source: ByteSource): PlannedFile {
  return {
    path: baseName(source.name),
    bytes: source.size,
    takes: source.size,
    produce: async (write) => write(await source.read(0, source.size)),
  };
}

async function produceShard(
  conversion: Conversion,
  shard: PlannedShard,
  write: Write,
  progress?: ShardProgress,
): Promise<void> {
  const { plan, tools } = conversion;
  const { layout } = shard;
  if (shard.kind === 'constants') return writeTensors(layout, () => pooledVector(conversion), write);
  if (shard.kind === 'negative') {
    const header = negativeHeader(plan.config);
    const states = () => negativeStates(conversion);
    return writeTensors(layout, async (name) => (name === constantNames.negative ? states() : header), write);
  }
  const { from } = shard;
  const source = plan.weights.get(from) ?? fail('BUNDLE_LACKS', { part: layout.part, name: from });
  if (shard.kind === 'weights') return writeShard(layout, source, tools.quantiser, write, progress);
  const names = new Set(layout.tensors.map(({ name }) => name));
  const schedules = (plan.config.nexus_gen.schedules ?? []).filter((each) => names.has(modulationTableName(each)));
  const pooled = await pooledVector(conversion);
  const tables = await computeModulationTables(plan.config, schedules, pooled, source, tools.runner);
  return writeTensors(layout, async (name) => tables.get(name) ?? fail('BUNDLE_LACKS', { part: from, name }), write);
}

async function writeTensors(
  layout: ShardLayout,
  valuesOf: (name: string) => Promise<Float32Array | Uint16Array | Uint8Array>,
  write: Write,
): Promise<void> {
  let written = 0;
  for (const { name, offset } of layout.tensors) {
    const values = await valuesOf(name);
    await write(new Uint8Array(offset - written));
    await write(bytesOf(values));
    written = offset + values.byteLength;
  }
}

/** CLIP's vector of the empty text, from the text encoder or from the bundle that is added to. */
async function pooledVector({ plan, sink, tools }: Conversion): Promise<Float32Array> {
  if (plan.clip !== null) return pooledOfEmptyText(plan.clip.config, plan.clip.weights, tools.runner);
  const installed = await Bundle.open(sink.folder);
  return (
    (await installed.constant(constantNames.pooled)) ?? fail('BUNDLE_LACKS', { part: 'constants', name: 'pooled' })
  );
}

/** T5's states of the empty text: computed, or read from the file of one who has. */
async function negativeStates({ plan, tools }: Conversion): Promise<Float32Array> {
  const { negative, config } = plan;
  if (negative === null) return fail('BUNDLE_LACKS', { part: negativePart, name: constantNames.negative });
  if (negative.kind === 'states') return negative.weights.read(constantNames.negative);
  return statesOfEmptyText(negative.config, config.nexus_gen.negative_length, negative.weights, tools.runner);
}

function manifestOf(plan: ConversionPlan, files: readonly ManifestFile[], nameOf: (shard: string) => string): Manifest {
  const { config, precision, sampling, shards, graphs, installed } = plan;
  const settings = config.nexus_gen;
  const tokenizer = tokenizerFileNames(plan);
  const added = shards.map(({ layout: { file, part, bytes, tensors } }) => ({
    file: nameOf(file),
    part,
    bytes,
    tensors,
  }));
  const allTokenizer = tokenizer === null ? (installed?.tokenizer ?? null) : { files: tokenizer };
  const listed = {
    shards: [...(installed?.shards ?? []), ...added],
    graphs: [...(installed?.graphs ?? []), ...graphs.flatMap(({ entries }) => entries)],
    files,
  };
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
    tokenizer: allTokenizer,
    ...inBundleOrder(listed, allTokenizer?.files ?? []),
    ...serves(settings),
    ...withTables(listed.shards, settings.schedules ?? []),
  };
}

/** The schedules that a decoder has tables of, where there are any. */
function withTables(shards: Manifest['shards'], schedules: NonNullable<Manifest['schedules']>) {
  const stored = new Set(decoderNames.flatMap((decoder) => storedSchedules({ shards, schedules }, decoder)));
  const held = schedules.filter((served) => stored.has(served));
  return held.length > 0 ? { schedules: held } : {};
}

/** What the model says it serves, where that is not everything. */
function serves({ sizes, seeds_differ, context_turns }: ConversionPlan['config']['nexus_gen']) {
  return {
    ...(sizes && { sizes }),
    ...(seeds_differ !== undefined && { seeds_differ }),
    ...(context_turns !== undefined && { context_turns }),
  };
}
