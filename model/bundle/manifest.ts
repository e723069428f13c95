/** `bundle.json`, the one file that makes a folder a bundle (CONTRACTS "Bundle"). */
import { z } from 'zod';
import { decodeUtf8 } from '../checkpoint/utf8.ts';
import { fail } from '../failure.ts';
import { firstIssue } from '../schema-issue.ts';
import { settingsSchema } from '../settings.ts';
import { generationConfigSchema } from '../text/generation-config.ts';
import { bundlePrecisions } from './precision.ts';

export const manifestFile = 'bundle.json';
export const bundleFormat = 'nexus-gen-bundle';
export const bundleVersion = 1;

/** A full-size bundle has about 10,000 stored tensors in 2 MB. */
const manifestLimit = 16 * 2 ** 20;

const count = z.int().nonnegative();
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
      .array(z.object({ path: fileName, bytes: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }).readonly())
      .readonly(),
  })
  .superRefine(checkReferences);

export type Manifest = Readonly<z.infer<typeof manifestSchema>>;
export type ManifestFile = Manifest['files'][number];
export type ManifestGraph = z.infer<typeof graphSchema>;
export type ManifestShard = z.infer<typeof shardSchema>;
export type ManifestTensor = z.infer<typeof tensorSchema>;

interface References {
  readonly tokenizer: { readonly files: readonly string[] } | null;
  readonly graphs: readonly ManifestGraph[];
  readonly shards: readonly ManifestShard[];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** Every file that is used is listed once and in its size, every part a graph names exists, every tensor is in its shard. */
function checkReferences(manifest: References, context: z.core.$RefinementCtx): void {
  const demand = (holds: boolean, path: readonly (string | number)[], expected: string) => {
    if (!holds) context.addIssue({ code: 'custom', path: [...path], params: { expected } });
  };
  const sizes = new Map(manifest.files.map(({ path, bytes }) => [path, bytes]));
  demand(sizes.size === manifest.files.length, ['files'], 'each path once');
  demand(!sizes.has(manifestFile), ['files'], `no ${manifestFile}`);
  manifest.tokenizer?.files.forEach((file, at) => {
    demand(sizes.has(file), ['tokenizer', 'files', at], 'a listed file');
  });
  const parts = new Set(manifest.shards.map(({ part }) => part));
  manifest.graphs.forEach(({ file, part }, at) => {
    demand(sizes.has(file), ['graphs', at, 'file'], 'a listed file');
    demand(part === null || parts.has(part), ['graphs', at, 'part'], 'a part with a shard');
  });
  manifest.shards.forEach(({ file, bytes, tensors }, at) => {
    demand(sizes.get(file) === bytes, ['shards', at, 'bytes'], 'the size of the listed file');
    const outside = tensors.findIndex((tensor) => !(tensor.offset + tensor.bytes <= bytes));
    demand(outside < 0, ['shards', at, 'tensors', outside, 'offset'], 'inside the shard');
    const wrong = tensors.findIndex((tensor) => tensor.bytes !== tensorBytes(tensor));
    demand(wrong < 0, ['shards', at, 'tensors', wrong, 'bytes'], 'the size of its shape');
  });
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

function parseJson(bytes: Uint8Array): unknown {
  if (bytes.length > manifestLimit) {
    fail('BUNDLE_MANIFEST', { key: '', expected: `${manifestLimit} bytes at most`, actual: `${bytes.length} bytes` });
  }
  const text = decodeUtf8(bytes) ?? fail('BUNDLE_MANIFEST', { key: '', expected: 'UTF-8', actual: 'other bytes' });
  try {
    return JSON.parse(text);
  } catch {
    return fail('BUNDLE_MANIFEST', { key: '', expected: 'JSON', actual: text.slice(0, 40) });
  }
}

/** Only a file that says it is a bundle can be a bundle of another version. */
function versionOf(json: unknown): number | undefined {
  if (typeof json !== 'object' || json === null || !('format' in json) || !('version' in json)) return undefined;
  return json.format === bundleFormat && typeof json.version === 'number' ? json.version : undefined;
}
