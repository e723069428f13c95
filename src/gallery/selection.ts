import { useState } from 'react';

export interface Selection {
  readonly ids: readonly string[];
  readonly has: (id: string) => boolean;
  /** @param isRange with all between it and the one that was pressed before */
  readonly toggle: (id: string, isRange: boolean) => void;
  readonly all: () => void;
  readonly none: () => void;
}

/** Which of the listed pictures are selected; what is not listed any more is not. */
export function useSelection(listed: readonly string[]): Selection {
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string | null>(null);
  const toggle = (id: string, isRange: boolean) => {
    const from = isRange && last !== null ? listed.indexOf(last) : -1;
    const to = listed.indexOf(id);
    const range = from < 0 ? [id] : listed.slice(Math.min(from, to), Math.max(from, to) + 1);
    const next = new Set(chosen);
    for (const each of range) {
      if (chosen.has(id)) next.delete(each);
      else next.add(each);
    }
    setChosen(next);
    setLast(id);
  };
  return {
    ids: listed.filter((id) => chosen.has(id)),
    has: (id) => chosen.has(id),
    toggle,
    all: () => setChosen(new Set(listed)),
    none: () => setChosen(new Set()),
  };
}
