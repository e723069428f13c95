/** The models of this browser: what is there, and what a person has done with it. */

import type { ConversionProgress } from '../../model/bundle/conversion-work.ts';
import type { ConversionTools } from '../../model/bundle/convert.ts';
import type { FitDevice } from '../../model/bundle/fit.ts';
import { manifestFile } from '../../model/bundle/manifest.ts';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { FailureError, fail, failure } from '../../model/failure.ts';
import { readManifest } from '../bundle/open-folder.ts';
import { writeFileWhole } from '../storage/files.ts';
import type { BundleFiles } from './bundle-files.ts';
import { conversionKey, convertInto, factsOfPlan, isCheckpoint, planOf } from './conversion.ts';
import type { LibraryDisk } from './disk.ts';
import { factsOf } from './facts.ts';
import { complete, keptBytes, pendingFile, totalBytes } from './installation.ts';
import { Journal } from './journal.ts';
import { asWriter, type ModelLocks, whileUnused } from './locks.ts';
import { keyOf, type ModelFolder, nameOf, noteDamage, readModelFolder, sweepModelFolder } from './model-folder.ts';
import type {
  InstallEnd,
  InstallSource,
  LibraryEvent,
  LibraryModel,
  ModelFacts,
  ModelKey,
  NotedSource,
  Offer,
} from './protocol.ts';
import { damagedChunks } from './verification.ts';

/** Of the private file system: all models lie in it, a folder each. */
export const modelsFolder = 'models';

/** What the library stands on. */
export interface LibraryGround {
  readonly disk: LibraryDisk;
  readonly locks: ModelLocks;
  /** A folder of the person's that may hold a checkpoint; null for an address. */
  readonly folderOf: (source: InstallSource) => SourceFolder | null;
  readonly conversionTools: () => Promise<Omit<ConversionTools, 'progress'> & { readonly close: () => void }>;
  /** @throws ADDRESS_INVALID */
  readonly filesOf: (source: InstallSource) => BundleFiles;
  readonly tell: (event: LibraryEvent) => void;
  readonly wait: (ms: number) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Bytes that this site stores; null where the browser does not say. */
  readonly stored: () => Promise<number | null>;
}

const paused = () => new FailureError(failure('STOPPED', { stage: 'loading' }));

export class Library {
  readonly #ground: LibraryGround;
  readonly #running = new Map<ModelKey, AbortController>();
  /** What a person gave since this worker lives, and cannot be written down. */
  readonly #given = new Map<ModelKey, InstallSource>();

  constructor(ground: LibraryGround) {
    this.#ground = ground;
  }

  /** What ended in the middle is put right, but for what another tab is at work on. */
  async sweep(): Promise<void> {
    const { disk, locks } = this.#ground;
    for (const name of await disk.folders()) {
      const key = keyOf(name);
      const sweeping = asWriter(locks, name, name, async () => {
        if (key === null) await disk.removeFolder(name);
        else await sweepModelFolder(disk, key);
      });
      await sweeping.catch(() => undefined);
    }
  }

  async list(device: FitDevice | null): Promise<readonly LibraryModel[]> {
    const models: LibraryModel[] = [];
    for (const name of await this.#ground.disk.folders()) {
      const key = keyOf(name);
      if (key === null) continue;
      const found = await readModelFolder(this.#ground.disk, key);
      const model = modelOf(found, device);
      if (model !== null) models.push(model);
    }
    return models;
  }

  async look(source: InstallSource, device: FitDevice | null): Promise<Offer> {
    const { disk, filesOf, stored } = this.#ground;
    const checkpoint = await this.#checkpointIn(source);
    if (checkpoint !== null) return this.#lookAtCheckpoint(checkpoint);
    const files = filesOf(source);
    const { manifest, sha256 } = await readManifest(await files.manifest(), undefined);
    const key = keyOf(sha256) ?? fail('MODEL_UNKNOWN', {});
    const there = (await disk.folders()).includes(key) ? await readModelFolder(disk, key) : null;
    const kept = there?.known ? keptBytes(manifest, there.known) : 0;
    const largest = [...manifest.files].sort((left, right) => right.bytes - left.bytes)[0];
    return {
      ...factsOf(manifest, sha256, device),
      of: 'bundle',
      key,
      known: there === null || there.names.length === 0 ? null : there.state,
      missing: totalBytes(manifest) - kept,
      rate: largest === undefined ? null : await files.rate(largest),
      stored: await stored(),
    };
  }

  async #checkpointIn(source: InstallSource): Promise<SourceFolder | null> {
    const folder = this.#ground.folderOf(source);
    if (folder === null) return null;
    const paths = await folder.list();
    return isCheckpoint(paths) && !paths.includes(manifestFile) ? folder : null;
  }

  async #lookAtCheckpoint(folder: SourceFolder): Promise<Offer> {
    const { disk, stored } = this.#ground;
    const plan = await planOf(folder);
    const key = await conversionKey(plan);
    const facts = factsOfPlan(plan, key);
    const known = (await disk.folders()).includes(key) ? (await readModelFolder(disk, key)).state : null;
    return { ...facts, of: 'checkpoint', key, known, missing: facts.bytes, rate: null, stored: await stored() };
  }

  async install(source: InstallSource, sha256: string): Promise<InstallEnd> {
    const checkpoint = await this.#checkpointIn(source);
    return checkpoint === null ? this.#fetch(source, sha256) : this.#convert(source, checkpoint, sha256);
  }

  async #convert(source: InstallSource, checkpoint: SourceFolder, sha256: string): Promise<InstallEnd> {
    const plan = await planOf(checkpoint);
    const key = await conversionKey(plan);
    const { name } = notable(source);
    if (key !== sha256) fail('SOURCE_CHANGED', { file: name });
    const { name: title, bytes } = factsOfPlan(plan, key);
    const { disk, tell, conversionTools } = this.#ground;
    this.#given.set(key, source);
    return this.#writing(key, title, async (signal) => {
      const folder = await disk.folder(key);
      const journal = await Journal.open(folder);
      try {
        journal.add({ kind: 'source', source: { kind: 'checkpoint', name }, name: title, bytes });
        tell({ type: 'changed' });
        // A model that is made again is none until it is whole.
        const left = await folder.names();
        for (const path of [manifestFile, pendingFile]) if (left.includes(path)) await folder.remove(path);
        const progress = ({ share, bytes: total }: ConversionProgress) =>
          tell({ type: 'progress', key, doing: 'install', done: Math.floor(share * total), total });
        const { close, ...tools } = await conversionTools();
        try {
          const files = await disk.snapshot(key);
          const target = { name: title, folder, files, signal };
          const { files: made } = await convertInto(plan, target, { ...tools, progress });
          for (const { path, chunks } of made) journal.add({ kind: 'kept', path, chunks: [...chunks.keys()] });
        } finally {
          close();
        }
      } finally {
        journal.close();
      }
    });
  }

  async #fetch(source: InstallSource, sha256: string): Promise<InstallEnd> {
    const files = this.#ground.filesOf(source);
    const bytes = await files.manifest();
    const { manifest } = await readManifest(bytes, sha256);
    const key = keyOf(sha256) ?? fail('MODEL_UNKNOWN', {});
    this.#given.set(key, source);
    return this.#writing(key, manifest.name, async (signal) => {
      const folder = await this.#ground.disk.folder(key);
      const names = await folder.names();
      const { description } = await readModelFolder(this.#ground.disk, key);
      // Not even a damaged description is what the person was told of.
      if (description === null && names.includes(manifestFile)) await folder.remove(manifestFile);
      if (description === null) await writeFileWhole(folder, pendingFile, [bytes]);
      const journal = await Journal.open(folder);
      try {
        journal.add({ kind: 'source', source: notable(source), name: manifest.name, bytes: totalBytes(manifest) });
        const { wait, tell } = this.#ground;
        const progress = (done: number, total: number) =>
          tell({ type: 'progress', key, doing: 'install', done, total });
        tell({ type: 'changed' });
        progress(keptBytes(manifest, journal.known), totalBytes(manifest));
        await complete({ manifest, folder, journal, files, signal, progress, wait });
      } finally {
        journal.close();
      }
    });
  }

  async resume(key: ModelKey): Promise<InstallEnd> {
    const found = await this.#folderOf(key);
    const given = this.#given.get(key);
    if (given !== undefined) return this.install(given, key);
    const source = found.known?.source ?? fail('MODEL_UNKNOWN', {});
    if (source.kind !== 'address') fail('SOURCE_NEEDED', { name: nameOf(found), from: source.name });
    return this.install(source, key);
  }

  pause(key: ModelKey): void {
    this.#running.get(key)?.abort(paused());
  }

  /** Bytes that are wrong or missing. */
  async verify(key: ModelKey): Promise<number> {
    const found = await this.#folderOf(key);
    const { folder, description } = found;
    const { manifest } = description ?? fail('BUNDLE_FILE', { file: manifestFile, problem: 'hash' });
    const { disk, locks, tell, now } = this.#ground;
    return asWriter(locks, key, nameOf(found), async () => {
      const reading = disk.reading(key);
      try {
        const { damaged, bytes } = await damagedChunks(manifest, reading, (done, total) =>
          tell({ type: 'progress', key, doing: 'verify', done, total }),
        );
        if (bytes > 0) await noteDamage(folder, damaged);
        else await noteVerified(found, now());
        return bytes;
      } finally {
        await reading.close();
        tell({ type: 'changed' });
      }
    });
  }

  async remove(key: ModelKey): Promise<void> {
    const found = await this.#folderOf(key);
    const { folder, names } = found;
    const { disk, locks, tell } = this.#ground;
    const name = nameOf(found);
    await asWriter(locks, key, name, () =>
      whileUnused(locks, key, name, async () => {
        // On a full disk this cannot be noted, and has to be done all the same.
        await noteDeleted(folder).catch(() => undefined);
        if (names.includes(manifestFile)) await folder.remove(manifestFile);
        await disk.removeFolder(key);
      }),
    );
    tell({ type: 'changed' });
  }

  async #folderOf(key: ModelKey): Promise<ModelFolder> {
    const { disk } = this.#ground;
    return (await disk.folders()).includes(key) ? readModelFolder(disk, key) : fail('MODEL_UNKNOWN', {});
  }

  async #writing(key: ModelKey, name: string, work: (signal: AbortSignal) => Promise<void>): Promise<InstallEnd> {
    const { locks, tell } = this.#ground;
    return asWriter(locks, key, name, () =>
      whileUnused(locks, key, name, async () => {
        const controller = new AbortController();
        this.#running.set(key, controller);
        try {
          await work(controller.signal);
          return 'installed';
        } catch (error) {
          if (controller.signal.aborted) return 'paused';
          throw error;
        } finally {
          this.#running.delete(key);
          tell({ type: 'changed' });
        }
      }),
    );
  }
}

function modelOf({ key, known, description, state }: ModelFolder, device: FitDevice | null): LibraryModel | null {
  const facts = description ? factsOf(description.manifest, description.sha256, device) : factsNoted(key, known);
  if (facts === null || known?.isDeleted === true) return null;
  const { source = null, verifiedAt = null } = known ?? {};
  const kept = description && known ? keptBytes(description.manifest, known) : 0;
  const location = { kind: 'opfs', path: [modelsFolder, key], sha256: facts.sha256 } as const;
  return { ...facts, key, state, kept, source, verifiedAt, location };
}

/** Of a model whose description cannot be read any more. */
function factsNoted(key: ModelKey, known: ModelFolder['known']): ModelFacts | null {
  if (known === null || known.name === null) return null;
  const abilities = { chat: null, draw: null, edit: null };
  return { name: known.name, sha256: key, bytes: known.bytes, licences: [], abilities, plan: null };
}

/** Chunks whose notes were lost are known again. */
async function noteVerified({ folder, description }: ModelFolder, at: number): Promise<void> {
  const journal = await Journal.open(folder);
  try {
    const { kept } = journal.known;
    for (const { path, chunks } of description?.manifest.files ?? []) {
      if ((kept.get(path)?.size ?? 0) < chunks.length) journal.add({ kind: 'kept', path, chunks: [...chunks.keys()] });
    }
    journal.add({ kind: 'verified', at });
  } finally {
    journal.close();
  }
}

async function noteDeleted(folder: ModelFolder['folder']): Promise<void> {
  const journal = await Journal.open(folder);
  try {
    journal.add({ kind: 'deleted' });
  } finally {
    journal.close();
  }
}

/** A source as it can be written down. */
function notable(source: InstallSource): NotedSource & { readonly name: string } {
  switch (source.kind) {
    case 'address':
      return { kind: 'address', name: source.address, address: source.address, hosts: source.hosts };
    case 'directory':
      return { kind: 'directory', name: source.handle.name };
    case 'files':
      return { kind: 'files', name: source.name };
  }
}
