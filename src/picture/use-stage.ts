import { useEffect, useRef, useState } from 'react';
import { PictureStage } from './stage.ts';
import type { Enlargement } from './zoom.ts';

/** Of a picture whose longer side has at most so many pixels, the pixels themselves are shown. */
const smallSide = 256;

interface Shown {
  readonly percent: number;
  readonly enlargement: Enlargement;
}

/** The stage of a picture from when it is loaded, and what it shows. */
export function useStage() {
  const element = useRef<HTMLDivElement>(null);
  const picture = useRef<HTMLImageElement>(null);
  const stage = useRef<PictureStage>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const end = () => {
    stage.current?.end();
    stage.current = null;
    setShown(null);
  };
  useEffect(() => () => stage.current?.end(), []);
  const load = () => {
    end();
    if (element.current === null || picture.current === null) return;
    const { naturalWidth, naturalHeight } = picture.current;
    const enlargement = Math.max(naturalWidth, naturalHeight) <= smallSide ? 'pixels' : 'smooth';
    const tell = (percent: number) =>
      setShown((before) => (before?.percent === percent ? before : { enlargement, ...before, percent }));
    stage.current = new PictureStage(element.current, picture.current, { enlargement, tell });
  };
  const setEnlargement = (enlargement: Enlargement) => {
    setShown((before) => before && { ...before, enlargement });
    stage.current?.enlarge(enlargement);
  };
  return { element, picture, shown, stage, setEnlargement, load, end };
}
