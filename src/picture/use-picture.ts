import { useEffect, useState } from 'react';
import type { ImageId } from '../../workers/protocol.ts';
import { useApp } from '../app/context.tsx';

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
    storage.blob(image).then(
      (blob) => {
        if (left) return;
        if (blob === null) return setPicture({ state: 'gone' });
        made = URL.createObjectURL(blob);
        setPicture({ state: 'there', address: made });
      },
      () => setPicture({ state: 'gone' }),
    );
    return () => {
      left = true;
      if (made !== null) URL.revokeObjectURL(made);
      setPicture(reading);
    };
  }, [image, storage]);
  return picture;
}
