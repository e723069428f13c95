/** The viewer: a picture over the whole page, and those before and behind it. */
import type { ImageId } from '../../workers/protocol.ts';
import { findResult, shownTurns } from '../state/chats.ts';
import type { AppState } from '../state/state.ts';
import { type ViewedPicture, viewedPictures } from '../state/viewed.ts';
import type { Action } from './app.ts';

/** Where nothing else is said, among those of the conversation. */
export const viewPicture: Action<[image: ImageId, among?: readonly ViewedPicture[]]> = {
  when: () => true,
  perform({ store }, image, among = viewedPictures(shownTurns(store.getState()))) {
    const found = among.find((picture) => picture.image === image);
    store.setState({ viewed: found ?? { image, from: 'elsewhere', words: '', before: null }, viewedAmong: among });
  },
};

/** Goes to the picture before or behind. */
export const viewBeside: Action<[step: -1 | 1]> = {
  when: (state, step) => beside(state, step) !== undefined,
  perform({ store }, step) {
    const viewed = beside(store.getState(), step);
    if (viewed !== undefined) store.setState({ viewed });
  },
};

export const closeViewer: Action = {
  when: ({ viewed }) => viewed !== null,
  perform: ({ store }) => store.setState({ viewed: null, viewedAmong: [] }),
};

/** Its place among the others, from 0; -1 where it is not there. */
export function placeOfViewed({ viewed, viewedAmong }: Pick<AppState, 'viewed' | 'viewedAmong'>): number {
  return viewedAmong.findIndex(({ image }) => image === viewed?.image);
}

function beside(state: AppState, step: -1 | 1): ViewedPicture | undefined {
  const at = placeOfViewed(state);
  return at < 0 ? undefined : state.viewedAmong[at + step];
}

/** How a result was made. */
export const openRecipe: Action<[result: string]> = {
  when: (state, id) => findResult(state, id) !== undefined,
  perform: ({ store }, id) => store.setState({ recipe: { of: 'result', id } }),
};
