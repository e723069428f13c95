import { type LazyExoticComponent, type ReactNode, Suspense } from 'react';
import type { AppState } from '../state/state.ts';
import { useSelect } from './context.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

interface LazyPlaceProps {
  readonly isOpen: (state: AppState) => boolean;
  readonly part: LazyExoticComponent<() => ReactNode>;
  readonly fallback?: ReactNode;
}

/** The place of a part of the page whose code comes when it is opened. */
export function LazyPlace({ isOpen, part: Part, fallback = null }: LazyPlaceProps) {
  if (!useSelect(isOpen)) return null;
  return (
    <ErrorBoundary>
      <Suspense fallback={fallback}>
        <Part />
      </Suspense>
    </ErrorBoundary>
  );
}
