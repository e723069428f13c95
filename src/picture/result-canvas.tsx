import { useEffect, useRef, useState } from 'react';
import { useApp, useWords } from '../app/context.tsx';
import type { Preview } from '../state/live.ts';
import type { ModelTurn, Result } from '../storage/records.ts';
import { imageDataOf } from './pixels.ts';

/** A result: previews while it is painted, then the picture itself, drawn outside React's render. */
export function ResultCanvas({ turn, result }: { readonly turn: ModelTurn; readonly result: Result }) {
  const { page } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  usePreviews(canvas, result);
  const stored = useStoredPicture(canvas, result);
  const description = turn.text.replaceAll('<image>', '').trim();
  return (
    <>
      <canvas
        ref={canvas}
        className="picture"
        role="img"
        aria-label={page.result.image(result.prompt)}
        {...(description === '' ? {} : { 'aria-description': description })}
        data-state={shownState(result, stored)}
        width={result.width}
        height={result.height}
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

type CanvasRef = { readonly current: HTMLCanvasElement | null };

function usePreviews(canvas: CanvasRef, { id, state }: Result): void {
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
      void paint(canvas.current, createImageBitmap(imageDataOf(preview)), () => !ended);
    };
    show();
    const unsubscribe = live.subscribe(show);
    return () => {
      ended = true;
      unsubscribe();
    };
  }, [canvas, live, id, state]);
}

function useStoredPicture(canvas: CanvasRef, { image }: Result): Stored {
  const { storage } = useApp();
  const [stored, setStored] = useState<Stored>('awaited');
  useEffect(() => {
    if (image === null) return;
    let left = false;
    setStored('awaited');
    storage
      .blob(image)
      .then(async (blob) => {
        if (left) return;
        if (blob !== null) await paint(canvas.current, createImageBitmap(blob), () => !left);
        if (!left) setStored(blob === null ? 'gone' : 'shown');
      })
      .catch(() => setStored('gone'));
    return () => {
      left = true;
    };
  }, [canvas, storage, image]);
  return stored;
}

/** @param isWanted asked when the picture is decoded: a preview that comes late must not cover what came after it */
async function paint(
  canvas: HTMLCanvasElement | null,
  decoding: Promise<ImageBitmap>,
  isWanted: () => boolean,
): Promise<void> {
  const bitmap = await decoding;
  const context = canvas?.getContext('2d');
  if (canvas !== null && context != null && isWanted()) {
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  }
  bitmap.close();
}
