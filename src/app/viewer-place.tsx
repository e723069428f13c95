import { lazy, Suspense, useState } from 'react';
import { useSelect } from './context.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

const Viewer = lazy(() => import('../picture/viewer.tsx'));

/** The viewer's place; its code comes when a picture is opened. */
export function ViewerPlace() {
  const isOpen = useSelect(({ viewed }) => viewed !== null);
  // From then on it stays: a dialog that is taken away does not give the focus back.
  const [isNeeded, setNeeded] = useState(false);
  if (isOpen && !isNeeded) setNeeded(true);
  if (!isNeeded) return null;
  return (
    <ErrorBoundary>
      <Suspense>
        <Viewer />
      </Suspense>
    </ErrorBoundary>
  );
}
