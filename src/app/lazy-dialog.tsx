import { type LazyExoticComponent, type ReactNode, Suspense, useState } from 'react';
import type { AppState } from '../state/state.ts';
import { useSelect } from './context.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

interface LazyDialogProps {
  readonly isOpen: (state: AppState) => boolean;
  readonly part: LazyExoticComponent<() => ReactNode>;
}

/** The place of a dialog whose code comes when it is first opened. */
export function LazyDialog({ isOpen, part: Part }: LazyDialogProps) {
  const open = useSelect(isOpen);
  // From then on it stays: a dialog that is taken away does not give the focus back.
  const [isNeeded, setNeeded] = useState(false);
  if (open && !isNeeded) setNeeded(true);
  if (!isNeeded) return null;
  return (
    <ErrorBoundary>
      <Suspense>
        <Part />
      </Suspense>
    </ErrorBoundary>
  );
}
