import { lazy, Suspense } from 'react';
import { useSelect } from './context.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

const Privacy = lazy(() => import('../network/privacy.tsx'));

/** The place of what is said of privacy; its code comes when it is opened. */
export function PrivacyPlace() {
  const isOpen = useSelect(({ panel }) => panel === 'privacy');
  if (!isOpen) return null;
  return (
    <ErrorBoundary>
      <Suspense>
        <Privacy />
      </Suspense>
    </ErrorBoundary>
  );
}
