/** How far a painting came goes to the disk while it goes on. Nothing waits for that, and where it fails the painting goes on without. */
import type { SamplerState } from '../../workers/protocol.ts';
import { changeResult, findResult } from '../state/chats.ts';
import type { BlobHash, ReachedStep, TurnId } from '../storage/records.ts';
import { contentHash } from '../storage/storage.ts';
import type { App } from './app.ts';
import { type Place, placeOf } from './same-place.ts';

type Taken = SamplerState & Place;

export class ReachedKeeper {
  readonly #app: App;
  readonly #turn: TurnId;
  readonly #result: string;
  #next: Taken | null = null;
  #isWriting = false;

  constructor(app: App, turn: TurnId, result: string) {
    this.#app = app;
    this.#turn = turn;
    this.#result = result;
  }

  /** Of several that come while one is written the last counts. */
  take({ step, latents }: SamplerState): void {
    const { model } = this.#app.store.getState();
    if (model.phase !== 'ready') return;
    this.#next = { step, latents, ...placeOf(model.opened.device) };
    if (!this.#isWriting) void this.#write();
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    for (let taken = this.#next; taken !== null; taken = this.#next) {
      this.#next = null;
      await this.#keep(taken).catch(() => undefined);
    }
    this.#isWriting = false;
  }

  async #keep({ latents, ...taken }: Taken): Promise<void> {
    const bytes = Float32Array.from(latents);
    const hash = (await contentHash(bytes)) as BlobHash;
    await this.#app.storage.bringBlob(hash, new Blob([bytes]));
    if (!this.#tell({ ...taken, latents: hash })) await this.#app.storage.discard([hash]);
  }

  /** False where the picture was whole, or deleted, before its latents were written. */
  #tell(reached: ReachedStep): boolean {
    const { store } = this.#app;
    const found = findResult(store.getState(), this.#result);
    if (found === undefined || found.result.state === 'done') return false;
    changeResult(store, this.#turn, this.#result, { reached });
    return true;
  }
}
