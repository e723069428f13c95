/** Pictures and embeddings, each a file under the SHA-256 of its bytes: whole, or as good as not there. Any tab may write one. */
import { sha256Hex } from '../sha256.ts';
import { notKept, partSuffix, type StorageFolder, writeFileWhole } from './files.ts';

/** Written in pieces of this size. */
const pieceBytes = 8 * 2 ** 20;
/** What versions before the log left behind where they were killed. */
const swapSuffix = '.crswap';

export class BlobFiles {
  readonly #folder: StorageFolder;
  /** Under way, by hash. */
  readonly #writing = new Map<string, Promise<void>>();
  readonly #removing = new Map<string, Promise<void>>();
  /** Given since the last time that files were removed. */
  readonly #wanted = new Set<string>();

  constructor(folder: StorageFolder) {
    this.#folder = folder;
  }

  /** Null where the file is missing, empty, or not what its name says. */
  async read(hash: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = await this.#folder.read(hash);
    if (bytes === null || bytes.length === 0) return null;
    return (await sha256Hex(bytes)) === hash ? bytes : null;
  }

  /** @throws NOT_KEPT */
  write(hash: string, bytes: Uint8Array): Promise<void> {
    this.#wanted.add(hash);
    const begun = this.#writing.get(hash) ?? this.#write(hash, bytes).finally(() => this.#writing.delete(hash));
    this.#writing.set(hash, begun);
    return begun;
  }

  /**
   * Removes whole files that are not needed. One that is given meanwhile is written again, or stays.
   *
   * @param mayGoOn asked before each
   */
  async removeOthers(isNeeded: (hash: string) => boolean, mayGoOn: () => Promise<boolean>): Promise<void> {
    this.#wanted.clear();
    const names = await this.#folder.names();
    await this.#removeNamed(
      names.filter((name) => /^[0-9a-f]{64}$/.test(name)),
      isNeeded,
      mayGoOn,
    );
  }

  /** As removeOthers, of these alone. */
  async remove(
    hashes: readonly string[],
    isNeeded: (hash: string) => boolean,
    mayGoOn: () => Promise<boolean>,
  ): Promise<void> {
    for (const hash of hashes) this.#wanted.delete(hash);
    await this.#removeNamed(hashes, isNeeded, mayGoOn);
  }

  async #removeNamed(
    names: readonly string[],
    isNeeded: (hash: string) => boolean,
    mayGoOn: () => Promise<boolean>,
  ): Promise<void> {
    for (const name of names) {
      if (isNeeded(name)) continue;
      if (!(await mayGoOn())) return;
      if (this.#wanted.has(name) || isNeeded(name)) continue;
      const removal = this.#folder.remove(name).catch(() => undefined);
      this.#removing.set(name, removal);
      await removal;
      this.#removing.delete(name);
    }
  }

  /** Files that were broken off; those that another worker is writing stay. */
  async sweep(): Promise<void> {
    const names = await this.#folder.names();
    const left = names.filter((name) => name.endsWith(partSuffix) || name.endsWith(swapSuffix));
    for (const name of left) await this.#folder.remove(name).catch(() => undefined);
  }

  async #write(hash: string, bytes: Uint8Array): Promise<void> {
    try {
      await this.#removing.get(hash);
      // A file that was damaged is written anew; a whole one is left to those who read it.
      if ((await this.read(hash).catch(() => null)) !== null) return;
      const pieces: Uint8Array[] = [];
      for (let at = 0; at < bytes.length; at += pieceBytes) pieces.push(bytes.subarray(at, at + pieceBytes));
      await writeFileWhole(this.#folder, hash, pieces);
    } catch (error) {
      throw notKept('picture', error);
    }
  }
}
