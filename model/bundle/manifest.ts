/** `bundle.json`, the one file that makes a folder a bundle (docs/bundle-format.md). */
import { z } from 'zod';
import { scanJson } from '../checkpoint/json.ts';
import { decodeUtf8, encodeUtf8 } from '../checkpoint/utf8.ts';
import { servedScheduleSchema, settingsSchema } from '../config/settings.ts';
import { fail } from '../failure.ts';
import { firstIssue } from '../schema-issue.ts';
import { generationConfigSchema } from '../text/generation-config.ts';
import { chunkCount, type Sha256Maker } from './hashes.ts';
import { modulationTableName } from './modulation-tables.ts';
import { constantNames, decoderNames, decoderParts } from './parts.ts';
import { bundlePrecisions, shardLimit } from './precision.ts';

export const manifestFile = 'bundle.json';
export const bundleFormat = 'nexus-gen-bundle';
export const bundleVersion = 2;

/** A full-size bundle has about 10,000 stored tensors in 2 MB. */
export const manifestLimit = 16 * 2 ** 20;
const jsonLimits = { depth: 64, values: 1_000_000 } as const;

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
/** Files lie in the bundle's top folder; a name can therefore never lead out of it. */
const fileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/);

const tensorSchema = z
  .object({
    name: z.string().min(1),
    type: z.enum(['float32', 'float16', 'uint8']),
    shape: z.array(count).readonly(),
    /** Place in the shard, in bytes. */
    offset: count,
    bytes: count,
  })
  .readonly();

const shardSchema = z
  .object({
    file: fileName,
    /** The piece of the model whose weights these are, for instance `transformer`. */
    part: z.string().min(1),
    bytes: count,
    tensors: z.array(tensorSchema).readonly(),
  })
  .readonly();

const graphSchema = z
  .object({
    name: z.string().min(1),
    activations: z.enum(['float32', 'float16']),
    file: fileName,
    /** The part whose shards hold its weights; null where weights are the graph's inputs, or it has none. */
    part: z.string().min(1).nullable(),
  })
  .readonly();

const negativeTextSchema = z.object({ text: z.string().min(1), part: z.string().min(1) }).readonly();

const manifestSchema = z
  .object({
    format: z.literal(bundleFormat),
    version: z.literal(bundleVersion),
    id: settingsSchema.shape.id.unwrap(),
    name: settingsSchema.shape.name.unwrap(),
    licences: z.array(z.string()).readonly(),
    sources: z.array(z.string()).readonly(),
    /** Sizes of every piece; read it with `readNexusConfig`. */
    config: z.record(z.string(), z.unknown()),
    precision: z.enum(bundlePrecisions),
    context: settingsSchema.shape.context.unwrap(),
    forms: settingsSchema.shape.forms.unwrap(),
    defaults: settingsSchema.shape.defaults.unwrap().extend({ sampling: generationConfigSchema }),
    /** Null where the checkpoint came without one: then ids go in and come out. */
    tokenizer: z
      .object({ files: z.array(fileName).readonly() })
      .readonly()
      .nullable(),
    graphs: z.array(graphSchema).readonly(),
    shards: z.array(shardSchema).readonly(),
    files: z
      .array(z.object({ path: fileName, bytes: count, sha256, chunks: z.array(sha256).readonly() }).readonly())
      .readonly(),
    /** What it serves, where that is not everything; see `settings.ts`. */
    sizes: settingsSchema.shape.sizes,
    seeds_differ: settingsSchema.shape.seeds_differ,
    context_turns: settingsSchema.shape.context_turns,
    /** Negative prompts beside the empty one, and the part that each one's tensors are (negative-text.ts). */
    negative_texts: z.array(negativeTextSchema).min(1).readonly().optional(),
    /** The schedules that its decoders hold modulation tables of. */
    schedules: z.array(servedScheduleSchema.readonly()).min(1).readonly().optional(),
    /** SHA-256 of the bytes in front of this key, which is the last. */
    checksum: sha256.optional(),
  })
  .superRefine(checkReferences);

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
export type ManifestFile = Manifest['files'][number];
export type ManifestGraph = z.infer<typeof graphSchema>;
export type ManifestShard = z.infer<typeof shardSchema>;
export type ManifestTensor = z.infer<typeof tensorSchema>;
export type NegativeTextOfBundle = z.infer<typeof negativeTextSchema>;

type Content = Pick<Manifest, 'tokenizer' | 'graphs' | 'shards' | 'files' | 'negative_texts' | 'schedules'>;

/** Every file that is used is listed once, every part a graph names exists, every shard is filled by its tensors. */
function checkReferences(manifest: Content, context: z.core.$RefinementCtx): void {
  const demand: Demand = (holds, path, expected) => {
    if (!holds) context.addIssue({ code: 'custom', path: [...path], params: { expected } });
  };
  const { files, graphs, shards, tokenizer } = manifest;
  const listed = new Map(files.map((file) => [file.path, file]));
  demand(listed.size === files.length, ['files'], 'each path once');
  demand(!listed.has(manifestFile), ['files'], `no ${manifestFile}`);
  files.forEach(({ bytes, chunks, sha256: whole }, at) => {
    const path = ['files', at, 'chunks'];
    demand(chunks.length === chunkCount(bytes), path, `${chunkCount(bytes)} hashes`);
    demand(chunks.length !== 1 || chunks[0] === whole, path, 'the hash of the file');
  });
  tokenizer?.files.forEach((file, at) => {
    demand(listed.has(file), ['tokenizer', 'files', at], 'a listed file');
  });
  const parts = new Set(shards.map(({ part }) => part));
  graphs.forEach(({ file, part }, at) => {
    demand(listed.has(file), ['graphs', at, 'file'], 'a listed file');
    demand(part === null || parts.has(part), ['graphs', at, 'part'], 'a part with a shard');
  });
  demand(allDiffer(graphs.map(({ name, activations }) => `${name} ${activations}`)), ['graphs'], 'each graph once');
  shards.forEach((shard, at) => {
    demand(listed.get(shard.file)?.bytes === shard.bytes, ['shards', at, 'bytes'], 'the size of the listed file');
    demand(shard.bytes <= shardLimit, ['shards', at, 'bytes'], `${shardLimit} bytes at most`);
    checkPlaces(shard, (holds, path, expected) => demand(holds, ['shards', at, ...path], expected));
  });
  checkSchedules(manifest, demand);
  checkNegatives(manifest, demand);
  const names = shards.flatMap(({ part, tensors }) => tensors.map(({ name }) => `${part} ${name}`));
  demand(allDiffer(names), ['shards'], 'each tensor of a part once');
}

/** A table is of a listed schedule, a row a step; and each schedule is listed once and has one. */
function checkSchedules({ schedules = [], shards }: Content, demand: Demand): void {
  const parts: readonly string[] = decoderNames.map((decoder) => decoderParts[decoder].tables);
  const tables = shards.filter(({ part }) => parts.includes(part)).flatMap(({ tensors }) => tensors);
  const steps = new Map(schedules.map((served) => [modulationTableName(served), served.steps]));
  demand(steps.size === schedules.length, ['schedules'], 'each schedule once');
  const held = new Set(tables.map(({ name }) => name));
  schedules.forEach((served, at) => {
    demand(held.has(modulationTableName(served)), ['schedules', at], 'a schedule with a table');
  });
  const isListed = tables.every(({ name, type, shape }) => type === 'float16' && shape[0] === steps.get(name));
  demand(isListed, ['schedules'], 'the schedule of each table');
}

/** Each text once, in a part with the tensors that the negative branch reads. */
function checkNegatives({ negative_texts: negatives = [], shards }: Content, demand: Demand): void {
  const floats = shards.flatMap(({ part, tensors }) =>
    tensors.filter(({ type }) => type === 'float32').map(({ name }) => `${part} ${name}`),
  );
  const held = new Set(floats);
  demand(allDiffer(negatives.map(({ text }) => text)), ['negative_texts'], 'each text once');
  negatives.forEach(({ part }, at) => {
    const isWhole = [constantNames.negative, constantNames.pooled].every((name) => held.has(`${part} ${name}`));
    demand(isWhole, ['negative_texts', at, 'part'], 'a part with its tensors');
  });
}

type Demand = (holds: boolean, path: readonly (string | number)[], expected: string) => void;

function allDiffer(names: readonly string[]): boolean {
  return new Set(names).size === names.length;
}

/** Tensors have the size of their shape and follow each other at the next multiple of 64, up to the shard's last byte. */
function checkPlaces({ tensors, bytes }: ManifestShard, demand: Demand): void {
  let end = 0;
  tensors.forEach((tensor, at) => {
    const path = ['tensors', at];
    const begin = alignedOffset(end);
    demand(tensor.offset === begin, [...path, 'offset'], `${begin}, behind the tensor before it`);
    demand(tensor.bytes === tensorBytes(tensor), [...path, 'bytes'], 'the size of its shape');
    end = tensor.offset + tensor.bytes;
  });
  demand(end === bytes, ['bytes'], `${end}, where its last tensor ends`);
}

/** Offsets are multiples of this: what GPU copies and typed arrays of any width ask for. */
const alignment = 64;

/** The first place at or behind this one where a tensor may begin. */
export function alignedOffset(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}

const elementBytes = { float32: 4, float16: 2, uint8: 1 } as const;

function tensorBytes({ type, shape }: ManifestTensor): number {
  return shape.reduce((product, size) => product * size, elementBytes[type]);
}

/**
 * Reads the bytes of a bundle.json.
 *
 * @throws BUNDLE_MANIFEST with the first key that does not fit, BUNDLE_VERSION for a bundle of another version
 */
export function parseManifest(bytes: Uint8Array): Manifest {
  const json = parseJson(bytes);
  const version = versionOf(json);
  if (version !== undefined && version !== bundleVersion) fail('BUNDLE_VERSION', { version, supported: bundleVersion });
  const result = manifestSchema.safeParse(json);
  return result.success ? result.data : fail('BUNDLE_MANIFEST', firstIssue(result.error, json));
}

/** The bytes of a bundle.json, with the checksum of all that it says at its end. */
export function writeManifest({ checksum: _, ...content }: Manifest, sha256: Sha256Maker): Uint8Array {
  const front = `${JSON.stringify(content).slice(0, -1)},`;
  return encodeUtf8(`${front}"checksum":"${digest(encodeUtf8(front), sha256)}"}`);
}

const checksumEnd = /^"checksum":"([0-9a-f]{64})"\}$/;
const checksumEndBytes = '"checksum":""}'.length + 64;

/**
 * The checksum that a bundle.json ends with, and the bytes it is of: a name, a default and a licence contradict nothing
 * when a digit of them changes. Null where there is none.
 */
export function checksumOf(bytes: Uint8Array): { readonly content: Uint8Array; readonly written: string } | null {
  const begin = Math.max(0, bytes.length - checksumEndBytes);
  const [, written] = checksumEnd.exec(decodeUtf8(bytes.subarray(begin)) ?? '') ?? [];
  return written === undefined ? null : { content: bytes.subarray(0, begin), written };
}

/**
 * Reads a bundle.json that was not changed since it was written; one without a checksum is read as it is.
 *
 * @param expected SHA-256 of what the checksum is of; null where there is none
 * @throws BUNDLE_FILE where it was changed, BUNDLE_MANIFEST, BUNDLE_VERSION
 */
export function readChecked(bytes: Uint8Array, expected: string | null): Manifest {
  const written = checksumOf(bytes)?.written ?? null;
  if (written !== expected) fail('BUNDLE_FILE', { file: manifestFile, problem: 'hash' });
  const manifest = parseManifest(bytes);
  if (written !== null || manifest.checksum === undefined) return manifest;
  return fail('BUNDLE_MANIFEST', { key: 'checksum', expected: 'the last key', actual: 'another' });
}

/** `readChecked` where hashes are made at once. */
export function checkManifest(bytes: Uint8Array, sha256: Sha256Maker): Manifest {
  const sum = checksumOf(bytes);
  return readChecked(bytes, sum && digest(sum.content, sha256));
}

function digest(bytes: Uint8Array, sha256: Sha256Maker): string {
  const hash = sha256();
  hash.update(bytes);
  return hash.digest();
}

function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > manifestLimit) {
    fail('BUNDLE_MANIFEST', { key: '', expected: `${manifestLimit} bytes at most`, actual: `${bytes.length} bytes` });
  }
  const text = decodeUtf8(bytes) ?? fail('BUNDLE_MANIFEST', { key: '', expected: 'UTF-8', actual: 'other bytes' });
  const { mistake } = scanJson(text, jsonLimits);
  if (mistake === null) return JSON.parse(text);
  return fail('BUNDLE_MANIFEST', { key: '', expected: 'JSON', actual: text.slice(0, 40) });
}

/** Only a file that says it is a bundle can be a bundle of another version. */
function versionOf(json: unknown): number | undefined {
  if (typeof json !== 'object' || json === null || !('format' in json) || !('version' in json)) return undefined;
  return json.format === bundleFormat && typeof json.version === 'number' ? json.version : undefined;
}
