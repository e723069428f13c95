import { useEffect, useRef, useState } from 'react';
import type { ShownDifference } from '../../workers/picture/protocol.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { useApp, useWords } from '../app/context.tsx';
import { comparePictures } from '../engine/picture-files.ts';
import { imageDataOf } from './pixels.ts';

interface DifferenceProps {
  readonly before: ImageId;
  readonly after: ImageId;
}

type Found =
  | { readonly state: 'looking' }
  | { readonly state: 'found'; readonly difference: ShownDifference }
  /** One of the two is no longer stored, or its file was damaged. */
  | { readonly state: 'gone' };

const looking: Found = { state: 'looking' };

/** What an edit changed, laid over it, and how much of the picture it left alone. */
export function Difference({ before, after }: DifferenceProps) {
  const { page } = useWords();
  const canvas = useRef<HTMLCanvasElement>(null);
  const found = useDifference(before, after);
  const difference = found.state === 'found' ? found.difference : null;
  useEffect(() => {
    if (difference === null) return;
    const { overlay: data, width, height } = difference;
    canvas.current?.getContext('2d')?.putImageData(imageDataOf({ data, width, height }), 0, 0);
  }, [difference]);
  return (
    <div className="difference">
      {difference !== null && (
        <canvas
          ref={canvas}
          role="img"
          aria-label={page.result.changes}
          width={difference.width}
          height={difference.height}
        />
      )}
      <p aria-live="polite">{sentence(found, page.result)}</p>
    </div>
  );
}

function sentence(found: Found, words: ReturnType<typeof useWords>['page']['result']): string {
  if (found.state === 'found') return words.untouched(found.difference.untouched);
  return found.state === 'gone' ? words.gone : words.comparing;
}

function useDifference(before: ImageId, after: ImageId): Found {
  const { storage } = useApp();
  const [found, setFound] = useState(looking);
  useEffect(() => {
    let left = false;
    const compare = async () => {
      const [source, edit] = await Promise.all([storage.blob(before), storage.blob(after)]);
      if (left) return;
      if (source === null || edit === null) return setFound({ state: 'gone' });
      const difference = await comparePictures(source, edit);
      if (!left) setFound({ state: 'found', difference });
    };
    compare().catch(() => !left && setFound({ state: 'gone' }));
    return () => {
      left = true;
      setFound(looking);
    };
  }, [storage, before, after]);
  return found;
}
