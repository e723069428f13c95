/** How the page itself looks and behaves, which is needed before the first thing is painted: in local storage, which is read at once. */
import { type Look, type LookKey, type LookValue, lookValues } from './look-values.ts';
import type { AppState, AppStore } from './state.ts';

const key = 'nexus-gen look';

const keys = Object.keys(lookValues) as readonly LookKey[];

export function readLook(): Look {
  return lookOf(Object.fromEntries(readWords().map((word, index) => [keys[index], word])));
}

function readWords(): readonly string[] {
  try {
    return (localStorage.getItem(key) ?? '').split(' ').slice(0, keys.length);
  } catch {
    return [];
  }
}

/** What of it can be right. */
export function lookOf(found: Readonly<Record<string, unknown>>): Look {
  const known = <Key extends LookKey>(name: Key): LookValue<Key> | null =>
    lookValues[name].find((value) => value === found[name]) ?? null;
  return {
    language: known('language'),
    theme: known('theme'),
    motion: known('motion'),
    endNotice: known('endNotice'),
    letterKeys: known('letterKeys'),
  };
}

/** Keeps what is changed here, and shows what another tab changes. */
export function persistLook(store: AppStore): void {
  store.subscribe((state, before) => {
    if (keys.every((name) => state[name] === before[name])) return;
    try {
      localStorage.setItem(key, keys.map((name) => state[name]).join(' '));
    } catch {
      // It is chosen again next time.
    }
  });
  addEventListener('storage', (event) => {
    if (event.key === key) store.setState(withoutNull(readLook()));
  });
}

export function withoutNull(look: Look): Partial<Pick<AppState, LookKey>> {
  return Object.fromEntries(Object.entries(look).filter(([, value]) => value !== null));
}
