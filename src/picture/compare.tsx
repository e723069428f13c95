import { useRef } from 'react';
import type { ImageId } from '../../workers/protocol.ts';
import { useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { usePictureAddress } from './use-picture.ts';

/** The picture before, over the one after, up to where the slider stands. */
export function Compare({ before }: { readonly before: ImageId }) {
  const { page } = useWords();
  const picture = usePictureAddress(before);
  const layer = useRef<HTMLDivElement>(null);
  return (
    <div className="compare" ref={layer}>
      {picture.state === 'there' && <img src={picture.address} alt={page.result.before} />}
      <span className="compare-label">{picture.state === 'gone' ? page.result.gone : page.result.before}</span>
      <span className="compare-label after">{page.result.after}</span>
      <Icon name="slide" />
      <input
        type="range"
        min={0}
        max={100}
        defaultValue={50}
        aria-label={page.result.comparePosition}
        onInput={({ currentTarget }) => layer.current?.style.setProperty('--position', `${currentTarget.value}%`)}
      />
    </div>
  );
}
