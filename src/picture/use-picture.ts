import { useEffect, useState } from 'react';
import type { ImageId } from '../../workers/protocol.ts';
import { useApp } from '../app/context.tsx';
import { shownFile } from './shown.ts';

export type PictureAddress =
  | { readonly state: 'reading' }
  | { readonly state: 'there'; readonly address: string }
  /** It is no longer stored, or its file was damaged. */
  | { readonly state: 'gone' };

const reading: PictureAddress = { state: 'reading' };

/** An address of a stored picture while the component shows it. */
export function usePictureAddress(image: ImageId | null): PictureAddress {
  const { storage } = useApp();
  const [picture, setPicture] = useState(reading);
  useEffect(() => {
    let made: string | null = null;
    let left = false;
    if (image === null) return;
    const read = async () => {
      const blob = await storage.blob(image);
      if (left) return;
      if (blob === null) return setPicture({ state: 'gone' });
      const shown = await shownFile(image, blob);
      if (left) return;
      made = URL.createObjectURL(shown);
      setPicture({ state: 'there', address: made });
    };
    read().catch(() => setPicture({ state: 'gone' }));
    return () => {
      left = true;
      if (made !== null) URL.revokeObjectURL(made);
      setPicture(reading);
    };
  }, [image, storage]);
  return picture;
}
