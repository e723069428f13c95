/** Tabs of one browser in one process: the locks, messages and files that they share. A tab can end, or hang, at any moment. */

import type { StorageFolder } from '../../workers/storage/files.ts';
import { readNewest } from '../../workers/storage/generations.ts';
import { StorageLog } from '../../workers/storage/log.ts';
import type { StorageEvent } from '../../workers/storage/protocol.ts';
import { StorageTab } from '../../workers/storage/tab.ts';
import type { TabMessage } from '../../workers/storage/tab-messages.ts';
import { FaultFolder } from './fault-folder.ts';

interface Lock {
  readonly name: string;
  readonly client: string;
  readonly mode: 'exclusive' | 'shared';
  readonly callback: () => Promise<unknown> | unknown;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** Web Locks as the standard has them, without signals. */
class FakeLocks {
  #held: Lock[] = [];
  #waiting: Lock[] = [];
  readonly #ended = new Set<string>();
  /** What a tab that hangs does not hear of yet: that its lock was stolen. */
  readonly #unheard = new Map<string, (() => void)[]>();

  of(client: string): Pick<LockManager, 'request' | 'query'> {
    const request = (name: string, first: unknown, second?: unknown) => {
      const options = (second === undefined ? {} : first) as LockOptions;
      const callback = (second ?? first) as Lock['callback'];
      return new Promise((resolve, reject) => {
        const lock: Lock = { name, client, mode: options.mode ?? 'exclusive', callback, resolve, reject };
        if (options.steal === true) {
          const stolen = this.#held.filter((held) => held.name === name);
          this.#held = this.#held.filter((held) => held.name !== name);
          for (const held of stolen) this.#tellOfTheft(held);
          this.#grant(lock);
        } else {
          this.#waiting.push(lock);
          this.#serve();
        }
      });
    };
    const query = () =>
      new Promise((resolve) =>
        setTimeout(() => {
          // A tab that has ended does nothing any more.
          if (this.#ended.has(client)) return;
          resolve({ held: this.#held.map(({ name, mode, client: clientId }) => ({ name, mode, clientId })) });
        }),
      );
    return { request, query } as unknown as Pick<LockManager, 'request' | 'query'>;
  }

  hang(client: string): void {
    this.#unheard.set(client, this.#unheard.get(client) ?? []);
  }

  wake(client: string): void {
    const unheard = this.#unheard.get(client) ?? [];
    this.#unheard.delete(client);
    for (const tell of unheard) tell();
  }

  #tellOfTheft(lock: Lock): void {
    const tell = () => lock.reject(new DOMException('stolen', 'AbortError'));
    const unheard = this.#unheard.get(lock.client);
    if (unheard === undefined) tell();
    else unheard.push(tell);
  }

  end(client: string): void {
    this.#ended.add(client);
    this.#waiting = this.#waiting.filter((lock) => lock.client !== client);
    this.#held = this.#held.filter((lock) => lock.client !== client);
    this.#serve();
  }

  #serve(): void {
    for (const lock of [...this.#waiting]) {
      const ahead = this.#waiting.find((other) => other.name === lock.name);
      const others = this.#held.filter(({ name }) => name === lock.name);
      const isFree = others.length === 0 || (lock.mode === 'shared' && others.every(({ mode }) => mode === 'shared'));
      if (ahead !== lock || !isFree) continue;
      this.#waiting = this.#waiting.filter((other) => other !== lock);
      this.#grant(lock);
    }
  }

  #grant(lock: Lock): void {
    this.#held.push(lock);
    queueMicrotask(async () => {
      const result = await lock.callback();
      this.#held = this.#held.filter((held) => held !== lock);
      lock.resolve(result);
      this.#serve();
    });
  }
}

export interface FakeTab {
  readonly id: string;
  readonly tab: StorageTab;
  readonly events: StorageEvent[];
  /** The tab is closed or crashes. */
  end(): void;
  /** The tab hears and says nothing, and no file answers it; its files stay open and its locks stay held. */
  hang(): void;
  /** @param filesMs how long its files take to answer */
  wake(filesMs?: number): void;
}

export const timeoutMs = 60;

export class FakeBrowser {
  readonly folder = new FaultFolder();
  readonly blobs = new FaultFolder();
  readonly #locks = new FakeLocks();
  readonly #tabs = new Map<string, { hear: (message: TabMessage) => void; isHanging: boolean; missed: TabMessage[] }>();
  #count = 0;

  async open(version?: number): Promise<FakeTab> {
    const opened = this.begin(version);
    await opened.tab.open();
    return opened;
  }

  /** A tab that has not opened its store yet. */
  begin(version?: number, hear: (event: StorageEvent) => void = () => undefined): FakeTab {
    const id = `tab-${++this.#count}`;
    const events: StorageEvent[] = [];
    const connection = {
      hear: (message: TabMessage) => tab.hear(message),
      isHanging: false,
      missed: [] as TabMessage[],
      files: Promise.withResolvers<void>(),
    };
    connection.files.resolve();
    const folder = answeringAfter(() => connection.files.promise, this.folder.as(id));
    const tab = new StorageTab({
      id,
      locks: this.#locks.of(id),
      post: (message) => this.#post(id, message),
      openLog: (handover, requireLock) => StorageLog.open(folder, handover, { requireLock }),
      readLog: () => readNewest(folder),
      tell: (event) => {
        events.push(event);
        hear(event);
      },
      timeoutMs,
      ...(version === undefined ? {} : { version }),
    });
    this.#tabs.set(id, connection);
    return {
      id,
      tab,
      events,
      end: () => {
        this.#tabs.delete(id);
        this.folder.closeAll(id);
        this.#locks.end(id);
      },
      hang: () => {
        if (connection.isHanging) return;
        connection.isHanging = true;
        connection.files = Promise.withResolvers();
        this.#locks.hang(id);
      },
      wake: (filesMs = 10) => {
        connection.isHanging = false;
        for (const message of connection.missed.splice(0)) connection.hear(message);
        // It does more before it hears what became of its lock.
        setTimeout(() => this.#locks.wake(id), 5);
        setTimeout(connection.files.resolve, filesMs);
      },
    };
  }

  #post(from: string, message: TabMessage): void {
    if (this.#tabs.get(from)?.isHanging !== false) return;
    for (const [id, connection] of this.#tabs) {
      if (id === from) continue;
      const copy = structuredClone(message);
      setTimeout(() => {
        if (!this.#tabs.has(id)) return;
        if (connection.isHanging) connection.missed.push(copy);
        else connection.hear(copy);
      });
    }
  }
}

/** The folder of a tab that hangs answers when it has woken up. */
function answeringAfter(awake: () => Promise<void>, folder: StorageFolder): StorageFolder {
  return {
    names: async () => awake().then(() => folder.names()),
    open: async (name) => awake().then(() => folder.open(name)),
    read: async (name) => awake().then(() => folder.read(name)),
    rename: async (from, to) => awake().then(() => folder.rename(from, to)),
    remove: async (name) => awake().then(() => folder.remove(name)),
  };
}
