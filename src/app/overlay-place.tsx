import { lazy, Suspense } from 'react';
import { useSelect } from './context.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

const Overlays = lazy(() => import('../commands/overlays.tsx'));

/** The place of the dialogs of commands and keys; their code comes when one is opened. */
export function OverlayPlace() {
  const isOpen = useSelect(({ overlay }) => overlay !== null);
  if (!isOpen) return null;
  return (
    <ErrorBoundary>
      <Suspense>
        <Overlays />
      </Suspense>
    </ErrorBoundary>
  );
}
