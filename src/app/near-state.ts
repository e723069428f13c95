import { createContext, useContext, useEffect, useState, useSyncExternalStore } from 'react';
import type { AppState, AppStore } from '../state/state.ts';
import { useApp } from './context.tsx';

type Listener = () => void;

/** Tells a group of what is on the page of changes of the state while it is near, and once when it comes near again. */
export class NearState {
  readonly #store: AppStore;
  readonly #listeners = new Set<Listener>();
  #known: AppState;

  constructor(store: AppStore) {
    this.#store = store;
    this.#known = store.getState();
  }

  readonly subscribe = (listener: Listener): Listener => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** @returns ends it; what changes from then on is told by the next */
  follow(): Listener {
    if (this.#known !== this.#store.getState()) this.#tell();
    const unsubscribe = this.#store.subscribe(() => this.#tell());
    return () => {
      unsubscribe();
      this.#known = this.#store.getState();
    };
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const NearStateContext = createContext<NearState | null>(null);

/** The state for a group, which hears of changes unless it is known to be far. */
export function useNearState(isNear: boolean | null): NearState {
  const { store } = useApp();
  const [state] = useState(() => new NearState(store));
  useEffect(() => (isNear === false ? undefined : state.follow()), [state, isNear]);
  return state;
}

/**
 * A part of the state, as `useSelect`, for what each of a thousand turns has: far from the screen it may be as it was. Nothing that is
 * to be read out when it changes is selected so.
 */
export function useSelectNear<Part>(select: (state: AppState) => Part): Part {
  const { store } = useApp();
  const subscribe = useContext(NearStateContext)?.subscribe ?? store.subscribe;
  return useSyncExternalStore(subscribe, () => select(store.getState()));
}
