import { useContext, useEffect, useRef, useState } from 'react';
import type { ImageId } from '../../workers/protocol.ts';
import { useApp, useWords } from '../app/context.tsx';
import { NearContext } from '../app/near.ts';
import type { Preview } from '../state/live.ts';
import type { ModelTurn, Result } from '../storage/records.ts';
import { spoken } from '../storage/spoken.ts';
import { imageDataOf } from './pixels.ts';

/**
 * A result: previews while it is painted, then the picture itself, drawn outside React's render. One far from the screen holds no
 * pixels.
 */
export function ResultCanvas({ turn, result }: { readonly turn: ModelTurn; readonly result: Result }) {
  const { page } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const isNear = useContext(NearContext);
  usePreviews(canvas, result);
  const stored = useStoredPicture(canvas, result, isNear);
  const description = spoken(turn.text);
  return (
    <>
      <canvas
        ref={canvas}
        className="picture"
        role="img"
        aria-label={page.result.image(result.prompt)}
        {...(description === '' ? {} : { 'aria-description': description })}
        data-state={shownState(result, isNear === false ? 'shown' : stored)}
      />
      {stored === 'gone' && <p className="badge">{page.result.gone}</p>}
    </>
  );
}

type Stored = 'awaited' | 'shown' | 'gone';

/** A picture is done when it is what the canvas shows; until then a preview may be. */
function shownState({ state, image }: Result, stored: Stored): Result['state'] {
  return state === 'done' && image !== null && stored === 'awaited' ? 'working' : state;
}

type Size = Pick<Result, 'width' | 'height'>;

type CanvasRef = { readonly current: HTMLCanvasElement | null };

function usePreviews(canvas: CanvasRef, { id, state, width, height }: Result): void {
  const { live } = useApp();
  useEffect(() => {
    if (state !== 'working') return;
    let shown: Preview | null = null;
    let ended = false;
    const show = () => {
      const work = live.get();
      const preview = work?.result === id ? work.preview : null;
      if (preview === null || preview === shown) return;
      shown = preview;
      void paint(canvas.current, createImageBitmap(imageDataOf(preview)), { width, height }, () => !ended);
    };
    show();
    const unsubscribe = live.subscribe(show);
    return () => {
      ended = true;
      unsubscribe();
    };
  }, [canvas, live, id, state, width, height]);
}

function useStoredPicture(canvas: CanvasRef, { image, width, height }: Result, isNear: boolean | null): Stored {
  const { storage } = useApp();
  const [seen, setSeen] = useState<{ readonly image: ImageId; readonly stored: Stored } | null>(null);
  useEffect(() => {
    if (image === null || isNear === null) return;
    if (!isNear) {
      giveBack(canvas.current);
      return;
    }
    let left = false;
    const size = { width, height };
    storage
      .blob(image)
      .then(async (blob) => {
        if (left) return;
        if (blob !== null) await paint(canvas.current, createImageBitmap(blob), size, () => !left);
        if (!left) setSeen({ image, stored: blob === null ? 'gone' : 'shown' });
      })
      .catch(() => setSeen({ image, stored: 'gone' }));
    return () => {
      left = true;
    };
  }, [canvas, storage, image, width, height, isNear]);
  return seen !== null && seen.image === image ? seen.stored : 'awaited';
}

/** @param isWanted asked when the picture is decoded: a preview that comes late must not cover what came after it */
async function paint(
  canvas: HTMLCanvasElement | null,
  decoding: Promise<ImageBitmap>,
  { width, height }: Size,
  isWanted: () => boolean,
): Promise<void> {
  const bitmap = await decoding;
  const context = canvas?.getContext('2d');
  if (canvas !== null && context != null && isWanted()) {
    // Setting a size clears what is shown.
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, width, height);
  }
  bitmap.close();
}

/** A canvas holds its pixels as long as it has a size. */
function giveBack(canvas: HTMLCanvasElement | null): void {
  if (canvas === null) return;
  canvas.width = 0;
  canvas.height = 0;
}
