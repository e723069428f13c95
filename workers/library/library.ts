/** The models of this browser: what is there, and what a person has done with it. */

import { readModelConfig } from '../../model/bundle/conversion-plan.ts';
import type { FitDevice } from '../../model/bundle/fit.ts';
import { type Installable, installables } from '../../model/bundle/installables.ts';
import { manifestFile } from '../../model/bundle/manifest.ts';
import { FailureError, fail, failure } from '../../model/failure.ts';
import { readManifest } from '../bundle/open-folder.ts';
import { writeFileWhole } from '../storage/files.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { Checkpoint } from './checkpoint.ts';
import { conversionKey, madeFrom, planOf, withTools } from './conversion.ts';
import { type ConversionInstall, installConversion } from './conversion-install.ts';
import type { LibraryGround } from './ground.ts';
import { complete, keptBytes, pendingFile, stagesOf, totalBytes } from './installation.ts';
import { Journal, notedWanted } from './journal.ts';
import { asWriter, whileUnused } from './locks.ts';
import { lookFailure } from './look-failure.ts';
import { modelOf, notable, sourceOf } from './model-entry.ts';
import { keyOf, type ModelFolder, nameOf, noteDamage, readModelFolder } from './model-folder.ts';
import { damageOf, mend, movedTo, showFolder, sweepModel } from './moved-model.ts';
import { forgetFolder, moveToBrowser, moveToFolder, undoMove } from './moving.ts';
import { lengthsOf, offerOfBundle, offerOfCheckpoint, titleOf } from './offers.ts';
import type {
  InstallEnd,
  InstallSource,
  LibraryModel,
  ModelKey,
  MoveEnd,
  MoveTarget,
  Offer,
  TokenCounts,
} from './protocol.ts';
import { readingRate } from './reading-rate.ts';
import { type Found, Sources } from './sources.ts';
import { noteVerified } from './verification.ts';

/** What a person wants of a checkpoint. */
type Asked = Pick<ConversionInstall, 'wanted' | 'negativeTexts'>;

const paused = () => new FailureError(failure('STOPPED', { stage: 'loading' }));

export class Library {
  readonly #ground: LibraryGround;
  readonly #running = new Map<ModelKey, AbortController>();
  readonly #moves = new Map<ModelKey, Promise<MoveEnd>>();
  /** What a person gave since this worker lives, and cannot be written down. */
  readonly #given = new Map<ModelKey, InstallSource>();
  readonly #sources: Sources;
  readonly #offered = new Map<ModelKey, Offer>();

  constructor(ground: LibraryGround) {
    this.#ground = ground;
    this.#sources = new Sources(ground);
  }

  /** What ended in the middle is put right, but for what another tab is at work on. */
  async sweep(): Promise<void> {
    const { disk, locks } = this.#ground;
    for (const name of await disk.folders()) {
      const key = keyOf(name);
      const sweeping = asWriter(locks, name, name, async () => {
        if (key === null) await disk.removeFolder(name);
        else await sweepModel(this.#ground, key);
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
      const { place, moving } = found.known ?? {};
      const isAbroad = place?.kind === 'folder' || moving?.kind === 'folder';
      const model = modelOf(found, isAbroad ? await this.#ground.handles.get(key) : null, device);
      if (model !== null) models.push(model);
    }
    return models;
  }

  look(source: InstallSource, device: FitDevice | null): Promise<Offer> {
    return this.#offer(source, device).catch((error: unknown) => Promise.reject(lookFailure(source, error)));
  }

  async #offer(source: InstallSource, device: FitDevice | null): Promise<Offer> {
    const { stored } = this.#ground;
    const ground = { stored, folderOf: (key: ModelKey) => this.#folderIfThere(key) };
    const found = await this.#sources.find(source);
    if (found.kind === 'bundle') return offerOfBundle(found.files, found.bytes, device, ground);
    const offer = await withTools(this.#ground, (tools) => offerOfCheckpoint(found.checkpoint, tools, device, ground));
    this.#offered.set(offer.key, offer);
    return offer;
  }

  async wordsLengths(source: InstallSource, texts: readonly string[]): Promise<readonly TokenCounts[] | null> {
    const found = await this.#sources.find(source);
    if (found.kind === 'bundle') return null;
    return lengthsOf(found.checkpoint, texts, this.#ground.openTokenizer);
  }

  async install(
    source: InstallSource,
    sha256: string,
    wanted: readonly Installable[] = installables,
    negativeTexts: readonly string[] = [],
  ): Promise<InstallEnd> {
    const found = await this.#sources.find(source);
    return found.kind === 'bundle'
      ? this.#fetch(source, found, sha256, wanted)
      : this.#convert(source, found.checkpoint, sha256, { wanted, negativeTexts });
  }

  async #convert(source: InstallSource, checkpoint: Checkpoint, sha256: string, asked: Asked): Promise<InstallEnd> {
    const { wanted, negativeTexts } = asked;
    const config = await readModelConfig([checkpoint.folder]);
    const key = await conversionKey(config);
    const { name } = notable(source);
    if (key !== sha256) fail('SOURCE_CHANGED', { file: name });
    const before = await this.#folderIfThere(key);
    const from = await madeFrom(checkpoint, before?.known?.checkpoint ?? null);
    // Nothing is begun of what cannot be converted; what was begun is planned when it is known what it lacks.
    if (before === null) await planOf(checkpoint, { only: ['chat'] });
    if (negativeTexts.length > 0) {
      const installed = (before?.description ?? before?.remembered)?.manifest ?? null;
      await planOf(checkpoint, { only: ['negative'], installed, negativeTexts });
    }
    const folder = before && movedTo(before);
    if (folder) fail('MODEL_MOVED', { name: nameOf(before), folder });
    // What can be used is never joined to what comes of another training.
    const made = before?.state === 'installed' ? before.known?.checkpoint : null;
    if (made && made !== from) fail('SOURCE_CHANGED', { file: name });
    const found = { key, before, checkpoint, wanted, negativeTexts };
    const { name: title, bytes } = await titleOf(found, config, this.#offered.get(key));
    this.#given.set(key, source);
    const order = { ...found, title, source, bytes, from };
    return this.#installing(key, title, (signal) => installConversion({ ...order, signal }, this.#ground));
  }

  async #fetch(
    source: InstallSource,
    { files, bytes }: Extract<Found, { kind: 'bundle' }>,
    sha256: string,
    wanted: readonly Installable[],
  ): Promise<InstallEnd> {
    const { manifest } = await readManifest(bytes, sha256);
    const key = keyOf(sha256) ?? fail('MODEL_UNKNOWN', {});
    const { disk, locks, wait, tell } = this.#ground;
    this.#given.set(key, source);
    const stages = stagesOf(manifest, wanted, this.#ground.sha256);
    const all = { files: stages.at(-1)?.files ?? [] };
    return this.#installing(key, manifest.name, async (signal) => {
      const folder = await disk.folder(key);
      const found = await readModelFolder(disk, key);
      const { description, state, names } = found;
      const moved = movedTo(found);
      if (moved !== null && state === 'installed' && description?.sha256 !== sha256)
        return fail('MODEL_MOVED', { name: manifest.name, folder: moved });
      if (moved !== null) return this.#mend(found, moved, async () => files, signal);
      const isAdded = state === 'installed' && names.includes(pendingFile);
      const work = async () => {
        // Not even a damaged description is what the person was told of.
        if (description === null && names.includes(manifestFile)) await folder.remove(manifestFile);
        if (description === null) await writeFileWhole(folder, pendingFile, [bytes]);
        const journal = await Journal.open(folder);
        try {
          const total = totalBytes(all);
          const noted = { name: manifest.name, bytes: total, ...notedWanted(wanted) };
          journal.add({ kind: 'source', source: notable(source), ...noted });
          const progress = (done: number) => tell({ type: 'progress', key, doing: 'install', done, total });
          const changed = () => tell({ type: 'changed' });
          changed();
          progress(keptBytes(all, journal.known));
          const settled = new Set(isAdded ? description?.manifest.files.map(({ path }) => path) : []);
          await complete({ manifest, stages, settled, folder, journal, files, signal, progress, wait, changed });
        } finally {
          journal.close();
        }
      };
      // Nothing that can be used is written to where more is added to it.
      return isAdded || state === 'unfinished' ? work() : whileUnused(locks, key, manifest.name, work);
    });
  }

  async resume(key: ModelKey): Promise<InstallEnd> {
    const found = await this.#folderOf(key);
    const given = this.#given.get(key);
    const { wanted = installables, negativeTexts = [] } = found.known ?? {};
    const folder = movedTo(found);
    if (folder === null) return this.install(given ?? sourceOf(found), key, wanted, negativeTexts);
    // Where nothing has to be fetched its source is not asked for.
    const files = async () => {
      const there = await this.#sources.find(given ?? sourceOf(found));
      return there.kind === 'bundle' ? there.files : fail('MODEL_MOVED', { name: nameOf(found), folder });
    };
    const mending = async (signal: AbortSignal) => this.#mend(await this.#folderOf(key), folder, files, signal);
    return this.#installing(key, nameOf(found), mending);
  }

  #mend(found: ModelFolder, folder: string, files: () => Promise<BundleFiles>, signal: AbortSignal): Promise<void> {
    const { locks } = this.#ground;
    return whileUnused(locks, found.key, nameOf(found), () => mend(found, folder, files, this.#ground, signal));
  }

  pause(key: ModelKey): void {
    this.#running.get(key)?.abort(paused());
  }

  /** Bytes that are wrong or missing. */
  verify(key: ModelKey): Promise<number> {
    return this.#changing(key, async (found) => {
      const { tell, now } = this.#ground;
      const { damaged, bytes } = await damageOf(found, this.#ground, (done, total) =>
        tell({ type: 'progress', key, doing: 'verify', done, total }),
      );
      if (bytes > 0) await noteDamage(found.folder, damaged);
      else await noteVerified(found, now());
      return bytes;
    });
  }

  /** Bytes a second; null where nothing can be read. */
  async readingRate(key: ModelKey): Promise<number | null> {
    return readingRate(await this.#folderOf(key), this.#ground);
  }

  remove(key: ModelKey): Promise<void> {
    return this.#changing(key, (found) => {
      const { folder, names } = found;
      const { disk, handles, locks } = this.#ground;
      const moved = movedTo(found);
      return whileUnused(locks, key, nameOf(found), async () => {
        // On a full disk this cannot be noted, and has to be done all the same.
        await noteDeleted(folder).catch(() => undefined);
        const left = moved && (await forgetFolder(found, moved, this.#ground).catch((error: unknown) => error));
        if (names.includes(manifestFile)) await folder.remove(manifestFile);
        await disk.removeFolder(key);
        await handles.remove(key).catch(() => undefined);
        if (left) throw left;
      });
    });
  }

  move(key: ModelKey, to: MoveTarget): Promise<MoveEnd> {
    const move = this.#changing(key, async (found) => {
      const { locks } = this.#ground;
      const work = (signal: AbortSignal) =>
        to.kind === 'folder'
          ? moveToFolder(found, to.handle, this.#ground, signal)
          : moveToBrowser(found, this.#ground, signal);
      const moved = (signal: AbortSignal) => whileUnused(locks, key, nameOf(found), () => work(signal));
      return (await this.#pausable(key, moved)) ? 'moved' : 'paused';
    });
    if (!this.#moves.has(key)) {
      this.#moves.set(key, move);
      move.finally(() => this.#moves.delete(key)).catch(() => undefined);
    }
    return move;
  }

  async cancelMove(key: ModelKey): Promise<void> {
    const move = this.#moves.get(key);
    this.pause(key);
    // Until it has ended its lock is held.
    await move?.catch(() => undefined);
    await this.#changing(key, (found) => undoMove(found, this.#ground));
  }

  showFolder(key: ModelKey, shown: FileSystemDirectoryHandle): Promise<void> {
    return this.#changing(key, async (found) => {
      const folder = movedTo(found);
      if (folder !== null) await showFolder(found, folder, shown, this.#ground);
    });
  }

  async #folderOf(key: ModelKey): Promise<ModelFolder> {
    const { disk } = this.#ground;
    return (await disk.folders()).includes(key) ? readModelFolder(disk, key) : fail('MODEL_UNKNOWN', {});
  }

  async #folderIfThere(key: ModelKey): Promise<ModelFolder | null> {
    const { disk } = this.#ground;
    return (await disk.folders()).includes(key) ? readModelFolder(disk, key) : null;
  }

  /** As the only one that writes the model, which is found as it is then. */
  async #changing<Result>(key: ModelKey, work: (found: ModelFolder) => Promise<Result>): Promise<Result> {
    const { locks, tell } = this.#ground;
    const name = nameOf(await this.#folderOf(key));
    try {
      return await asWriter(locks, key, name, async () => work(await this.#folderOf(key)));
    } finally {
      tell({ type: 'changed' });
    }
  }

  #installing(key: ModelKey, name: string, work: (signal: AbortSignal) => Promise<void>): Promise<InstallEnd> {
    const { locks, tell } = this.#ground;
    return asWriter(locks, key, name, async () => {
      try {
        return (await this.#pausable(key, work)) ? 'installed' : 'paused';
      } finally {
        tell({ type: 'changed' });
      }
    });
  }

  /** Answers with whether it came to its end before the person paused it; for the only writer of the model. */
  async #pausable(key: ModelKey, work: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    const controller = new AbortController();
    this.#running.set(key, controller);
    try {
      await work(controller.signal);
      return true;
    } catch (error) {
      if (controller.signal.aborted) return false;
      throw error;
    } finally {
      this.#running.delete(key);
    }
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
