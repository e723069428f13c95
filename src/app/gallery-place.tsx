import { lazy, Suspense } from 'react';
import { useSelect } from './context.tsx';
import { ErrorBoundary } from './error-boundary.tsx';

const Gallery = lazy(() => import('../gallery/gallery.tsx'));

/** The gallery's place; its code comes when it is opened. */
export function GalleryPlace() {
  const isOpen = useSelect(({ panel }) => panel === 'gallery');
  if (!isOpen) return null;
  return (
    <ErrorBoundary>
      <Suspense fallback={<div className="gallery" />}>
        <Gallery />
      </Suspense>
    </ErrorBoundary>
  );
}
