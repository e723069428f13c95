/** Files of a bundle that are not as they were any more are made again, alone, from the checkpoint that they were made from. */
import { fail } from '../failure.ts';
import type { ConversionPlan } from './conversion-plan.ts';
import { ConversionWork } from './conversion-work.ts';
import type { Manifest, ManifestFile } from './manifest.ts';
import { type Conversion, copiedFile, graphFile, type PlannedFile, shardFile, writePlanned } from './planned-files.ts';

/**
 * @param conversion whose plan is that of the whole checkpoint
 * @param lost paths of files that `manifest` lists
 * @param remade told of each file as soon as it is as `manifest` says
 * @throws SOURCE_MISSING where the checkpoint lacks what a file is made of, SOURCE_CHANGED where it holds something else by now,
 * and what `convert` throws
 */
export async function remake(
  conversion: Conversion,
  manifest: Manifest,
  lost: ReadonlySet<string>,
  remade: (file: ManifestFile) => Promise<void>,
): Promise<void> {
  const { plan, sink, tools } = conversion;
  const planned = new Map(plannedFiles(conversion, manifest).map((file) => [file.path, file]));
  const files = manifest.files.filter(({ path }) => lost.has(path));
  const makeable = files.flatMap(({ path }) => planned.get(path) ?? []);
  if (makeable.length < files.length)
    fail('SOURCE_MISSING', { files: files.flatMap(({ path }) => (planned.has(path) ? [] : path)) });
  const work = new ConversionWork(makeable, tools.progress);
  // In the order of a conversion: some are made of others.
  for (const file of planned.values()) {
    const listed = files.find(({ path }) => path === file.path);
    if (listed === undefined) continue;
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
