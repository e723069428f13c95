import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import type { ImageId } from '../../workers/protocol.ts';
import { deletePictures } from '../actions/gallery.ts';
import { viewPicture } from '../actions/view.ts';
import { usePerform, useWords } from '../app/context.tsx';
import type { DrawnPicture } from '../state/drawn.ts';
import { viewedResult } from '../state/viewed.ts';
import { GalleryItem, type ItemEvents } from './gallery-item.tsx';
import type { Selection } from './selection.ts';

interface GalleryListProps {
  readonly pictures: readonly DrawnPicture[];
  readonly selection: Selection;
}

/** The pictures side by side, one of which Tab comes to; arrows go from one to the other. */
export function GalleryList({ pictures, selection }: GalleryListProps) {
  const words = useWords().page.gallery;
  const perform = usePerform();
  const list = useRef<HTMLUListElement>(null);
  const [entered, setEntered] = useState<string | null>(null);
  const active = pictures.find(({ result }) => result.id === entered) ?? pictures[0];
  const remove = (ids: readonly string[]) => {
    const at = pictures.findIndex(({ result }) => ids.includes(result.id));
    const stays = (index: number) => !ids.includes(pictures[index]?.result.id ?? '');
    const staying = pictures.map((_, index) => index).filter(stays);
    // Before they go: what has the focus would take it along.
    focusAt(list.current, staying.find((index) => index > at) ?? staying.at(-1) ?? -1);
    perform(deletePictures, ids);
  };
  const view = (image: ImageId) => {
    const all = pictures.flatMap(({ result }) => viewedResult(result) ?? []);
    perform(viewPicture, image, all);
  };
  const events = useLatest({ select: selection.toggle, remove: (id) => remove([id]), enter: setEntered, view });
  const press = (event: KeyboardEvent) => {
    const openers = openersIn(list.current);
    const at = openers.indexOf(document.activeElement as HTMLElement);
    const here = pictures[at]?.result.id;
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'a') selection.all();
    else if (here === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === ' ') selection.toggle(here, event.shiftKey);
    else if (event.key === 'Delete') remove(selection.has(here) ? selection.ids : [here]);
    else if (!move(event.key, at, list.current)) return;
    event.preventDefault();
  };
  return (
    <ul ref={list} className="gallery-list" aria-label={words.pictures} aria-describedby={keysId} onKeyDown={press}>
      {pictures.map(({ chat, turn, result }) => (
        <GalleryItem
          key={result.id}
          chat={chat}
          turn={turn}
          result={result}
          isSelected={selection.has(result.id)}
          isActive={result === active?.result}
          events={events}
        />
      ))}
    </ul>
  );
}

/** The id of what says the list's keys. */
export const keysId = 'gallery-keys';

/** Events that are the same object throughout: no picture is rendered again for them. */
function useLatest(events: ItemEvents): ItemEvents {
  const latest = useRef(events);
  useEffect(() => {
    latest.current = events;
  });
  return useMemo(
    () => ({
      select: (id, isRange) => latest.current.select(id, isRange),
      remove: (id) => latest.current.remove(id),
      enter: (id) => latest.current.enter(id),
      view: (image) => latest.current.view(image),
    }),
    [],
  );
}

function openersIn(list: HTMLElement | null): readonly HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('.gallery-open') ?? [])];
}

function focusAt(list: HTMLElement | null, index: number): void {
  const opener = openersIn(list)[index];
  if (opener === undefined) list?.closest<HTMLElement>('.gallery')?.focus();
  else opener.focus();
}

/** @returns whether the key leads anywhere */
function move(key: string, at: number, list: HTMLElement | null): boolean {
  if (list === null) return false;
  const style = getComputedStyle(list);
  const columns = style.gridTemplateColumns.split(' ').length;
  const forth = style.direction === 'rtl' ? -1 : 1;
  const last = openersIn(list).length - 1;
  const to: Readonly<Record<string, number>> = {
    ArrowRight: at + forth,
    ArrowLeft: at - forth,
    ArrowDown: at + columns,
    ArrowUp: at - columns,
    Home: 0,
    End: last,
  };
  const place = to[key];
  if (place === undefined) return false;
  if (place >= 0 && place <= last) focusAt(list, place);
  return true;
}
