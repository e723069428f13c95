/**
 * A folder in memory that fails at the Nth operation, and forgets what was not flushed when the machine loses its power. A file
 * is open once, as in the browser.
 */
import type { StorageFile, StorageFolder } from '../../workers/storage/files.ts';

export const faults = [
  /** The operation throws and does nothing. */
  'throws',
  /** A write takes half of its bytes and says so; other operations throw. */
  'short',
  /** A write takes nothing and answers with an error's number, as Chrome does over quota; other operations throw. */
  'error number',
  /** A write takes half of its bytes, and the process is gone. */
  'torn',
  /** The process is gone in front of the operation. */
  'killed',
  /** The process is gone behind the operation. */
  'killed after',
  /** The power is gone in front of the operation: what was not flushed is lost. */
  'power lost',
] as const;
export type Fault = (typeof faults)[number];

/** The process is gone: nothing may be done with the folder until `restart`. */
export class GoneError extends Error {}

interface Inode {
  bytes: Uint8Array<ArrayBuffer>;
  /** What is on the disk for certain. */
  flushed: Uint8Array<ArrayBuffer>;
  /** Who has it open; null where it is closed. */
  owner: string | null;
}

export class FaultFolder implements StorageFolder {
  readonly #files = new Map<string, Inode>();
  #count = 0;
  #failAt = Number.POSITIVE_INFINITY;
  #fault: Fault = 'throws';
  #isGone = false;
  /** Most bytes that all files may have together. */
  room = Number.POSITIVE_INFINITY;

  get operations(): number {
    return this.#count;
  }

  /** The operation of this number, counted from now on, fails. */
  failAt(number: number, fault: Fault): void {
    this.#count = 0;
    this.#failAt = number;
    this.#fault = fault;
  }

  /** A new process finds what the disk has; nothing is open. */
  restart(): void {
    this.#isGone = false;
    this.#failAt = Number.POSITIVE_INFINITY;
    this.closeAll();
  }

  /** What a process had open when it ended. */
  closeAll(owner = 'the only one'): void {
    for (const inode of this.#files.values()) if (inode.owner === owner) inode.owner = null;
  }

  /** The same folder as one of several processes sees it. */
  as(owner: string): StorageFolder {
    return {
      names: () => this.names(),
      open: (name) => this.open(name, owner),
      read: (name) => this.read(name),
      rename: (from, to) => this.rename(from, to),
      remove: (name) => this.remove(name),
    };
  }

  /** Changes stored bytes behind the software's back. */
  change(name: string, change: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>): void {
    const inode = this.#existing(name);
    inode.bytes = change(inode.bytes.slice());
    inode.flushed = inode.bytes.slice();
  }

  bytes(name: string): Uint8Array<ArrayBuffer> {
    return this.#existing(name).bytes;
  }

  get fileNames(): readonly string[] {
    return [...this.#files.keys()];
  }

  /** As when a person clears the site's data: those who have it open notice nothing. */
  forget(name: string): void {
    this.#files.delete(name);
  }

  put(name: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.#files.set(name, { bytes, flushed: bytes.slice(), owner: null });
  }

  async names(): Promise<readonly string[]> {
    return this.#operate(() => this.fileNames);
  }

  async open(name: string, owner = 'the only one'): Promise<StorageFile> {
    return this.#operate(() => {
      const inode = this.#files.get(name) ?? { bytes: new Uint8Array(), flushed: new Uint8Array(), owner: null };
      if (inode.owner !== null) throw busy();
      inode.owner = owner;
      this.#files.set(name, inode);
      return this.#handle(inode);
    });
  }

  async read(name: string): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#operate(() => this.#files.get(name)?.bytes.slice() ?? null);
  }

  async rename(from: string, to: string): Promise<void> {
    this.#operate(() => {
      const inode = this.#existing(from);
      if (inode.owner !== null || (this.#files.get(to)?.owner ?? null) !== null) throw busy();
      this.#files.delete(from);
      this.#files.set(to, inode);
    });
  }

  async remove(name: string): Promise<void> {
    this.#operate(() => {
      if (this.#existing(name).owner !== null) throw busy();
      this.#files.delete(name);
    });
  }

  #handle(inode: Inode): StorageFile {
    return {
      size: () => this.#operate(() => inode.bytes.length),
      read: (into, at) =>
        this.#operate(() => {
          const found = inode.bytes.subarray(at, at + into.length);
          into.set(found);
          return found.length;
        }),
      write: (bytes, at) =>
        this.#operate(
          () => this.#write(inode, bytes, at),
          (fault) => {
            if (fault === 'error number') return 2 ** 32 - 8;
            return fault === 'short' || fault === 'torn'
              ? this.#write(inode, bytes.subarray(0, bytes.length >> 1), at)
              : undefined;
          },
        ),
      flush: () =>
        this.#operate(() => {
          inode.flushed = inode.bytes.slice();
        }),
      truncate: (size) =>
        this.#operate(() => {
          inode.bytes = resized(inode.bytes, size);
        }),
      close: () => {
        inode.owner = null;
      },
    };
  }

  #write(inode: Inode, bytes: Uint8Array, at: number): number {
    const used = [...this.#files.values()].reduce((total, { bytes: { length } }) => total + length, 0);
    const more = Math.max(0, at + bytes.length - inode.bytes.length);
    const taken = Math.max(0, bytes.length - Math.max(0, used + more - this.room));
    if (at + taken > inode.bytes.length) inode.bytes = resized(inode.bytes, at + taken);
    inode.bytes.set(bytes.subarray(0, taken), at);
    return taken;
  }

  #operate<Result>(work: () => Result, faulty?: (fault: Fault) => Result | undefined): Result {
    if (this.#isGone) throw new GoneError('the process is gone');
    if (++this.#count !== this.#failAt) return work();
    const fault = this.#fault;
    const answer = faulty?.(fault);
    if (fault === 'killed after') work();
    if (fault === 'power lost') for (const inode of this.#files.values()) inode.bytes = inode.flushed.slice();
    if (['torn', 'killed', 'killed after', 'power lost'].includes(fault)) {
      this.#isGone = true;
      throw new GoneError('the process is gone');
    }
    if (answer !== undefined) return answer;
    throw new DOMException('made to fail', 'InvalidStateError');
  }

  #existing(name: string): Inode {
    const inode = this.#files.get(name);
    if (inode === undefined) throw new DOMException(`no ${name}`, 'NotFoundError');
    return inode;
  }
}

function resized(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(size);
  whole.set(bytes.subarray(0, size));
  return whole;
}

function busy(): DOMException {
  return new DOMException('open elsewhere', 'NoModificationAllowedError');
}
