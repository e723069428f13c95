import { createContext, type ReactNode, useContext } from 'react';
import { useStore } from 'zustand';
import type { Words } from '../../words/words.ts';
import type { Action, App } from '../actions/app.ts';
import type { AppState } from '../state/state.ts';

const AppContext = createContext<App | null>(null);
/** The state is asked for them once: each turn of a long chat has words. */
const WordsContext = createContext<Words | null>(null);

export function AppProvider({ app, children }: { readonly app: App; readonly children: ReactNode }) {
  const words = useStore(app.store, (state) => state.words);
  return (
    <AppContext value={app}>
      <WordsContext value={words}>{children}</WordsContext>
    </AppContext>
  );
}

export function useApp(): App {
  const app = useContext(AppContext);
  if (app === null) throw new Error('used outside AppProvider');
  return app;
}

/** A part of the state; the component renders again only when that part changes. */
export function useSelect<Part>(select: (state: AppState) => Part): Part {
  return useStore(useApp().store, select);
}

export function useWords(): Words {
  const words = useContext(WordsContext);
  if (words === null) throw new Error('used outside AppProvider');
  return words;
}

/** Performs an action on this app. */
export function usePerform(): <Values extends readonly unknown[]>(action: Action<Values>, ...values: Values) => void {
  const app = useApp();
  return (action, ...values) => action.perform(app, ...values);
}
