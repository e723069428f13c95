/** Every picture drawn, over all chats, in the conversation's place. */
import { useDeferredValue, useMemo, useState } from 'react';
import { deletePictures, markFavourites, savePictures } from '../actions/gallery.ts';
import { ClosePanel } from '../app/close-panel.tsx';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { galleryButtonId } from '../app/header.tsx';
import { Icon, type IconName } from '../app/icon.tsx';
import { usePanelFocus } from '../app/panel-focus.ts';
import { type DrawnPicture, drawnPictures, picturesWith } from '../state/drawn.ts';
import { GalleryList, keysId } from './gallery-list.tsx';
import { type Selection, useSelection } from './selection.ts';

const none: readonly DrawnPicture[] = [];

export default function Gallery() {
  const words = useWords().page.gallery;
  const region = usePanelFocus<HTMLElement>(true, galleryButtonId);
  const drawn = useSelect(({ chats }) => drawnPictures(chats));
  const favourites = useSelect((state) => state.favourites);
  const [sought, setSought] = useState('');
  const [onlyFavourites, setOnlyFavourites] = useState(false);
  const found = useMemo(() => {
    const marked = new Set(favourites);
    return picturesWith(onlyFavourites ? drawn.filter(({ result }) => marked.has(result.id)) : drawn, sought);
  }, [drawn, favourites, onlyFavourites, sought]);
  // Hundreds of them are put up in slices, between which the page answers.
  const pictures = useDeferredValue(found, none);
  const selection = useSelection(found.map(({ result }) => result.id));
  return (
    <section ref={region} className="gallery" aria-label={words.gallery} tabIndex={-1}>
      <header>
        <h2>{words.gallery}</h2>
        <input
          type="search"
          aria-label={words.search}
          placeholder={words.search}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
        <button
          type="button"
          className="quiet"
          aria-label={words.favourites}
          title={words.favourites}
          aria-pressed={onlyFavourites}
          onClick={() => setOnlyFavourites(!onlyFavourites)}
        >
          <Icon name="star" />
        </button>
        <ClosePanel label={words.close} />
      </header>
      {drawn.length > 0 && <SelectionBar selection={selection} count={found.length} />}
      <p id={keysId} className="unseen">
        {words.keys}
      </p>
      {found.length > 0 ? (
        <GalleryList pictures={pictures} selection={selection} />
      ) : (
        <p className="gallery-empty">
          {drawn.length === 0 ? words.none : sought === '' ? words.noFavourite : words.noneFound}
        </p>
      )}
    </section>
  );
}

interface SelectionBarProps {
  readonly selection: Selection;
  /** Of the listed pictures. */
  readonly count: number;
}

/** How many there are, and what is done with the selected ones. */
function SelectionBar({ selection, count }: SelectionBarProps) {
  const words = useWords().page.gallery;
  const perform = usePerform();
  const { ids } = selection;
  const button = (icon: IconName, label: string, press: () => void) => (
    <button type="button" className="quiet" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} />
      <span className="only-wide">{label}</span>
    </button>
  );
  const remove = () => {
    perform(deletePictures, ids);
    selection.none();
    document.querySelector<HTMLElement>('.gallery')?.focus();
  };
  return (
    <div className="gallery-bar">
      <p className="hint" aria-live="polite">
        {ids.length === 0 ? words.count(count) : words.selected(ids.length)}
      </p>
      {ids.length < count && (
        <button type="button" className="link" onClick={selection.all}>
          {words.selectAll}
        </button>
      )}
      {ids.length > 0 && (
        <>
          <button type="button" className="link" onClick={selection.none}>
            {words.selectNone}
          </button>
          <span className="gallery-actions">
            {button('save', words.save, () => perform(savePictures, ids))}
            {button('star', words.favourite, () => perform(markFavourites, ids))}
            {button('bin', ids.length === 1 ? words.delete : words.deleteSelected, remove)}
          </span>
        </>
      )}
    </div>
  );
}
