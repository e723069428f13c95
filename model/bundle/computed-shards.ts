/** The shards that are computed of a checkpoint: constants, states of the negative prompt, modulation tables. */
import { crc32 } from '../checkpoint/crc32.ts';
import { decodeWeights } from '../checkpoint/decode.ts';
import type { SourceFolder } from '../checkpoint/source.ts';
import type { NexusConfig } from '../config/nexus.ts';
import type { ServedSchedule } from '../config/settings.ts';
import { fail } from '../failure.ts';
import { type Modulation, modulationSteps, modulationTables, plannedModulation } from './compute-modulation.ts';
import {
  bytesBehind,
  type Computation,
  type ComputedStep,
  computeSteps,
  type PlannedStep,
  type ResultOf,
} from './computed-steps.ts';
import type { ConversionPlan, NegativeSource } from './conversion-plan.ts';
import type { GraphRunner } from './graph-runner.ts';
import { chunkBytes } from './hashes.ts';
import type { ManifestShard } from './manifest.ts';
import { modulationTableName } from './modulation-tables.ts';
import { negativeHeader } from './negative-text.ts';
import { constantNames, constantsPart, negativePart } from './parts.ts';
import type { PlannedShard } from './planned-parts.ts';
import { bytesOf } from './row-block.ts';
import type { ShardProgress, Write } from './shard-content.ts';
import { noMark } from './sink.ts';
import { plannedPooled, plannedStates, pooledOfEmptyText, statesOfEmptyText } from './text-constants.ts';

export type ComputedShard = Exclude<PlannedShard, { kind: 'weights' }>;

/** What is computed, with what, and where the constants lie by then. */
export interface Computing {
  readonly plan: ConversionPlan;
  readonly folder: SourceFolder;
  readonly runner: GraphRunner;
  /** The file that a shard's bytes lie in, by the name that was planned for it. */
  readonly nameOf: (shard: string) => string;
}

/** The most bytes that a computed shard takes of the disk beside its own while it is made, where it can be gone on with. */
export function bytesBeside({ config, weights, clip, negative }: ConversionPlan, shard: ComputedShard): number {
  if (shard.kind === 'constants') return clip === null ? 0 : bytesBehind(clip.weights, [plannedPooled(clip.config)]);
  if (shard.kind === 'negative') {
    return negative === null ? 0 : bytesBehind(negative.weights, plannedNegative(negative, config));
  }
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

interface ComputedTensors {
  readonly computation: Computation;
  /** The shard's tensors by their names. */
  readonly tensors: (resultOf: ResultOf) => Promise<ReadonlyMap<string, Uint8Array>>;
}

async function computedTensors(computing: Computing, shard: ComputedShard): Promise<ComputedTensors> {
  if (shard.kind === 'modulation tables') return tablesOf(computing, shard);
  const { plan, runner } = computing;
  if (shard.kind === 'constants') {
    const clip = plan.clip ?? fail('BUNDLE_LACKS', { part: constantsPart, name: constantNames.pooled });
    const computation = pooledOfEmptyText(clip.config, clip.weights, runner);
    return { computation, tensors: async (resultOf) => new Map([[constantNames.pooled, await resultOf(0)]]) };
  }
  const computation = await negativeStates(computing);
  const last = computation.steps.length - 1;
  return {
    computation,
    tensors: async (resultOf) =>
      new Map([
        ['header', negativeHeader(plan.config)],
        [constantNames.negative, await resultOf(last)],
      ]),
  };
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

function plannedNegative(negative: NegativeSource, config: NexusConfig): readonly PlannedStep[] {
  const tokens = config.nexus_gen.negative_length;
  if (negative.kind === 't5') return plannedStates(negative.config, tokens);
  return [{ weights: [constantNames.negative], takes: [], at: 0, bytes: 4 * tokens * config.dit.context }];
}

/** T5's states of the empty text: computed, or read from the file of one who has. */
async function negativeStates({ plan: { negative, config }, runner }: Computing): Promise<Computation> {
  if (negative === null) return fail('BUNDLE_LACKS', { part: negativePart, name: constantNames.negative });
  const { weights: source } = negative;
  if (negative.kind === 't5') {
    return statesOfEmptyText(negative.config, config.nexus_gen.negative_length, source, runner);
  }
  const compute: ComputedStep['compute'] = async (read) => bytesOf(await read(constantNames.negative));
  const steps = plannedNegative(negative, config).map((planned) => ({ ...planned, compute }));
  return { source, steps, wanted: [0] };
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
