import { startTransition, useEffect, useState } from 'react';

/**
 * How much of something is rendered that would take too long at once: it grows by `step` with each frame, in slices between which
 * the page answers.
 *
 * @param goesOn whether there is more to come behind so much
 */
export function useByFrames(first: number, step: number, goesOn: (rendered: number) => boolean): number {
  const [rendered, setRendered] = useState(first);
  const isWanted = goesOn(rendered);
  useEffect(() => {
    if (!isWanted) return;
    const frame = requestAnimationFrame(() => startTransition(() => setRendered(rendered + step)));
    return () => cancelAnimationFrame(frame);
  }, [isWanted, rendered, step]);
  return rendered;
}
