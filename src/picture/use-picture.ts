import { useEffect, useState } from 'react';
import type { ImageId } from '../../workers/protocol.ts';
import { useApp } from '../app/context.tsx';

/** An address of a stored picture while the component shows it; null until it is read, or where it is gone. */
export function usePictureAddress(image: ImageId | null): string | null {
  const { storage } = useApp();
  const [address, setAddress] = useState<string | null>(null);
  useEffect(() => {
    let made: string | null = null;
    let left = false;
    if (image === null) return;
    storage.blob(image).then(
      (blob) => {
        if (left || blob === null) return;
        made = URL.createObjectURL(blob);
        setAddress(made);
      },
      () => setAddress(null),
    );
    return () => {
      left = true;
      if (made !== null) URL.revokeObjectURL(made);
      setAddress(null);
    };
  }, [image, storage]);
  return address;
}
