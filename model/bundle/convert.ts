/** Checkpoint to bundle: streams tensor by tensor, goes on after an interruption, and writes `bundle.json` last. */
import { readNexusConfig } from '../config/nexus.ts';
import { fail } from '../failure.ts';
import { ConversionJournal } from './conversion-journal.ts';
import { type ConversionPlan, tokenizerFileNames } from './conversion-plan.ts';
import { ConversionWork } from './conversion-work.ts';
import type { Sha256Maker } from './hashes.ts';
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
import { storedSchedules } from './modulation-tables.ts';
import { decoderNames } from './parts.ts';
import {
  type ConversionTools,
  copiedFile,
  graphFile,
  type PlannedFile,
  shardFile,
  writePlanned,
} from './planned-files.ts';
import type { BundleSink } from './sink.ts';

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
  const journal = await ConversionJournal.open(plan, sink, tools);
  const names = new Map(plan.installed?.shards.map(({ file }) => [file, file]));
  const nameOf = (shard: string) => names.get(shard) ?? shard;
  const copied = (plan.tokenizer ?? []).map(copiedFile);
  const shards = plan.shards.map((shard) => shardFile({ plan, sink, tools }, shard, nameOf));
  const graphs = plan.graphs.map(({ bytes }) => ({ bytes: bytes.length, takes: 0, beside: 0 }));
  const work = new ConversionWork([...copied, ...shards, ...graphs], tools.progress);
  const files = new Map(kept.map((file) => [file.path, file]));
  let areConstantsNew = false;
  for (const file of copied) await finished(file, []);
  for (const shard of shards) {
    const before = [...names.values()].flatMap((path) => files.get(path) ?? []);
    names.set(shard.path, (await finished(shard, before)).path);
  }
  for (const planned of plan.graphs) {
    const graph = graphFile(planned, nameOf);
    work.begin(graph);
    files.set(graph.path, await written(graph));
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
    // What was made of other constants is none of this checkpoint's.
    const isOutdated = file.constants === 'takes' && areConstantsNew;
    const earlier = isOutdated ? null : await journal.finished(file.path);
    const made = earlier ?? (await make(file, before));
    if (earlier === null && file.constants === 'holds') areConstantsNew = true;
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

  function written(file: PlannedFile): Promise<ManifestFile> {
    return writePlanned({ plan, sink, tools }, file, journal.plan, work);
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
    ...withWords(plan),
    ...withTables(listed.shards, settings.schedules ?? []),
  };
}

/** The negative prompts that were there, and those that are added. */
function withWords({ shards, installed }: ConversionPlan): Pick<Manifest, 'negative_texts'> {
  const added = shards.flatMap((shard) =>
    shard.kind === 'negative' && shard.text !== '' ? [{ text: shard.text, part: shard.layout.part }] : [],
  );
  const all = [...(installed?.negative_texts ?? []), ...added];
  return all.length === 0 ? {} : { negative_texts: all };
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
