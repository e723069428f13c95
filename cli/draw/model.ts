/** A bundle that is ready to speak and to paint, on the device that was asked for. */
import { FailureError } from '../../model/failure.ts';
import type {
  ImageContent,
  ImageId,
  ModelMemory,
  Opened,
  Outcome,
  Painting,
  PaintOrder,
  Reply,
  TurnRequest,
} from '../../workers/protocol.ts';
import { startInNode } from './node-workers.ts';
import type { Listener, StartedWorkers } from './workers.ts';

export type Device = 'wasm' | 'webgpu';
/** Calls throw a FailureError. One call at a time. */
export class OpenModel {
  readonly opened: Opened;
  readonly #workers: StartedWorkers;
  readonly #listeners: Set<Listener>;

  constructor(opened: Opened, workers: StartedWorkers, listeners: Set<Listener>) {
    this.opened = opened;
    this.#workers = workers;
    this.#listeners = listeners;
  }

  /** Events come late: some of a call may follow its answer. */
  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Of the pictures a request names, those that have to be sent along. */
  async lacking(request: TurnRequest): Promise<readonly ImageId[]> {
    return resultOf(await this.#workers.lacking(request));
  }

  async speak(request: TurnRequest, contents: readonly ImageContent[]): Promise<Reply> {
    return resultOf(await this.#workers.speak(request, contents));
  }

  async paint(order: PaintOrder): Promise<Painting> {
    return resultOf(await this.#workers.paint(order));
  }

  memory(): Promise<ModelMemory> {
    return this.#workers.memory();
  }

  close(): Promise<void> {
    return this.#workers.close();
  }
}

/** @param directory of the bundle */
export async function openModel(device: Device, directory: string): Promise<OpenModel> {
  const listeners = new Set<Listener>();
  const tell: Listener = (event) => {
    for (const listener of listeners) listener(event);
  };
  const workers = await startOn(device, directory, tell);
  try {
    return new OpenModel(resultOf(await workers.open()), workers, listeners);
  } catch (error) {
    await workers.close();
    throw error;
  }
}

async function startOn(device: Device, directory: string, tell: Listener): Promise<StartedWorkers> {
  if (device === 'wasm') return startInNode(directory, tell);
  // The bundler and the browser's driver take a while to load.
  const { startInChrome } = await import('./chrome-workers.ts');
  return startInChrome(directory, tell);
}

function resultOf<Result>(outcome: Outcome<Result>): Result {
  if (outcome.ok) return outcome.result;
  throw new FailureError(outcome.failure);
}
