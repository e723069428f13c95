/** The client of the storage worker. A worker that ended is replaced at the next call, and what was on its way is sent again. */
import { FailureError, failure } from '../../model/failure.ts';
import { resultOf } from '../../session/result-of.ts';
import type { SpawnedWorker } from '../../session/spawned-worker.ts';
import type { Outcome } from '../../workers/protocol.ts';
import type {
  Change,
  NewChange,
  OpenedStorage,
  StorageEvent,
  StorageWorker,
  StoredRecord,
} from '../../workers/storage/protocol.ts';
import { expectedNumber, expectNumber } from './expected.ts';
import type { Storage } from './storage.ts';

export type SpawnStorage = (tell: (event: StorageEvent) => void) => SpawnedWorker<StorageWorker>;

interface Life {
  readonly service: StorageWorker;
  /** Rejects when the worker ends; never fulfils. */
  readonly death: Promise<never>;
  readonly opened: Promise<OpenedStorage>;
}

/** So many changes do not hold the page up. */
const recordsAtOnce = 100;

class WorkerGoneError extends Error {}

export class DeviceStorage implements Storage {
  readonly #spawn: SpawnStorage;
  readonly #listeners = new Set<(event: StorageEvent) => void>();
  #life: Life | null = null;
  /** The newest record that the page knows of; null before it knows any. */
  #number: number | null = null;

  constructor(spawn: SpawnStorage) {
    this.#spawn = spawn;
  }

  open(): Promise<OpenedStorage> {
    this.#life ??= this.#begin();
    return this.#life.opened;
  }

  async commit(changes: readonly Change[]): Promise<readonly StoredRecord[]> {
    const records = await kept(
      'chat',
      this.#call((service) => service.commit(changes)),
    );
    this.#know(records);
    return records;
  }

  async bring(changes: readonly NewChange[]): Promise<void> {
    const records = await kept(
      'chat',
      this.#call((service) => service.commit(changes)),
    );
    // Told in pieces: the page answers between them.
    for (let at = 0; at < records.length; at += recordsAtOnce) {
      this.#tell({ type: 'records', records: records.slice(at, at + recordsAtOnce) });
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  subscribe(listener: (event: StorageEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  blob(hash: string): Promise<Blob | null> {
    return this.#call((service) => service.blob(hash));
  }

  clean(keep: readonly string[]): Promise<void> {
    return this.#call((service) => service.clean(keep));
  }

  async putBlob(hash: string, blob: Blob): Promise<void> {
    await kept(
      'picture',
      this.#call((service) => service.putBlob(hash, blob)),
    );
  }

  bringBlob(hash: string, blob: Blob): Promise<void> {
    return this.putBlob(hash, blob);
  }

  discard(hashes: readonly string[]): Promise<void> {
    return this.#call((service) => service.discard(hashes));
  }

  /** Every call may be made twice: records have ids, and files the names of their contents. */
  async #call<Result>(task: (service: StorageWorker) => Promise<Result>): Promise<Result> {
    try {
      return await this.#callOnce(task);
    } catch (error) {
      if (!(error instanceof WorkerGoneError)) throw error;
      return await this.#callOnce(task);
    }
  }

  async #callOnce<Result>(task: (service: StorageWorker) => Promise<Result>): Promise<Result> {
    this.#life ??= this.#begin();
    const { service, death, opened } = this.#life;
    await opened;
    return Promise.race([task(service), death]);
  }

  #begin(): Life {
    const { service, onDeath, end } = this.#spawn((event) => this.#tell(event));
    const death = Promise.withResolvers<never>();
    death.promise.catch(() => undefined);
    const opened = Promise.race([service.open(expectedNumber()), death.promise]).then(async (outcome) => {
      const found = resultOf(outcome);
      if (this.#number === null) this.#know([found]);
      else this.#tell({ type: 'records', records: await service.since(this.#number) });
      return found;
    });
    const life = { service, death: death.promise, opened };
    const leave = () => {
      if (this.#life === life) this.#life = null;
    };
    onDeath((reason) => {
      leave();
      death.reject(new WorkerGoneError(reason));
    });
    // What kept it from opening may be gone at the next call.
    opened.catch(async () => {
      leave();
      await end();
    });
    return life;
  }

  #tell(event: StorageEvent): void {
    if (event.type === 'records') this.#know(event.records);
    for (const listener of this.#listeners) listener(event);
  }

  #know(records: readonly { readonly number: number }[]): void {
    const before = this.#number ?? 0;
    this.#number = records.reduce((newest, { number }) => Math.max(newest, number), before);
    if (this.#number !== before) expectNumber(this.#number);
  }
}

async function kept<Result>(what: 'chat' | 'picture', calling: Promise<Outcome<Result>>): Promise<Result> {
  const outcome = await calling.catch((error: unknown) => {
    if (error instanceof FailureError) throw error;
    throw new FailureError(failure('NOT_KEPT', { what, reason: 'other', detail: String(error) }));
  });
  return resultOf(outcome);
}
