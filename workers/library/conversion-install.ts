/** A model that is converted here, installed: what is missing is made, and what was damaged is made again, alone. */
import type { Installable } from '../../model/bundle/installables.ts';
import { type Manifest, type ManifestFile, manifestFile } from '../../model/bundle/manifest.ts';
import { decodeUtf8, encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { notInstalled, type StorageFolder, writeFileWhole } from '../storage/files.ts';
import type { Checkpoint } from './checkpoint.ts';
import { convertInto, type MachineTools, remakeInto, withTools } from './conversion.ts';
import type { LibraryGround } from './ground.ts';
import { pendingFile, putInPlace } from './installation.ts';
import { Journal, type Note, notedWanted } from './journal.ts';
import { whileUnused } from './locks.ts';
import { notable, notedCheckpoint } from './model-entry.ts';
import { lostFiles, type ModelFolder } from './model-folder.ts';
import type { InstallSource, ModelKey } from './protocol.ts';

export interface ConversionInstall {
  readonly key: ModelKey;
  readonly title: string;
  readonly source: InstallSource;
  /** Of all that is wanted. */
  readonly bytes: number;
  /** Names the checkpoint. */
  readonly from: string;
  readonly before: ModelFolder | null;
  readonly checkpoint: Checkpoint;
  readonly wanted: readonly Installable[];
  readonly negativeTexts: readonly string[];
  readonly signal: AbortSignal;
}

type Ground = Pick<LibraryGround, 'disk' | 'locks' | 'tell' | 'conversionTools'>;

/** @throws MODEL_IN_USE where it is open and something of it is made again, and what a conversion throws */
export async function installConversion(install: ConversionInstall, ground: Ground): Promise<void> {
  const { key, checkpoint, signal } = install;
  const folder = await ground.disk.folder(key);
  const notes = new Notes(install, folder, await Journal.open(folder));
  try {
    checkpoint.endWith(signal);
    await notes.begin();
    ground.tell({ type: 'changed' });
    await withTools(ground, async (tools) => {
      await make(install, ground, notes, tools);
      await notes.end();
    });
  } finally {
    notes.journal.close();
    checkpoint.endWith(null);
  }
}

async function make(install: ConversionInstall, ground: Ground, notes: Notes, tools: MachineTools): Promise<void> {
  const { key, title, bytes, from, before, checkpoint, wanted, negativeTexts, signal } = install;
  const { disk, locks, tell } = ground;
  const { folder, journal } = notes;
  const files = await disk.snapshot(key);
  const progress = (done: number, total: number) =>
    tell({ type: 'progress', key, doing: 'install', done, total: Math.max(total, bytes) });
  const order = { name: title, folder, journal, files, signal, checkpoint, wanted, negativeTexts, progress };
  const described = before?.known?.checkpoint === from ? (before.description ?? before.remembered) : null;
  const manifest = described?.manifest ?? null;
  if (before?.state !== 'installed') {
    await whileUnused(locks, key, title, async () => {
      if (manifest === null) return withdraw(folder);
      const lost = await lostFiles(manifest, files, journal.known);
      const remade = (file: ManifestFile) => notes.keep([file]);
      await remakeInto({ ...order, manifest, lost, remade }, tools);
      await notes.describe();
      tell({ type: 'changed' });
    });
  }
  const completed = async ({ files: made }: Manifest) => {
    await notes.keep(made);
    await notes.remember();
    tell({ type: 'changed' });
  };
  await convertInto({ ...order, installed: manifest, bytes, completed }, tools);
}

/** A model that is made anew is none until it can do something. */
async function withdraw(folder: StorageFolder): Promise<void> {
  const left = await folder.names();
  for (const path of [manifestFile, pendingFile]) if (left.includes(path)) await folder.remove(path);
}

/** What is noted of the installation, and the description that says that it can be used. */
class Notes {
  readonly folder: StorageFolder;
  readonly journal: Journal;
  readonly #install: ConversionInstall;

  constructor(install: ConversionInstall, folder: StorageFolder, journal: Journal) {
    this.#install = install;
    this.folder = folder;
    this.journal = journal;
  }

  begin(): Promise<void> {
    const { source, title: name, bytes, wanted, negativeTexts, from: checkpoint } = this.#install;
    const noted = { kind: 'checkpoint', name: notable(source).name, from: notedCheckpoint(source) } as const;
    return this.#add({ kind: 'source', source: noted, name, bytes, ...notedWanted(wanted), negativeTexts, checkpoint });
  }

  async keep(files: readonly ManifestFile[]): Promise<void> {
    for (const { path, chunks } of files) await this.#add({ kind: 'kept', path, chunks: [...chunks.keys()] });
  }

  /** So that bundle.json can be had again where it is lost alone. */
  async remember(): Promise<void> {
    const text = decodeUtf8((await this.folder.read(manifestFile)) ?? new Uint8Array());
    if (text) await this.#add({ kind: 'described', text });
  }

  /** Every file is there again: so is what lists them. */
  describe(): Promise<void> {
    const { before } = this.#install;
    const text = this.journal.known.described;
    return this.#written(async () => {
      if (before?.description || text === null) return putInPlace(this.folder);
      await writeFileWhole(this.folder, manifestFile, [encodeUtf8(text)]);
      if ((await this.folder.names()).includes(pendingFile)) await this.folder.remove(pendingFile);
    });
  }

  end(): Promise<void> {
    return this.#add({ kind: 'complete' });
  }

  #add(note: Note): Promise<void> {
    return this.#written(async () => this.journal.add(note));
  }

  async #written(write: () => Promise<void>): Promise<void> {
    const { title, bytes } = this.#install;
    try {
      await write();
    } catch (error) {
      throw notInstalled(title, bytes, error);
    }
  }
}
