/** The viewer: a picture over the whole page. */
import type { ViewedPicture } from '../state/state.ts';
import type { Action } from './app.ts';

export const viewPicture: Action<[picture: ViewedPicture]> = {
  when: () => true,
  perform: ({ store }, viewed) => store.setState({ viewed }),
};

export const closeViewer: Action = {
  when: ({ viewed }) => viewed !== null,
  perform: ({ store }) => store.setState({ viewed: null }),
};
