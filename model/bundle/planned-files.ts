/** The files that a plan makes: shards, and copies of the tokenizer's; each written as a whole, or gone on with in its middle. */
import type { ByteSource } from '../checkpoint/source.ts';
import { fail } from '../failure.ts';
import { bytesBeside, writeComputed } from './computed-shards.ts';
import type { ConversionPlan } from './conversion-plan.ts';
import { type ConversionProgress, type ConversionWork, takenBytes, type WorkedFile } from './conversion-work.ts';
import type { GraphRunner } from './graph-runner.ts';
import { FileHasher, type FileHashing } from './hashes.ts';
import type { ManifestFile } from './manifest.ts';
import type { PlannedGraph, PlannedShard } from './planned-parts.ts';
import type { QuantiserPool } from './row-block.ts';
import { type ShardProgress, type Write, writeShard } from './shard-content.ts';
import { type BundleSink, GatheredWriter, type ResumableFile } from './sink.ts';
import { baseName } from './source-files.ts';
import type { OpenTokenizer } from './text-ids.ts';

export interface ConversionTools extends FileHashing {
  /** Runs the text encoders whose answers become constants, and the layers whose rows become modulation tables. */
  readonly runner: GraphRunner;
  /** For the words of negative prompts. */
  readonly openTokenizer: OpenTokenizer;
  readonly quantiser: QuantiserPool;
  readonly progress: (progress: ConversionProgress) => void;
}

/** A file of the bundle, and how to make it. */
export interface PlannedFile extends WorkedFile {
  readonly path: string;
  readonly produce: (write: Write, progress?: ShardProgress) => Promise<void>;
  /** Whether it can be gone on with in its middle. */
  readonly inSteps?: true;
  /** Whether it holds the bundle's constants, or is made of them too. */
  readonly constants?: 'holds' | 'takes';
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
  const inSteps = file.inSteps === true && isResumable({ plan, sink });
  const open = inSteps ? await sink.resume?.(file.path, mark) : undefined;
  if (open === undefined) return writeFile(file, sink, tools, wrote);
  work.read(Math.floor(file.takes * (open.mark.bytes / file.bytes)));
  return writeInSteps(file, open, tools, work);
}

/** Whether a file can be gone on with in its middle. */
function isResumable({ plan, sink }: Pick<Conversion, 'plan' | 'sink'>): boolean {
  return plan.sources.namesVersions && sink.resume !== undefined;
}

async function writeFile(
  file: PlannedFile,
  sink: BundleSink,
  hashing: FileHashing,
  wrote: (bytes: number) => void,
): Promise<ManifestFile> {
  const hasher = new FileHasher(hashing);
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
  return { path: file.path, bytes, ...(await hasher.digest()) };
}

/** What goes wrong leaves the file as it was noted last. */
async function writeInSteps(
  file: PlannedFile,
  open: ResumableFile,
  hashing: FileHashing,
  work: ConversionWork,
): Promise<ManifestFile> {
  const hasher = new FileHasher(hashing);
  let bytes = 0;
  const restored = (piece: Uint8Array) => {
    hasher.update(piece);
    bytes += piece.length;
    work.wrote(bytes);
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
    passed: (passed) => work.read(passed),
    keep: (offset, piece) => open.writeAt(offset, piece),
    note: (reached) => open.note(reached),
  };
  try {
    await file.produce(write, progress);
  } catch (thrown) {
    await open.leave().catch(() => undefined);
    throw thrown;
  }
  await open.close(bytes);
  requireBytes(file, bytes);
  return { path: file.path, bytes, ...(await hasher.digest()) };
}

function requireBytes({ path, bytes: planned }: PlannedFile, bytes: number): void {
  const reason = `${bytes} bytes instead of ${planned}`;
  if (bytes !== planned) fail('WRITE_FAILED', { file: path, problem: 'other', reason });
}

/** @param nameOf the file that a shard's bytes lie in, by the name that was planned for it */
export function shardFile(
  { plan, sink, tools }: Conversion,
  shard: PlannedShard,
  nameOf: (shard: string) => string,
): PlannedFile {
  const { layout } = shard;
  const common = { path: layout.file, bytes: layout.bytes, takes: takenBytes(plan, shard), inSteps: true } as const;
  if (shard.kind !== 'weights') {
    const { runner, openTokenizer } = tools;
    const computing = { plan, folder: sink.folder, runner, openTokenizer, nameOf };
    const produce: PlannedFile['produce'] = (write, progress) => writeComputed(computing, shard, write, progress);
    const beside = isResumable({ plan, sink }) ? bytesBeside(plan, shard) : 0;
    const computed = { ...common, beside, produce };
    if (shard.kind === 'negative') return computed;
    return { ...computed, constants: shard.kind === 'constants' ? 'holds' : 'takes' };
  }
  const { from } = shard;
  const produce: PlannedFile['produce'] = async (write, progress) => {
    const source = plan.weights.get(from) ?? fail('BUNDLE_LACKS', { part: layout.part, name: from });
    return writeShard(layout, source, tools.quantiser, write, progress);
  };
  return { ...common, beside: 0, produce };
}

export function copiedFile(source: ByteSource): PlannedFile {
  return {
    path: baseName(source.name),
    bytes: source.size,
    takes: source.size,
    beside: 0,
    produce: async (write) => write(await source.read(0, source.size)),
  };
}

/** @param nameOf as for `shardFile` */
export function graphFile({ file, withShards }: PlannedGraph, nameOf: (shard: string) => string): PlannedFile {
  const bytes = withShards(nameOf);
  return { path: file, bytes: bytes.length, takes: 0, beside: 0, produce: (write) => write(bytes) };
}
