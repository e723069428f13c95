/**
 * One tab's part in the store that all tabs share. One of them writes, the one that holds the lock; the others send it their
 * changes, and have a change acknowledged when the writer has it on the disk. A writer that does not answer is replaced.
 */
import { type Failure, FailureError, failure, failureOf } from '../../model/failure.ts';
import { StorageContents } from './contents.ts';
import { storageVersion } from './frames.ts';
import type { Handover } from './generations.ts';
import type { OpenedLog, StorageLog } from './log.ts';
import type { Change, StorageEvent, StoredRecord } from './protocol.ts';
import { type CommitOutcome, Requests } from './requests.ts';
import type { TabMessage, TabSaying } from './tab-messages.ts';
import { type TabLocks, TabsAlive } from './tabs-alive.ts';

const lockName = 'nexus-gen storage';

/** A writer that says nothing for so long is replaced. */
const defaultPatienceMs = 3000;

export interface TabSurroundings {
  readonly id: string;
  readonly locks: TabLocks;
  /** Sends to all other tabs. */
  post(message: TabMessage): void;
  openLog(handover: Handover): Promise<OpenedLog>;
  /** What can be read of a log that a newer version has written. */
  readLog(): Promise<StorageContents>;
  tell(event: StorageEvent): void;
  readonly version?: number;
  readonly patienceMs?: number;
}

/** One time of holding the lock. */
interface Hold {
  isActive: boolean;
  readonly release: () => void;
}

export class StorageTab {
  readonly #around: TabSurroundings;
  readonly #version: number;
  readonly #patienceMs: number;
  readonly #alive: TabsAlive;
  readonly #requests: Requests;
  readonly #ready = Promise.withResolvers<void>();
  /** What is stored, as this tab knows it; null until it is told, and while it may hold what did not count. */
  #contents: StorageContents | null = null;
  /** The number of the newest record that the page was told of; null before the page was told anything. */
  #told: number | null = null;
  #log: StorageLog | null = null;
  #isNew = false;
  #hold: Hold | null = null;
  /** Settles when the log is open, or could not be opened. */
  #opening: Promise<void> = Promise.resolve();
  #isOutdated = false;
  #waitsForLock = false;
  /** Commits are written one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #writerHeard = Number.NEGATIVE_INFINITY;

  constructor(around: TabSurroundings) {
    this.#around = around;
    this.#version = around.version ?? storageVersion;
    this.#patienceMs = around.patienceMs ?? defaultPatienceMs;
    this.#requests = new Requests(this.#patienceMs);
    this.#alive = new TabsAlive(around.locks, around.id, (tab) => around.tell({ type: 'tab-ended', tab }));
  }

  /**
   * Resolves when what is stored is known.
   *
   * @throws NOT_KEPT where the log cannot be opened
   */
  async open(): Promise<void> {
    this.#ready.promise.catch(() => undefined);
    await this.#alive.show();
    this.#waitForLock();
    this.#askForContents();
    await this.#ready.promise;
    for (const tab of await this.#alive.others()) this.#alive.watch(tab);
  }

  get contents(): StorageContents {
    return this.#contents ?? new StorageContents();
  }

  get role(): 'writer' | 'follower' | 'outdated' {
    return this.#isOutdated ? 'outdated' : this.#log === null ? 'follower' : 'writer';
  }

  /** There was no log before this tab made one. */
  get isNew(): boolean {
    return this.#isNew;
  }

  /** Tabs that may still be at work on turns. */
  others(): Promise<readonly string[]> {
    return this.#alive.others();
  }

  /**
   * Resolves when the changes are on the disk, with their places.
   *
   * @throws NOT_KEPT, STORAGE_REMOVED, STORAGE_OUTDATED
   */
  async commit(changes: readonly Change[]): Promise<readonly StoredRecord[]> {
    await this.#ready.promise;
    for (;;) {
      await this.#opening;
      if (this.#isOutdated) throw new FailureError(failure('STORAGE_OUTDATED', {}));
      const outcome = await (this.#log === null ? this.#askWriter(changes) : this.#write(changes, this.#around.id));
      if (outcome.state === 'written') return outcome.records;
      if (outcome.state === 'refused') throw new FailureError(outcome.failure);
      if (outcome.state === 'silent') await this.#replaceWriter();
    }
  }

  hear(message: TabMessage): void {
    if (message.version > this.#version) this.#giveWay();
    else if (message.version < this.#version && message.type !== 'newer') this.#say({ type: 'newer' });
    if (message.version !== this.#version) return;
    if (this.#isOutdated) return;
    const isWriters = message.type !== 'hello' && message.type !== 'commit' && message.type !== 'newer';
    if (isWriters) this.#writerHeard = performance.now();
    if ('to' in message && message.to !== this.#around.id) return;
    if (message.type === 'hello') this.#answerHello(message);
    else if (message.type === 'commit') void this.#serve(message);
    else if (isWriters) this.#hearWriter(message);
  }

  #hearWriter(message: Exclude<TabSaying, { type: 'hello' | 'commit' | 'newer' }>): void {
    switch (message.type) {
      case 'contents':
        this.#fill(message.contents);
        break;
      case 'missed':
        this.#take(message.records);
        break;
      case 'records':
        if (message.after > this.contents.number) this.#askForContents();
        else this.#take(message.records);
        break;
      case 'writer':
        this.#requests.settleAll({ state: 'again' });
        if (this.#contents === null || message.number > this.#contents.number) this.#askForContents();
        break;
      case 'alive':
      case 'answer':
        this.#requests.hear(message);
        break;
    }
  }

  #say(saying: TabSaying): void {
    this.#around.post({ version: this.#version, ...saying });
  }

  // A tab that follows.

  #askForContents(): void {
    this.#say({ type: 'hello', from: this.#around.id, since: this.#contents?.number ?? null });
    if (this.#contents === null) setTimeout(() => void this.#askAgain(), this.#patienceMs);
  }

  async #askAgain(): Promise<void> {
    await this.#opening;
    if (this.#contents !== null || this.#isOutdated) return;
    if (performance.now() - this.#writerHeard >= this.#patienceMs) await this.#replaceWriter();
    if (this.#contents === null) this.#askForContents();
  }

  #fill(reads: Extract<TabSaying, { type: 'contents' }>['contents']): void {
    if (this.#contents !== null) return;
    const contents = new StorageContents();
    for (const read of reads) contents.add(read, null);
    this.#know(contents);
  }

  #know(contents: StorageContents): void {
    this.#contents = contents;
    if (this.#told !== null) this.#tellOf(contents.since(this.#told));
    this.#told = contents.number;
    this.#ready.resolve();
  }

  #take(records: readonly StoredRecord[]): void {
    const contents = this.#contents;
    if (contents === null || this.#log !== null) return;
    const fresh = records.filter(({ number }) => number > contents.number);
    for (const record of fresh) contents.add({ state: 'read', record }, null);
    this.#tellOf(fresh);
  }

  #tellOf(records: readonly StoredRecord[]): void {
    const others = records.filter(({ by }) => by !== this.#around.id);
    for (const { by } of others) this.#alive.watch(by);
    this.#told = records.reduce((newest, { number }) => Math.max(newest, number), this.#told ?? 0);
    if (others.length > 0) this.#around.tell({ type: 'records', records: others });
  }

  #askWriter(changes: readonly Change[]): Promise<CommitOutcome> {
    return this.#requests.ask((id) => this.#say({ type: 'commit', from: this.#around.id, id, changes }));
  }

  /** Takes the lock from a tab that does not answer. Of several that wait for it, the first one does. */
  async #replaceWriter(): Promise<void> {
    const since = performance.now();
    await new Promise((resolve) => setTimeout(resolve, (Math.random() * this.#patienceMs) / 10));
    if (this.#writerHeard > since || this.#hold !== null || this.#isOutdated) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#takeLock('silent', resolve);
    await promise;
    await this.#opening;
  }

  // The tab that writes.

  #waitForLock(): void {
    if (this.#waitsForLock) return;
    this.#waitsForLock = true;
    this.#takeLock('ended', () => {
      this.#waitsForLock = false;
    });
  }

  #takeLock(handover: Handover, granted: () => void): void {
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const hold: Hold = { isActive: true, release };
    const holding = this.#around.locks.request(lockName, { steal: handover === 'silent' }, async () => {
      granted();
      if (this.#isOutdated) return;
      this.#hold = hold;
      this.#opening = this.#openLog(hold, handover);
      await released;
    });
    // Another tab took it: what is under way here is not acknowledged any more.
    holding.catch(() => {
      granted();
      this.#letGo(hold);
      if (!this.#isOutdated) this.#waitForLock();
    });
  }

  async #openLog(hold: Hold, handover: Handover): Promise<void> {
    try {
      const { log, isNew } = await this.#around.openLog(handover);
      if (!hold.isActive) return log.close();
      this.#isNew = isNew;
      this.#begin(log);
    } catch (error) {
      await this.#failToOpen(hold, failureOf(error));
    }
  }

  #begin(log: StorageLog): void {
    this.#log = log;
    this.#know(log.contents);
    this.#around.tell({ type: 'role', role: 'writer' });
    this.#say({ type: 'writer', number: log.contents.number });
    this.#requests.settleAll({ state: 'again' });
  }

  async #failToOpen(hold: Hold, reason: Failure): Promise<void> {
    if (reason.code === 'STORAGE_OUTDATED') {
      this.#contents ??= await this.#around.readLog().catch(() => new StorageContents());
      this.#giveWay();
      return this.#ready.resolve();
    }
    this.#letGo(hold);
    hold.release();
    this.#ready.reject(new FailureError(reason));
    this.#requests.settleAll({ state: 'refused', failure: reason });
  }

  #letGo(hold: Hold): void {
    hold.isActive = false;
    if (this.#hold !== hold) return;
    this.#hold = null;
    if (this.#log === null) return;
    this.#log.close();
    this.#log = null;
    if (!this.#isOutdated) {
      // What was written last may not count any more.
      this.#contents = null;
      this.#askForContents();
    }
    this.#around.tell({ type: 'role', role: this.role });
  }

  /** A newer version is there: this tab shows what it has and writes no more. */
  #giveWay(): void {
    if (this.#isOutdated) return;
    this.#isOutdated = true;
    const hold = this.#hold;
    // What is being written is finished before another tab may write.
    if (hold !== null) {
      void Promise.allSettled([this.#opening, this.#last]).then(() => {
        this.#letGo(hold);
        hold.release();
      });
    }
    this.#contents ??= new StorageContents();
    this.#around.tell({ type: 'role', role: 'outdated' });
    this.#requests.settleAll({ state: 'refused', failure: failure('STORAGE_OUTDATED', {}) });
    this.#ready.resolve();
  }

  #answerHello({ from, since }: Extract<TabSaying, { type: 'hello' }>): void {
    if (this.#log === null) return;
    const { contents } = this.#log;
    if (since === null) this.#say({ type: 'contents', to: from, contents: contents.all() });
    else this.#say({ type: 'missed', to: from, records: contents.since(since) });
  }

  async #serve({ from, id, changes }: Extract<TabSaying, { type: 'commit' }>): Promise<void> {
    if (this.#hold === null) return;
    this.#say({ type: 'alive', to: from, id });
    await this.#opening;
    const outcome = await this.#write(changes, from);
    if (outcome.state === 'written') {
      this.#say({ type: 'answer', to: from, id, outcome: { ok: true, result: outcome.records } });
    } else if (outcome.state === 'refused') {
      this.#say({ type: 'answer', to: from, id, outcome: { ok: false, failure: outcome.failure } });
    }
  }

  #write(changes: readonly Change[], by: string): Promise<CommitOutcome> {
    const written = this.#last.then(() => this.#append(changes, by));
    this.#last = written;
    return written;
  }

  async #append(changes: readonly Change[], by: string): Promise<CommitOutcome> {
    const log = this.#log;
    if (log === null) return { state: 'again' };
    try {
      const after = log.contents.number;
      const records = await log.append(changes, by, Date.now());
      this.#contents = log.contents;
      // A writer that was replaced while it slept has written into a file that no longer counts.
      if (!(await this.#alive.holds(lockName))) return { state: 'again' };
      this.#say({ type: 'records', after, records });
      this.#tellOf(records);
      return { state: 'written', records };
    } catch (error) {
      return this.#log === log ? { state: 'refused', failure: failureOf(error) } : { state: 'again' };
    }
  }
}
