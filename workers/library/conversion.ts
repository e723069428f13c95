/** A checkpoint becomes a model of the library: converted straight into its folder, file by file. */
import { abilities, filesFor, firstAbilityOf } from '../../model/bundle/abilities.ts';
import { type ConversionPlan, planConversion } from '../../model/bundle/conversion-plan.ts';
import { type ConversionTools, convert } from '../../model/bundle/convert.ts';
import type { Manifest } from '../../model/bundle/manifest.ts';
import type { BundleSink, BundleWriter } from '../../model/bundle/sink.ts';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { fail } from '../../model/failure.ts';
import { sha256Hex } from '../sha256.ts';
import { notInstalled, partSuffix, type StorageFolder, writeFileWhole, writeWhole } from '../storage/files.ts';
import { keyOf } from './model-folder.ts';
import type { ModelFacts, ModelKey } from './protocol.ts';

/** How matrices are stored: the one that fits the most devices. */
const precision = 'q4';

/** Whether a folder holds a checkpoint as published, or something that wants to be one. */
export function isCheckpoint(paths: readonly string[]): boolean {
  return paths.some((path) => /(^|\/)model(\.safetensors\.index\.json|[^/]*\.safetensors)$/.test(path));
}

export function planOf(folder: SourceFolder): Promise<ConversionPlan> {
  return planConversion([folder], precision);
}

/** One model in one precision is one folder, however often it is begun. */
export async function conversionKey({ config }: ConversionPlan): Promise<ModelKey> {
  const key = keyOf(await sha256Hex(encodeUtf8(`conversion ${precision} ${JSON.stringify(config)}`)));
  return key ?? fail('MODEL_UNKNOWN', {});
}

/** What the model will be. How it would run is known when it is there. */
export function factsOfPlan(plan: ConversionPlan, key: ModelKey): ModelFacts {
  const there = new Set(plan.weights.keys());
  const sums = { chat: 0, draw: 0, edit: 0 };
  for (const { layout } of plan.shards) sums[firstAbilityOf(layout.part)] += layout.bytes;
  for (const { entries, bytes } of plan.graphs) sums[firstAbilityOf(entries[0]?.part ?? null)] += bytes.length;
  const able = abilities.filter((ability) => [...filesFor([ability])].every((file) => there.has(file)));
  const of = (ability: (typeof abilities)[number]) => (able.includes(ability) ? sums[ability] : null);
  return {
    name: plan.config.nexus_gen.name,
    sha256: key,
    bytes: sums.chat + sums.draw + sums.edit,
    licences: plan.config.nexus_gen.licences,
    abilities: { chat: of('chat'), draw: of('draw'), edit: of('edit') },
    plan: null,
  };
}

/** What a conversion writes to, and how it is ended. */
export interface ConversionTarget {
  readonly name: string;
  readonly folder: StorageFolder;
  /** Its files as they are when they are opened; none is held open. */
  readonly files: SourceFolder;
  readonly signal: AbortSignal;
}

/**
 * Makes what is not made yet; `bundle.json` comes last.
 *
 * @throws INSTALL_FULL, INSTALL_UNWRITTEN, the signal's reason, and what `convert` throws
 */
export function convertInto(plan: ConversionPlan, target: ConversionTarget, tools: ConversionTools): Promise<Manifest> {
  let left = 0;
  const progress: ConversionTools['progress'] = (now) => {
    left = now.bytes - now.written;
    tools.progress(now);
  };
  return convert(
    plan,
    sinkOf(target, () => left),
    { ...tools, progress },
  );
}

function sinkOf({ name, folder, files, signal }: ConversionTarget, left: () => number): BundleSink {
  const writing = <Result>(write: () => Promise<Result>): Promise<Result> =>
    write().catch((error: unknown) => {
      throw notInstalled(name, left(), error);
    });
  const unlessEnded = async <Result>(write: () => Promise<Result>): Promise<Result> => {
    signal.throwIfAborted();
    return writing(write);
  };
  return {
    name,
    folder: files,
    create: (path) =>
      unlessEnded(async () => {
        const file = await createFile(folder, path);
        return {
          write: (bytes) => unlessEnded(() => file.write(bytes)),
          // A file that is whole is kept, and what is open is closed, also where this was ended meanwhile.
          close: () => writing(file.close),
          abandon: file.abandon,
        };
      }),
    publish: (path, bytes) => unlessEnded(() => writeFileWhole(folder, path, [bytes])),
    remove: (path) =>
      unlessEnded(async () => {
        if ((await folder.names()).includes(path)) await folder.remove(path);
      }),
  };
}

/** Under another name until it is whole. */
async function createFile(folder: StorageFolder, path: string): Promise<BundleWriter> {
  const part = `${path}${partSuffix}`;
  const file = await folder.open(part);
  try {
    file.truncate(0);
  } catch (error) {
    file.close();
    throw error;
  }
  let end = 0;
  return {
    async write(bytes) {
      writeWhole(file, bytes, end);
      end += bytes.length;
    },
    async close() {
      try {
        file.flush();
      } finally {
        file.close();
      }
      await folder.rename(part, path);
    },
    async abandon() {
      file.close();
      await folder.remove(part).catch(() => undefined);
    },
  };
}
