import { type MouseEvent, memo, useRef } from 'react';
import type { ImageId } from '../../workers/protocol.ts';
import { markFavourites, showInChat } from '../actions/gallery.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon, type IconName } from '../app/icon.tsx';
import { useNear } from '../app/near.ts';
import { turnElement } from '../chat/turn-buttons.tsx';
import { Thumbnail } from '../picture/thumbnail.tsx';
import { useDragOut } from '../picture/use-drag-out.ts';
import { shownTurns } from '../state/chats.ts';
import type { DrawnPicture } from '../state/drawn.ts';

/** What the list does with one of its pictures. */
export interface ItemEvents {
  /** @param isRange with all between it and the one selected before */
  readonly select: (id: string, isRange: boolean) => void;
  readonly remove: (id: string) => void;
  readonly enter: (id: string) => void;
  readonly view: (image: ImageId) => void;
}

interface GalleryItemProps extends DrawnPicture {
  readonly isSelected: boolean;
  /** Tab comes to it; arrows go on from it to the others. */
  readonly isActive: boolean;
  readonly events: ItemEvents;
}

/** One picture of the gallery: drawn, with all that can be done with it, from when it comes near. */
export const GalleryItem = memo(function GalleryItem(props: GalleryItemProps) {
  const { result, isSelected, isActive, events } = props;
  const { page } = useWords();
  const item = useRef<HTMLLIElement>(null);
  const isNear = useNear(item);
  const drag = useDragOut(result);
  const { image } = result;
  const label = page.result.image(result.prompt);
  if (image === null) return null;
  return (
    <li ref={item} className="gallery-item" data-selected={isSelected}>
      <button
        type="button"
        className="gallery-open"
        {...drag}
        aria-label={page.viewer.view(label)}
        tabIndex={isActive ? 0 : -1}
        onFocus={() => events.enter(result.id)}
        onClick={() => events.view(image)}
      >
        {isNear === true && <Thumbnail image={image} label="" />}
      </button>
      {(isNear === true || isActive) && (
        <>
          <input
            type="checkbox"
            className="gallery-select"
            aria-label={page.gallery.select(result.prompt)}
            tabIndex={isActive ? 0 : -1}
            checked={isSelected}
            onChange={() => undefined}
            onClick={(event: MouseEvent) => events.select(result.id, event.shiftKey)}
          />
          <ItemButtons {...props} />
          <p className="gallery-words" dir="auto" aria-hidden="true">
            {result.prompt}
          </p>
        </>
      )}
    </li>
  );
});

function ItemButtons({ chat, turn, result, isActive, events }: GalleryItemProps) {
  const { page } = useWords();
  const perform = usePerform();
  const { store } = useApp();
  const words = page.gallery;
  const isFavourite = useSelect(({ favourites }) => favourites.includes(result.id));
  const show = () => {
    perform(showInChat, { chat, turn, result });
    comeTo();
  };
  // From when the conversation is there again, and has come back to that turn.
  const comeTo = () =>
    requestAnimationFrame(() => {
      const element = document.getElementById(turnElement(turn));
      if (element === null && shownTurns(store.getState()).some(({ id }) => id === turn)) return comeTo();
      element?.scrollIntoView({ block: 'center' });
      element?.focus({ preventScroll: true });
    });
  const button = (icon: IconName, label: string, press: () => void, isPressed?: boolean) => (
    <button
      type="button"
      className="quiet"
      aria-label={label}
      aria-pressed={isPressed}
      title={label}
      tabIndex={isActive ? 0 : -1}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  );
  return (
    <span className="gallery-buttons">
      {button('star', words.favourite, () => perform(markFavourites, [result.id]), isFavourite)}
      {button('chats', words.show, show)}
      {button('bin', words.delete, () => events.remove(result.id))}
    </span>
  );
}
