import { useId, useState } from 'react';
import { useSelect, useWords } from '../app/context.tsx';
import type { ViewedPicture } from '../state/viewed.ts';
import { Compare } from './compare.tsx';
import { pictureLabel } from './picture-label.ts';
import { Thumbnail } from './thumbnail.tsx';
import { usePictureAddress } from './use-picture.ts';

const ways = ['slider', 'beside', 'difference'] as const;
type Way = (typeof ways)[number];

/** The shown picture beside any other: at first the one that it was edited from, else the one before it. */
export function ViewerCompare({ picture }: { readonly picture: ViewedPicture }) {
  const { page } = useWords();
  const others = useSelect((state) => state.viewedAmong).filter(({ image }) => image !== picture.image);
  const [way, setWay] = useState<Way>('slider');
  const [chosen, setChosen] = useState<string | null>(null);
  const name = useId();
  const wanted = chosen ?? picture.before;
  const other = others.find(({ image }) => image === wanted) ?? others.at(-1);
  if (other === undefined) return null;
  return (
    <div className="viewer-compare">
      <fieldset className="ways">
        <legend className="unseen">{page.viewer.ways}</legend>
        {ways.map((value) => (
          <label key={value}>
            <input type="radio" name={name} checked={way === value} onChange={() => setWay(value)} />
            {page.viewer.way[value]}
          </label>
        ))}
      </fieldset>
      <Both way={way} picture={picture} other={other} />
      {way === 'difference' && <p className="hint">{page.viewer.differenceHint}</p>}
      <ol className="viewer-others" aria-label={page.viewer.others}>
        {others.map((each) => (
          <li key={each.image}>
            <button
              type="button"
              aria-label={pictureLabel(page, each)}
              title={pictureLabel(page, each)}
              aria-pressed={each === other}
              onClick={() => setChosen(each.image)}
            >
              <Thumbnail image={each.image} label="" />
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}

interface BothProps {
  readonly way: Way;
  readonly picture: ViewedPicture;
  readonly other: ViewedPicture;
}

function Both({ way, picture, other }: BothProps) {
  const { page } = useWords();
  const [ratio, setRatio] = useState(1);
  const shown = usePictureAddress(picture.image);
  const before = usePictureAddress(other.image);
  const after = shown.state === 'there' && (
    <img
      src={shown.address}
      alt={pictureLabel(page, picture)}
      draggable={false}
      onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) => setRatio(naturalWidth / naturalHeight)}
    />
  );
  const first = before.state === 'there' && (
    <img src={before.address} alt={pictureLabel(page, other)} draggable={false} />
  );
  return (
    <div className="both" data-way={way}>
      {way !== 'slider' && first}
      {way === 'slider' ? (
        <div className="both-frame" ref={(frame) => frame?.style.setProperty('--ratio', String(ratio))}>
          {after}
          <Compare key={other.image} before={other.image} />
        </div>
      ) : (
        after
      )}
    </div>
  );
}
