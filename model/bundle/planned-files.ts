/** The files that a plan makes: shards, and copies of the tokenizer's; each written as a whole, or gone on with in its middle. */
import type { ByteSource } from '../checkpoint/source.ts';
import { fail } from '../failure.ts';
import { computeModulationTables } from './compute-modulation.ts';
import type { ConversionPlan } from './conversion-plan.ts';
import { type ConversionProgress, type ConversionWork, takenBytes, type WorkedFile } from './conversion-work.ts';
import type { GraphRunner } from './graph-runner.ts';
import { FileHasher, type Sha256Maker } from './hashes.ts';
import type { ManifestFile } from './manifest.ts';
import { modulationTableName } from './modulation-tables.ts';
import { negativeHeader } from './negative-text.ts';
import { constantNames, negativePart } from './parts.ts';
import type { PlannedGraph, PlannedShard } from './planned-parts.ts';
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
export interface PlannedFile extends WorkedFile {
  readonly path: string;
  readonly produce: (write: Write, progress?: ShardProgress) => Promise<void>;
  /** Whether it can be gone on with in its middle. */
  readonly inSteps?: true;
}

/** What is being made, from what, and where to. */
export interface Conversion {
  readonly plan: ConversionPlan;
  readonly sink: BundleSink;
  readonly tools: ConversionTools;
}

/**
 * Writes a file; one that an earlier try began is gone on with, where the checkpoint names the version of what it holds.
 *
 * @param mark names what the file is made from, for a try that goes on
 */
export async function writePlanned(
  { plan, sink, tools }: Conversion,
  file: PlannedFile,
  mark: string,
  work: ConversionWork,
): Promise<ManifestFile> {
  const wrote = (bytes: number) => work.wrote(bytes);
  const isKnown = plan.sources.namesVersions && file.inSteps === true;
  const open = isKnown ? await sink.resume?.(file.path, mark) : undefined;
  if (open === undefined) return writeFile(file, sink, tools.sha256, wrote);
  work.read(Math.floor(file.takes * (open.mark.bytes / file.bytes)));
  return writeInSteps(file, open, tools.sha256, wrote);
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

export function shardFile(conversion: Conversion, shard: PlannedShard): PlannedFile {
  const { file, bytes } = shard.layout;
  const takes = takenBytes(conversion.plan, shard);
  const produce: PlannedFile['produce'] = (write, progress) => produceShard(conversion, shard, write, progress);
  return { path: file, bytes, takes, produce, ...(shard.kind === 'weights' && { inSteps: true }) };
}

export function copiedFile(source: ByteSource): PlannedFile {
  return {
    path: baseName(source.name),
    bytes: source.size,
    takes: source.size,
    produce: async (write) => write(await source.read(0, source.size)),
  };
}

/** @param nameOf the file that a shard's bytes lie in, by the name that was planned for it */
export function graphFile({ file, withShards }: PlannedGraph, nameOf: (shard: string) => string): PlannedFile {
  const bytes = withShards(nameOf);
  return { path: file, bytes: bytes.length, takes: 0, produce: (write) => write(bytes) };
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
