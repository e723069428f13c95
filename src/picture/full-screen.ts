import { type RefObject, useEffect, useState } from 'react';

/** Null where the browser has none, as on small phones. */
export function useFullScreen(element: RefObject<HTMLElement | null>): { isOn: boolean; toggle: () => void } | null {
  const [isOn, setOn] = useState(false);
  useEffect(() => {
    const hear = () => setOn(document.fullscreenElement !== null);
    document.addEventListener('fullscreenchange', hear);
    return () => {
      document.removeEventListener('fullscreenchange', hear);
      leave();
    };
  }, []);
  if (!document.fullscreenEnabled) return null;
  const toggle = () => {
    if (isOn) leave();
    // Refused, the picture stays as large as it is.
    else element.current?.requestFullscreen().catch(() => undefined);
  };
  return { isOn, toggle };
}

function leave(): void {
  if (document.fullscreenElement !== null) document.exitFullscreen().catch(() => undefined);
}
