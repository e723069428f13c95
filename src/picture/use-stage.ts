import { useEffect, useRef, useState } from 'react';
import { type Hand, PictureStage } from './stage.ts';
import type { Enlargement } from './zoom.ts';

/** Of a picture whose longer side has at most so many pixels, the pixels themselves are shown. */
const smallSide = 256;

interface Shown {
  readonly percent: number;
  readonly enlargement: Enlargement;
}

/** The stage of a picture from when it is loaded, and what it shows; `picture` is the image, or what holds it. */
export function useStage<Picture extends HTMLElement>(hand: Hand) {
  const element = useRef<HTMLDivElement>(null);
  const picture = useRef<Picture>(null);
  const stage = useRef<PictureStage>(null);
  const [shown, setShown] = useState<Shown | null>(null);
  const end = () => {
    stage.current?.end();
    stage.current = null;
    setShown(null);
  };
  useEffect(() => () => stage.current?.end(), []);
  const load = ({ naturalWidth: width, naturalHeight: height }: HTMLImageElement) => {
    end();
    if (element.current === null || picture.current === null) return;
    // What is marked is found in all the room that there is, and not in the largest whole multiple.
    const enlargement = hand.does === 'move' && Math.max(width, height) <= smallSide ? 'pixels' : 'smooth';
    const tell = (percent: number) =>
      setShown((before) => (before?.percent === percent ? before : { enlargement, ...before, percent }));
    stage.current = new PictureStage(element.current, picture.current, {
      size: { width, height },
      enlargement,
      hand,
      tell,
    });
  };
  const setEnlargement = (enlargement: Enlargement) => {
    setShown((before) => before && { ...before, enlargement });
    stage.current?.enlarge(enlargement);
  };
  return { element, picture, shown, stage, setEnlargement, load, end };
}

export type StageOf<Picture extends HTMLElement> = ReturnType<typeof useStage<Picture>>;
