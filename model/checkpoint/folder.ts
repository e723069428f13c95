import { type FailureData, fail } from '../failure.ts';
import { scanJson } from './json.ts';
import { openSafetensors } from './safetensors.ts';
import { fileKind } from './sniff.ts';
import type { ByteSource, SourceFolder } from './source.ts';
import type { TensorSource } from './tensors.ts';
import { openTorchZip } from './torch-zip.ts';
import { decodeUtf8 } from './utf8.ts';

export const shardIndexName = 'model.safetensors.index.json';
const singleName = 'model.safetensors';
const shardPattern = /^model-\d+-of-\d+\.safetensors$/;
const indexLimit = 8 * 2 ** 20;
const indexLimits = { depth: 8, values: 100_000 } as const;

/** Opens one file of tensors by what its first bytes say: a torch archive or safetensors. */
export async function openTensorFile(source: ByteSource): Promise<TensorSource> {
  return (await fileKind(source)) === 'zip' ? openTorchZip(source) : openSafetensors(source);
}

/** Whether a folder holds a checkpoint that `openShardedFolder` can open. */
export async function hasShards(folder: SourceFolder, prefix = ''): Promise<boolean> {
  const names = await namesIn(folder, prefix);
  return names.some((name) => name === shardIndexName || name === singleName || shardPattern.test(name));
}

/**
 * Opens the safetensors of a folder as one source: by `model.safetensors.index.json`, else `model.safetensors`, else every
 * `model-NNNNN-of-NNNNN.safetensors`.
 *
 * @param prefix folder inside `folder`, with its slash, for instance `text_encoder_2/`
 * @throws SHARD_MISMATCH when index and shards disagree, and what a shard's own reader finds
 */
export async function openShardedFolder(folder: SourceFolder, prefix = ''): Promise<TensorSource> {
  const names = await namesIn(folder, prefix);
  const open = async (name: string) => openSafetensors(await folder.open(prefix + name));
  if (names.includes(shardIndexName)) return openByIndex(await folder.open(prefix + shardIndexName), names, open);
  const shards = names.includes(singleName) ? [singleName] : names.filter((name) => shardPattern.test(name));
  if (shards.length === 0) fail('FILE_UNREADABLE', { file: prefix + singleName, problem: 'no-file', reason: '' });
  return joinSources(prefix + (shards[0] ?? ''), await openAll(shards, open));
}

async function namesIn(folder: SourceFolder, prefix: string): Promise<readonly string[]> {
  const paths = await folder.list();
  return paths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
}

async function openAll(names: readonly string[], open: (name: string) => Promise<TensorSource>) {
  const sources: TensorSource[] = [];
  for (const name of names) sources.push(await open(name));
  return sources;
}

async function openByIndex(
  index: ByteSource,
  names: readonly string[],
  open: (name: string) => Promise<TensorSource>,
): Promise<TensorSource> {
  const weightMap = await readWeightMap(index);
  const shardNames = [...new Set(weightMap.values())].sort();
  const absent = shardNames.find((name) => !names.includes(name));
  if (absent !== undefined) {
    const tensor = [...weightMap].find(([, shard]) => shard === absent)?.[0] ?? '';
    refuse(index.name, 'shard-missing', absent, tensor);
  }
  const sources = await openAll(shardNames, open);
  for (const [tensor, shard] of weightMap) {
    const source = sources[shardNames.indexOf(shard)];
    if (source?.find(tensor) === undefined) refuse(index.name, 'tensor-missing', shard, tensor);
  }
  return joinSources(index.name, sources);
}

async function readWeightMap(index: ByteSource): Promise<ReadonlyMap<string, string>> {
  const invalid = () => refuse(index.name, 'index', '', '');
  if (index.size > indexLimit) return invalid();
  const text = decodeUtf8(await index.read(0, index.size)) ?? invalid();
  if (scanJson(text, indexLimits).mistake !== null) return invalid();
  const parsed: unknown = JSON.parse(text);
  const map = typeof parsed === 'object' && parsed !== null && 'weight_map' in parsed ? parsed.weight_map : undefined;
  if (typeof map !== 'object' || map === null) return invalid();
  const entries = Object.entries(map);
  const valid = entries.every((entry): entry is [string, string] => typeof entry[1] === 'string');
  return valid && entries.length > 0 ? new Map(entries) : invalid();
}

function refuse(file: string, problem: FailureData['SHARD_MISMATCH']['problem'], shard: string, tensor: string): never {
  return fail('SHARD_MISMATCH', { file, shard, tensor, problem });
}

/** Several sources as one; a name in two of them is refused. */
export function joinSources(name: string, sources: readonly TensorSource[]): TensorSource {
  const owners = new Map<string, TensorSource>();
  for (const source of sources) {
    for (const { name: tensor } of source.list()) {
      if (owners.has(tensor)) refuse(name, 'duplicate', source.name, tensor);
      owners.set(tensor, source);
    }
  }
  const owner = (tensor: string) => owners.get(tensor) ?? fail('TENSOR_MISSING', { file: name, tensor });
  return {
    name,
    list: () => sources.flatMap((source) => source.list()),
    find: (tensor) => owners.get(tensor)?.find(tensor),
    read: async (tensor) => owner(tensor).read(tensor),
    readRows: async (tensor, firstRow, rows) => owner(tensor).readRows(tensor, firstRow, rows),
    readStored: async (tensor, firstRow, rows) => owner(tensor).readStored(tensor, firstRow, rows),
  };
}
