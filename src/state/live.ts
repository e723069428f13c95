/** What changes many times a second, outside the store and React: streamed words and previews. */
import type { TurnId } from '../storage/records.ts';
import { noTempo, type Tempo } from './tempo.ts';

export interface Preview {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** What is worked on, when nothing of it has been told yet. */
export function begunWork(turn: TurnId | null, result: string | null = null): LiveWork {
  return { turn, result, text: '', preview: null, tempo: noTempo };
}

export interface LiveWork {
  /** Null where words of a message are polished. */
  readonly turn: TurnId | null;
  /** The result being painted; null before the model has begun one. */
  readonly result: string | null;
  readonly text: string;
  readonly preview: Preview | null;
  readonly tempo: Tempo;
}

export interface Live {
  get(): LiveWork | null;
  set(work: LiveWork | null): void;
  patch(change: Partial<LiveWork>): void;
  subscribe(listener: () => void): () => void;
}

export function createLive(): Live {
  let current: LiveWork | null = null;
  const listeners = new Set<() => void>();
  const set = (work: LiveWork | null) => {
    current = work;
    for (const listener of listeners) listener();
  };
  return {
    get: () => current,
    set,
    patch: (change) => {
      if (current !== null) set({ ...current, ...change });
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
