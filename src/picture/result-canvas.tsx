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
  const isGone = useStoredPicture(canvas, result);
  const description = turn.text.replaceAll('<image>', '').trim();
  return (
    <>
      <canvas
        ref={canvas}
        className="picture"
        role="img"
        aria-label={page.result.image(result.prompt)}
        {...(description === '' ? {} : { 'aria-description': description })}
        data-state={result.state}
        width={result.width}
        height={result.height}
      />
      {isGone && <p className="badge">{page.result.gone}</p>}
    </>
  );
}

type CanvasRef = { readonly current: HTMLCanvasElement | null };

function usePreviews(canvas: CanvasRef, { id, state }: Result): void {
  const { live } = useApp();
  useEffect(() => {
    if (state !== 'working') return;
    let shown: Preview | null = null;
    const show = () => {
      const work = live.get();
      const preview = work?.result === id ? work.preview : null;
      if (preview === null || preview === shown) return;
      shown = preview;
      void paint(canvas.current, createImageBitmap(imageDataOf(preview)));
    };
    show();
    return live.subscribe(show);
  }, [canvas, live, id, state]);
}

/** Whether the picture is no longer stored. */
function useStoredPicture(canvas: CanvasRef, { image }: Result): boolean {
  const { storage } = useApp();
  const [isGone, setGone] = useState(false);
  useEffect(() => {
    if (image === null) return;
    let left = false;
    storage
      .blob(image)
      .then(async (blob) => {
        if (left) return;
        setGone(blob === null);
        if (blob !== null) await paint(canvas.current, createImageBitmap(blob));
      })
      .catch(() => setGone(true));
    return () => {
      left = true;
    };
  }, [canvas, storage, image]);
  return isGone;
}

async function paint(canvas: HTMLCanvasElement | null, decoding: Promise<ImageBitmap>): Promise<void> {
  const bitmap = await decoding;
  const context = canvas?.getContext('2d');
  if (canvas !== null && context != null) {
    context.imageSmoothingQuality = 'high';
    context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  }
  bitmap.close();
}
