/**
 * One tab's part in the store that all tabs share. One of them writes, the one that holds the lock; the others send it their
 * changes, and have a change acknowledged when the writer has it on the disk. A writer that does not answer is replaced.
 */
import { type Failure, FailureError, failure, failureOf } from '../../model/failure.ts';
import type { StorageContents } from './contents.ts';
import { storageVersion } from './frames.ts';
import type { Handover } from './generations.ts';
import { KnownContents } from './known-contents.ts';
import type { StorageLog } from './log.ts';
import type { NewChange, StorageEvent, StoredRecord } from './protocol.ts';
import { type CommitOutcome, Requests } from './requests.ts';
import type { TabMessage, TabSaying } from './tab-messages.ts';
import { type TabLocks, TabsAlive } from './tabs-alive.ts';
import { type Tenure, WriterLock, writerLockName } from './writer-lock.ts';

/** A writer that says nothing for so long is replaced. */
const defaultTimeoutMs = 3000;

export interface TabSurroundings {
  readonly id: string;
  readonly locks: TabLocks;
  /** Sends to all other tabs. */
  post(message: TabMessage): void;
  /** @param requireLock throws where the lock was taken away meanwhile */
  openLog(handover: Handover, requireLock: () => Promise<void>): Promise<StorageLog>;
  /** What can be read of a log that a newer version has written. */
  readLog(): Promise<StorageContents>;
  tell(event: StorageEvent): void;
  readonly version?: number;
  readonly timeoutMs?: number;
}

export class StorageTab {
  readonly #around: TabSurroundings;
  readonly #version: number;
  readonly #timeoutMs: number;
  readonly #alive: TabsAlive;
  readonly #requests: Requests;
  readonly #known: KnownContents;
  readonly #lock: WriterLock;
  /** Open while this tab writes. */
  #log: StorageLog | null = null;
  /** Settles when the log is open, or could not be opened. */
  #opening: Promise<void> = Promise.resolve();
  #isOutdated = false;
  /** Commits are written, and what is stored is told, one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #writerHeard = Number.NEGATIVE_INFINITY;

  constructor(around: TabSurroundings) {
    this.#around = around;
    this.#version = around.version ?? storageVersion;
    this.#timeoutMs = around.timeoutMs ?? defaultTimeoutMs;
    this.#requests = new Requests(this.#timeoutMs);
    this.#alive = new TabsAlive(around.locks, around.id, (tab) => around.tell({ type: 'tab-ended', tab }));
    this.#known = new KnownContents(around.id, this.#alive, (event) => around.tell(event));
    this.#lock = new WriterLock(around.locks, {
      begin: (tenure, handover) => {
        this.#opening = this.#openLog(tenure, handover);
      },
      lose: () => this.#stopWriting(),
    });
  }

  /**
   * Resolves when what is stored is known.
   *
   * @throws NOT_KEPT where the log cannot be opened
   */
  async open(): Promise<void> {
    await this.#alive.show();
    this.#lock.wait();
    this.#askForContents();
    await this.#known.ready;
    for (const tab of await this.#alive.others()) this.#alive.watch(tab);
  }

  get contents(): StorageContents {
    return this.#known.contents;
  }

  get role(): 'writer' | 'follower' | 'outdated' {
    return this.#isOutdated ? 'outdated' : this.#log === null ? 'follower' : 'writer';
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
  async commit(changes: readonly NewChange[]): Promise<readonly StoredRecord[]> {
    await this.#known.ready;
    for (;;) {
      await this.#opening;
      if (this.#isOutdated) throw new FailureError(failure('STORAGE_OUTDATED', {}));
      const outcome = await (this.#log === null ? this.#askWriter(changes) : this.#write(changes, this.#around.id));
      if (outcome.state === 'written') return outcome.records;
      if (outcome.state === 'refused') throw new FailureError(outcome.failure);
      if (outcome.state === 'silent') await this.#replaceWriter();
    }
  }

  /** What was deleted leaves the log, where this tab writes it. */
  forgetDeleted(): Promise<void> {
    return this.#inTurn(async () => {
      const log = this.#log;
      if (log === null || !(await this.#alive.holds(writerLockName))) return;
      await log.forgetDeleted();
      if (this.#log === log) this.#known.replace(log.contents);
    });
  }

  hear(message: TabMessage): void {
    if (message.version > this.#version) this.#giveWay();
    else if (message.version < this.#version && message.type !== 'newer') this.#say({ type: 'newer' });
    if (message.version !== this.#version) return;
    if (this.#isOutdated) return;
    const isWriters = message.type !== 'hello' && message.type !== 'commit' && message.type !== 'newer';
    if (isWriters) this.#writerHeard = performance.now();
    if ('to' in message && message.to !== this.#around.id) return;
    if (message.type === 'hello') this.#inTurn(() => this.#answerHello(message)).catch(() => undefined);
    else if (message.type === 'commit') void this.#serve(message);
    else if (isWriters) this.#hearWriter(message);
  }

  #hearWriter(message: Exclude<TabSaying, { type: 'hello' | 'commit' | 'newer' }>): void {
    switch (message.type) {
      case 'contents':
        this.#known.fill(message.contents);
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
        if (message.number > (this.#known.number ?? -1)) this.#askForContents();
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
    this.#say({ type: 'hello', from: this.#around.id, since: this.#known.number });
    if (!this.#known.isKnown) setTimeout(() => void this.#askAgain(), this.#timeoutMs);
  }

  async #askAgain(): Promise<void> {
    await this.#opening;
    if (this.#known.isKnown || this.#isOutdated) return;
    if (performance.now() - this.#writerHeard >= this.#timeoutMs) await this.#replaceWriter();
    if (!this.#known.isKnown) this.#askForContents();
  }

  #take(records: readonly StoredRecord[]): void {
    if (this.#log === null) this.#known.take(records);
  }

  #askWriter(changes: readonly NewChange[]): Promise<CommitOutcome> {
    return this.#requests.ask((id) => this.#say({ type: 'commit', from: this.#around.id, id, changes }));
  }

  /** Takes the lock from a tab that does not answer. Of several that wait for it, the first one does. */
  async #replaceWriter(): Promise<void> {
    const since = performance.now();
    await new Promise((resolve) => setTimeout(resolve, (Math.random() * this.#timeoutMs) / 10));
    if (this.#writerHeard > since || this.#lock.isHeld || this.#isOutdated) return;
    await this.#lock.take();
    await this.#opening;
  }

  // The tab that writes.

  async #openLog(tenure: Tenure, handover: Handover): Promise<void> {
    try {
      const log = await this.#around.openLog(handover, () => this.#requireLock());
      if (tenure.isActive) this.#begin(log);
      else log.close();
    } catch (error) {
      await this.#failToOpen(failureOf(error));
    }
  }

  async #requireLock(): Promise<void> {
    if (!(await this.#alive.holds(writerLockName))) throw new Error('another tab took the lock');
  }

  #begin(log: StorageLog): void {
    this.#log = log;
    this.#known.know(log.contents);
    this.#around.tell({ type: 'role', role: 'writer' });
    this.#say({ type: 'writer', number: log.contents.number });
    this.#requests.settleAll({ state: 'again' });
  }

  async #failToOpen(reason: Failure): Promise<void> {
    if (reason.code === 'STORAGE_OUTDATED') {
      this.#known.settle(await this.#around.readLog().catch(() => undefined));
      this.#giveWay();
    } else if (await this.#alive.holds(writerLockName)) {
      this.#lock.release();
      this.#known.refuse(new FailureError(reason));
      this.#requests.settleAll({ state: 'refused', failure: reason });
    }
  }

  #stopWriting(): void {
    if (this.#log === null) return;
    this.#log.close();
    this.#log = null;
    if (!this.#isOutdated) {
      this.#known.forget();
      this.#askForContents();
    }
    this.#around.tell({ type: 'role', role: this.role });
  }

  /** A newer version is there: this tab shows what it has and writes no more. */
  #giveWay(): void {
    if (this.#isOutdated) return;
    this.#isOutdated = true;
    this.#lock.close();
    // What is being written is finished before another tab may write.
    void Promise.allSettled([this.#opening, this.#last]).then(() => {
      this.#stopWriting();
      this.#lock.release();
    });
    this.#known.settle();
    this.#around.tell({ type: 'role', role: 'outdated' });
    this.#requests.settleAll({ state: 'refused', failure: failure('STORAGE_OUTDATED', {}) });
  }

  async #answerHello({ from, since }: Extract<TabSaying, { type: 'hello' }>): Promise<void> {
    if (this.#log === null || !(await this.#alive.holds(writerLockName)) || this.#log === null) return;
    const { contents } = this.#log;
    if (since === null) this.#say({ type: 'contents', to: from, contents: contents.all() });
    else this.#say({ type: 'missed', to: from, records: contents.since(since) });
  }

  async #serve({ from, id, changes }: Extract<TabSaying, { type: 'commit' }>): Promise<void> {
    if (!this.#lock.isHeld) return;
    this.#say({ type: 'alive', to: from, id });
    await this.#opening;
    const outcome = await this.#write(changes, from);
    if (outcome.state === 'written') {
      this.#say({ type: 'answer', to: from, id, outcome: { ok: true, result: outcome.records } });
    } else if (outcome.state === 'refused') {
      this.#say({ type: 'answer', to: from, id, outcome: { ok: false, failure: outcome.failure } });
    }
  }

  #write(changes: readonly NewChange[], by: string): Promise<CommitOutcome> {
    return this.#inTurn(() => this.#append(changes, by));
  }

  /** Nothing is told of a record that is being written. */
  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }

  async #append(changes: readonly NewChange[], by: string): Promise<CommitOutcome> {
    const log = this.#log;
    if (log === null) return { state: 'again' };
    try {
      const after = log.contents.number;
      const records = await log.append(changes, by, Date.now());
      // The lock was taken meanwhile: what this tab knew is forgotten, and what it has just written may not count.
      if (this.#log !== log) return { state: 'again' };
      this.#known.replace(log.contents);
      // A writer that was replaced while it slept has written into a file that no longer counts.
      if (!(await this.#alive.holds(writerLockName))) return { state: 'again' };
      this.#say({ type: 'records', after, records });
      this.#known.tellOf(records);
      return { state: 'written', records };
    } catch (error) {
      return this.#log === log ? { state: 'refused', failure: failureOf(error) } : { state: 'again' };
    }
  }
}
