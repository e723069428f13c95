import { useEffect, useRef } from 'react';
import { useApp, useWords } from '../app/context.tsx';
import type { Preview } from '../state/live.ts';
import type { ModelTurn, Result } from '../storage/records.ts';
import { imageDataOf } from './pixels.ts';

/** A result: previews while it is painted, then the picture itself, drawn outside React's render. */
export function ResultCanvas({ turn, result }: { readonly turn: ModelTurn; readonly result: Result }) {
  const { page } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  usePreviews(canvas, result);
  useStoredPicture(canvas, result);
  const description = turn.text.replaceAll('<image>', '').trim();
  return (
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

function useStoredPicture(canvas: CanvasRef, { image }: Result): void {
  const { storage } = useApp();
  useEffect(() => {
    if (image === null) return;
    let left = false;
    storage
      .blob(image)
      .then((blob) => (blob === null || left ? null : paint(canvas.current, createImageBitmap(blob))))
      // The canvas stays empty; Save and Edit say what is wrong with the file.
      .catch(() => undefined);
    return () => {
      left = true;
    };
  }, [canvas, storage, image]);
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
