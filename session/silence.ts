/**
 * How long a worker has said nothing while it was waited for. A run of a graph can take minutes on a slow device and tells
 * nothing meanwhile, so silence is judged by what the worker said before it fell silent: the run it began and how long such
 * a run took before.
 */
import type { WorkerEvent } from '../workers/protocol.ts';

/** The run that a worker is in: of a graph, or of all that was handed to the device. */
export interface Run {
  readonly name: string;
  /** Null for one that has no like yet. */
  readonly expectedMs: number | null;
}

export interface SilenceListener {
  /** Told when the silence has become longer than can be expected, and every few seconds from then on. */
  silent(seconds: number, run: Run | null): void;
  /** The worker was heard again, or is not waited for any more. */
  over(): void;
  /** No run is under way, and nothing has been heard for twice as long as can be expected. */
  lost(seconds: number): void;
}

/** Shorter silence is never remarked on. */
const leastMs = 60_000;
/** Runs take longer than their like did: other programs compute too. */
const timesExpected = 10;
const tickMs = 1000;
/** A computer that slept, or a page in the background, counts no more than this of the time that passed between two ticks. */
const mostPerTickMs = 2000;
const tellEveryMs = 10_000;

export class Silence {
  readonly #listener: SilenceListener;
  #run: Run | null = null;
  #quietMs = 0;
  #toldMs = 0;
  #lastTick = 0;
  #waiting = 0;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(listener: SilenceListener) {
    this.#listener = listener;
  }

  /** The run under way. */
  get run(): Run | null {
    return this.#run;
  }

  /** How much longer the run under way may take before it is longer than can be expected; 0 where there is none. */
  get remainingMs(): number {
    return this.#run === null ? 0 : Math.max(0, this.#limitMs - this.#quietMs);
  }

  /** Something is waited for, until what is returned is called. */
  begin(): () => void {
    this.#waiting += 1;
    if (this.#waiting === 1) {
      this.#quietMs = 0;
      this.#lastTick = performance.now();
      this.#timer = setInterval(() => this.#tick(), tickMs);
    }
    let waits = true;
    return () => {
      if (!waits) return;
      waits = false;
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#end();
    };
  }

  heard(event: WorkerEvent): void {
    if (event.type === 'running') this.#run = event;
    else if (event.type === 'ran') this.#run = null;
    this.#quietMs = 0;
    this.#over();
  }

  get #limitMs(): number {
    return Math.max(leastMs, timesExpected * (this.#run?.expectedMs ?? 0));
  }

  #tick(): void {
    const now = performance.now();
    this.#quietMs += Math.min(now - this.#lastTick, mostPerTickMs);
    this.#lastTick = now;
    if (this.#quietMs < this.#limitMs) return;
    const seconds = Math.round(this.#quietMs / 1000);
    if (this.#run === null && this.#quietMs >= 2 * this.#limitMs) {
      this.#listener.lost(seconds);
      return;
    }
    if (this.#toldMs > 0 && this.#quietMs - this.#toldMs < tellEveryMs) return;
    this.#toldMs = this.#quietMs;
    this.#listener.silent(seconds, this.#run);
  }

  #end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#over();
  }

  #over(): void {
    if (this.#toldMs === 0) return;
    this.#toldMs = 0;
    this.#listener.over();
  }
}
