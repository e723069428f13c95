/** The shards that are computed of a checkpoint: constants, what the negative branch reads, modulation tables. */
import { crc32 } from '../checkpoint/crc32.ts';
import { decodeWeights } from '../checkpoint/decode.ts';
import type { SourceFolder } from '../checkpoint/source.ts';
import type { NexusConfig } from '../config/nexus.ts';
import type { ServedSchedule } from '../config/settings.ts';
import { fail } from '../failure.ts';
import { type Modulation, modulationSteps, modulationTables, plannedModulation } from './compute-modulation.ts';
import { bytesBehind, type ComputedTensors, computeSteps } from './computed-steps.ts';
import type { ConversionPlan } from './conversion-plan.ts';
import type { GraphRunner } from './graph-runner.ts';
import { chunkBytes } from './hashes.ts';
import type { ManifestShard } from './manifest.ts';
import { modulationTableName } from './modulation-tables.ts';
import { negativeBytesBeside, negativeTensors } from './negative-shard.ts';
import { constantNames, constantsPart } from './parts.ts';
import type { PlannedShard } from './planned-parts.ts';
import type { ShardProgress, Write } from './shard-content.ts';
import { noMark } from './sink.ts';
import { plannedPooled, pooledOf } from './text-constants.ts';
import { clipIds, type OpenTokenizer } from './text-ids.ts';

export type ComputedShard = Exclude<PlannedShard, { kind: 'weights' }>;

/** What is computed, with what, and where the constants lie by then. */
export interface Computing {
  readonly plan: ConversionPlan;
  readonly folder: SourceFolder;
  readonly runner: GraphRunner;
  readonly openTokenizer: OpenTokenizer;
  /** The file that a shard's bytes lie in, by the name that was planned for it. */
  readonly nameOf: (shard: string) => string;
}

/** The most bytes that a computed shard takes of the disk beside its own while it is made, where it can be gone on with. */
export function bytesBeside({ config, weights, clip }: ConversionPlan, shard: ComputedShard): number {
  if (shard.kind === 'constants') return clip === null ? 0 : bytesBehind(clip.weights, [plannedPooled(clip.config)]);
  if (shard.kind === 'negative') return negativeBytesBeside(shard, config);
  const source = weights.get(shard.from);
  return source === undefined
    ? 0
    : bytesBehind(source, plannedModulation(config.dit, schedulesOf(config, shard.layout)));
}

/**
 * @param progress for a shard that is gone on with; null for one that is made as a whole
 * @throws BUNDLE_LACKS, MODEL_MISMATCH, TENSOR_VALUES, FLOAT16_OVERFLOW, and what the checkpoint's reader finds
 */
export async function writeComputed(
  computing: Computing,
  shard: ComputedShard,
  write: Write,
  progress: ShardProgress | null = null,
): Promise<void> {
  const { layout } = shard;
  const isWritten = progress?.mark.bytes === layout.bytes;
  if (progress !== null && isWritten && (await restoreWhole(layout, progress))) return;
  const { computation, tensors } = await computedTensors(computing, shard);
  const mark = isWritten ? noMark : progress?.mark;
  const kept = progress && mark && { progress: { ...progress, mark }, fileBytes: layout.bytes };
  const values = await tensors(await computeSteps(computation, kept ?? null));
  let checksum = 0;
  let written = 0;
  const append = async (bytes: Uint8Array) => {
    checksum = crc32(bytes, checksum);
    written += bytes.length;
    await write(bytes);
  };
  for (const { name, offset } of layout.tensors) {
    await append(new Uint8Array(offset - written));
    await append(values.get(name) ?? fail('BUNDLE_LACKS', { part: layout.part, name }));
  }
  await progress?.note({ ...noMark, steps: computation.steps.length, bytes: layout.bytes, crc32: checksum });
}

/** A file that was whole, and only lacked its name: false where it was changed since. */
async function restoreWhole({ bytes }: ManifestShard, { mark, read, restored }: ShardProgress): Promise<boolean> {
  const each = async (take: (piece: Uint8Array) => void) => {
    for (let at = 0; at < bytes; at += chunkBytes) take(await read(at, Math.min(chunkBytes, bytes - at)));
  };
  let checksum = 0;
  await each((piece) => {
    checksum = crc32(piece, checksum);
  });
  if (checksum !== mark.crc32) return false;
  await each(restored);
  return true;
}

async function computedTensors(computing: Computing, shard: ComputedShard): Promise<ComputedTensors> {
  if (shard.kind === 'modulation tables') return tablesOf(computing, shard);
  const { plan, runner } = computing;
  if (shard.kind === 'constants') {
    const clip = plan.clip ?? fail('BUNDLE_LACKS', { part: constantsPart, name: constantNames.pooled });
    const computation = pooledOf(clipIds([], clip.config), clip, runner);
    return { computation, tensors: async (resultOf) => new Map([[constantNames.pooled, await resultOf(0)]]) };
  }
  return negativeTensors(shard, plan.config, computing);
}

async function tablesOf(
  computing: Computing,
  { layout, from }: Extract<ComputedShard, { kind: 'modulation tables' }>,
): Promise<ComputedTensors> {
  const { config, weights } = computing.plan;
  const source = weights.get(from) ?? fail('BUNDLE_LACKS', { part: layout.part, name: from });
  const schedules = schedulesOf(config, layout);
  const modulation: Modulation = { config, schedules, pooled: await pooledVector(computing), source };
  return {
    computation: modulationSteps(modulation, computing.runner),
    tensors: (resultOf) => modulationTables(modulation, resultOf),
  };
}

/** Those that a shard has tables of. */
function schedulesOf({ nexus_gen: settings }: NexusConfig, { tensors }: ManifestShard): readonly ServedSchedule[] {
  const names = new Set(tensors.map(({ name }) => name));
  return (settings.schedules ?? []).filter((each) => names.has(modulationTableName(each)));
}

/** CLIP's vector of the empty text, from the constants that this conversion made before, or that are installed. */
async function pooledVector({ plan, folder, nameOf }: Computing): Promise<Float32Array> {
  const lacking = () => fail('BUNDLE_LACKS', { part: constantsPart, name: constantNames.pooled });
  const shards: readonly ManifestShard[] = [
    ...plan.shards.map(({ layout }) => layout),
    ...(plan.installed?.shards ?? []),
  ];
  const shard = shards.find(({ part }) => part === constantsPart) ?? lacking();
  const { offset, bytes } = shard.tensors.find(({ name }) => name === constantNames.pooled) ?? lacking();
  const file = await folder.open(nameOf(shard.file));
  return decodeWeights('float32', await file.read(offset, bytes));
}
