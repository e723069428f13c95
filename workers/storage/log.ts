/**
 * The append-only log: the one home of everything that is said. Opened by the tab that holds the lock. Each file is a generation;
 * the newest counts. A file is rewritten only into a new generation, so a writer that was replaced can never harm its successor's.
 */
import { fail } from '../../model/failure.ts';
import type { StorageContents } from './contents.ts';
import { notKept, readWhole, type StorageFile, type StorageFolder, writeWhole } from './files.ts';
import { encodeRecord } from './frames.ts';
import {
  type Generation,
  type Handover,
  joined,
  makeFirstGeneration,
  newestGeneration,
  openGeneration,
  succeed,
  sweep,
  takeOver,
} from './generations.ts';
import { Placement } from './placement.ts';
import type { Change, NewChange, StoredRecord } from './protocol.ts';
import { encodePayload } from './records.ts';

const defaultSmallestBytes = 2 ** 20;

interface OpenOptions {
  readonly requireLock?: () => Promise<void>;
  /** A smaller log is not rewritten. */
  readonly smallestBytes?: number;
}

export class StorageLog {
  readonly #folder: StorageFolder;
  #file: StorageFile;
  #name: string;
  #contents: StorageContents;
  /** Where the next record goes. */
  #end: number;
  /** Bytes of a write that was broken off may lie behind the end. */
  #hasRemains: boolean;
  readonly #smallestBytes: number;
  #rewriteAt: number;
  /** A generation that counts on the disk and is not open yet: nothing may be written before it is. */
  #successor: string | null = null;

  private constructor(folder: StorageFolder, generation: Generation, smallestBytes: number) {
    const { file, name, contents, end, hasRemains } = generation;
    this.#folder = folder;
    this.#smallestBytes = smallestBytes;
    this.#file = file;
    this.#name = name;
    this.#contents = contents;
    this.#end = end;
    this.#hasRemains = hasRemains;
    this.#rewriteAt = this.#threshold();
  }

  /**
   * Opens the newest generation, or makes the first.
   *
   * @param requireLock throws where another tab writes by now: who slept meanwhile must not harm what that one has
   * @throws STORAGE_OUTDATED where a newer version of this software has written it, NOT_KEPT
   */
  static async open(
    folder: StorageFolder,
    handover: Handover,
    { requireLock = async () => undefined, smallestBytes = defaultSmallestBytes }: OpenOptions = {},
  ): Promise<StorageLog> {
    try {
      const newest = (await newestGeneration(folder)) ?? (await makeFirstGeneration(folder));
      const generation = await takeOver(folder, newest, handover, requireLock);
      await sweep(folder, generation.name, requireLock).catch((error: unknown) => {
        generation.file.close();
        throw error;
      });
      return new StorageLog(folder, generation, smallestBytes);
    } catch (error) {
      throw notKept('chat', error);
    }
  }

  get contents(): StorageContents {
    return this.#contents;
  }

  /**
   * Writes the changes; they are on the disk when this answers, with their places and numbers. One call at a time.
   *
   * @throws NOT_KEPT where there is no room: nothing is acknowledged then; STORAGE_REMOVED where the files are gone
   */
  async append(changes: readonly NewChange[], by: string, at: number): Promise<readonly StoredRecord[]> {
    await this.#moveOn().catch((error: unknown) => {
      throw notKept('chat', error);
    });
    const placement = new Placement(this.#contents);
    const first = this.#contents.number + 1;
    const records = changes.map((change, index) => ({
      number: first + index,
      at: change.at ?? at,
      by,
      change: placement.place(undated(change)),
    }));
    const frames = records.map((record) => encodeRecord(record.number, encodePayload(record)));
    await this.#write(joined(frames));
    records.forEach((record, index) => {
      const length = frames[index]?.length ?? 0;
      this.#contents.add({ state: 'read', record }, { at: this.#end, length });
      this.#end += length;
    });
    if (this.#end > this.#rewriteAt) await this.#rewrite();
    return records;
  }

  /** Leaves behind what was deleted, where any of it is still there. */
  async forgetDeleted(): Promise<void> {
    if (this.#contents.holdsDeleted) await this.#rewrite();
  }

  close(): void {
    this.#file.close();
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      if (this.#hasRemains) this.#cut();
      this.#hasRemains = true;
      writeWhole(this.#file, bytes, this.#end);
      this.#file.flush();
      this.#hasRemains = false;
    } catch (error) {
      this.#takeBack();
      await this.#requirePresence();
      throw notKept('chat', error);
    }
    // Where a person cleared the site's data, the browser goes on writing into a file that no folder holds.
    await this.#requirePresence();
  }

  /** Records that were written whole before the rest failed must not be found by a start that comes before the next write. */
  #takeBack(): void {
    try {
      this.#cut();
      this.#file.flush();
      this.#hasRemains = false;
    } catch {
      // The next write tries again before it writes.
    }
  }

  #cut(): void {
    this.#file.truncate(this.#end);
    const size = this.#file.size();
    if (size !== this.#end) throw new Error(`the log has ${size} bytes and should have been cut to ${this.#end}`);
  }

  async #requirePresence(): Promise<void> {
    if (!(await this.#folder.names()).includes(this.#name)) fail('STORAGE_REMOVED', {});
  }

  /** What has been overtaken is left behind. Where that fails the log goes on as it is, and is tried again when it has grown. */
  async #rewrite(): Promise<void> {
    this.#rewriteAt = 2 * this.#end;
    try {
      this.#successor = await succeed(this.#folder, this.#name, 1, readWhole(this.#file), this.#contents);
      await this.#moveOn();
    } catch {
      // Nothing was lost: the generation in use has everything that its successor has.
    }
  }

  async #moveOn(): Promise<void> {
    if (this.#successor === null) return;
    const next = await openGeneration(this.#folder, this.#successor);
    const [left, leftName] = [this.#file, this.#name];
    [this.#file, this.#name, this.#contents, this.#end] = [next.file, next.name, next.contents, next.end];
    this.#hasRemains = next.hasRemains;
    this.#successor = null;
    this.#rewriteAt = this.#threshold();
    left.close();
    await this.#folder.remove(leftName).catch(() => undefined);
  }

  #threshold(): number {
    const live = this.#contents.live().reduce((total, { length }) => total + length, 0);
    return Math.max(2 * live, this.#smallestBytes);
  }
}

/** The record has the time. */
function undated({ at: _, ...change }: NewChange): Change {
  return change;
}
