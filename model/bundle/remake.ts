/** Files of a bundle that are not as they were any more are made again, alone, from the checkpoint that they were made from. */
import type { SourceFolder } from '../checkpoint/source.ts';
import { readNexusConfig } from '../config/nexus.ts';
import { fail } from '../failure.ts';
import { installedFiles, partsOf } from './abilities.ts';
import { type ConversionPlan, emptyNegativeShard, planConstants, wordsShards } from './conversion-plan.ts';
import { ConversionWork } from './conversion-work.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { emptyNegativeSource, openClip } from './negative-source.ts';
import { constantsPart, decoderNames, decoderParts, negativePart, pieceOf } from './parts.ts';
import { type Conversion, copiedFile, graphFile, type PlannedFile, shardFile, writePlanned } from './planned-files.ts';
import { planParts } from './planned-parts.ts';
import { shardLimit } from './precision.ts';
import { inOrder, RecordedSources } from './recorded-sources.ts';
import { openWeights, SourceFolders, sourceFileNames } from './source-files.ts';

/** Files of a bundle that are to be made again, by their paths. */
export interface Lost {
  readonly manifest: Manifest;
  readonly lost: ReadonlySet<string>;
}

/**
 * What the files of a bundle are made of. Of the checkpoint only that is read which the lost ones need: no configuration, and of no
 * other file so much as the header.
 *
 * @throws SOURCE_MISSING where that is not there, MODEL_MISMATCH, and what the readers of its files find
 */
export async function planRemake(folders: readonly SourceFolder[], { manifest, lost }: Lost): Promise<ConversionPlan> {
  const sources = new RecordedSources(folders);
  const found = await SourceFolders.open(sources.folders);
  const config = readNexusConfig(manifest.config);
  const lostParts = new Set([...lost].map((file) => pieceOf(partNamed(file))));
  const whole = installedFiles(manifest);
  const needed = [...whole].filter((file) => partsOf(file).some((part) => lostParts.has(part)));
  const weights = await openWeights(found, new Set(needed));
  for (const file of needed)
    if (file !== 'language' && !weights.has(file)) fail('SOURCE_MISSING', { files: [sourceFileNames[file]] });
  const parts = new Set(manifest.shards.map(({ part }) => part));
  const clip = lostParts.has(constantsPart) ? await openClip(found) : null;
  const empty = lostParts.has(negativePart) ? await emptyNegativeSource(found, config, true) : null;
  const ofEmpty = empty === null ? [] : [emptyNegativeShard(config, empty)];
  const words = (manifest.negative_texts ?? []).filter(({ part }) => lostParts.has(part));
  const ofWords = await wordsShards(found, config, words);
  const { precision } = manifest;
  const { shards, graphs } = planParts(config, weights, {
    precision,
    segmentLimit: shardLimit,
    whole,
    layers: new Set(decoderNames.filter((name) => parts.has(decoderParts[name].layers))),
    schedules: decoderNames.some((name) => parts.has(decoderParts[name].tables))
      ? (config.nexus_gen.schedules ?? [])
      : [],
    hasFluxGraphs: false,
  });
  const hasTokenizer = manifest.tokenizer?.files.some((file) => lost.has(file)) === true;
  return {
    config,
    precision,
    weights,
    sampling: manifest.defaults.sampling,
    shards: [...planConstants(config, clip), ...shards, ...ofEmpty, ...ofWords],
    graphs,
    clip,
    tokenizer: hasTokenizer ? await found.tokenizer() : null,
    missing: [],
    installed: manifest,
    sources,
    planned: inOrder(sources.takeRanges()),
  };
}

/**
 * @param conversion as `planRemake` plans it
 * @param remade told of each file as soon as it is as `manifest` says
 * @throws SOURCE_MISSING where the checkpoint lacks what a file is made of, SOURCE_CHANGED where it holds something else by now,
 * and what `convert` throws
 */
export async function remake(
  conversion: Conversion,
  { manifest, lost }: Lost,
  remade: (file: ManifestFile) => Promise<void>,
): Promise<void> {
  const { plan, sink, tools } = conversion;
  const planned = new Map(plannedFiles(conversion, manifest).map((file) => [file.path, file]));
  const files = new Map(manifest.files.flatMap((file) => (lost.has(file.path) ? [[file.path, file] as const] : [])));
  const missing = [...files.keys()].filter((path) => !planned.has(path));
  if (missing.length > 0) fail('SOURCE_MISSING', { files: missing });
  // In the order of a conversion: some are made of others.
  const makeable = [...planned.values()].flatMap((file) => {
    const listed = files.get(file.path);
    return listed === undefined ? [] : { file, listed };
  });
  const work = new ConversionWork(
    makeable.map(({ file }) => file),
    tools.progress,
  );
  for (const { file, listed } of makeable) {
    work.begin(file);
    // What is wrong is of no use, and takes the room of what replaces it.
    await sink.remove(file.path);
    const made = await writePlanned({ plan, sink, tools }, file, `again ${listed.sha256}`, work);
    if (made.sha256 !== listed.sha256) {
      await sink.remove(file.path);
      fail('SOURCE_CHANGED', { file: file.path });
    }
    await remade(listed);
    work.end('now');
  }
}

function plannedFiles(conversion: Conversion, manifest: Manifest): readonly PlannedFile[] {
  const { plan } = conversion;
  const nameOf = namesIn(manifest, plan);
  return [
    ...(plan.tokenizer ?? []).map(copiedFile),
    ...plan.shards.map((shard) => shardFile(conversion, shard, nameOf)),
    ...plan.graphs.map((graph) => graphFile(graph, nameOf)),
  ];
}

/** The part that a shard was first made of, where several are one file. */
function partNamed(file: string): string {
  return file.replace(/(-\d+)?\.\w+$/, '');
}

/** Shards of equal bytes are one file: it has the name of the first of them. */
function namesIn({ shards }: Manifest, plan: ConversionPlan): (shard: string) => string {
  const key = (part: string, tensors: readonly { readonly name: string }[]) =>
    `${part} ${tensors.map(({ name }) => name).join(' ')}`;
  const files = new Map(shards.map(({ part, tensors, file }) => [key(part, tensors), file]));
  const names = new Map(
    plan.shards.map(({ layout }) => [layout.file, files.get(key(layout.part, layout.tensors)) ?? layout.file]),
  );
  return (shard) => names.get(shard) ?? shard;
}
