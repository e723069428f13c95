/** The gallery: what can be done with drawn pictures of all chats, one or many at a time. */
import { failure, failureOf } from '../../model/failure.ts';
import { type DrawnPicture, drawnPictures } from '../state/drawn.ts';
import { fileNameOf } from '../state/file-names.ts';
import { notify } from '../state/notices.ts';
import type { AppState } from '../state/state.ts';
import { deletionOfPictures } from '../state/steps.ts';
import { choiceKey, pathTo } from '../state/tree.ts';
import type { TurnId } from '../storage/records.ts';
import type { Action, App } from './app.ts';
import { openChat } from './chats.ts';
import { download, saySaved } from './keep-picture.ts';
import { savedFile } from './saved-file.ts';
import { take } from './undo.ts';
import { distinctNames, type ZipEntry, zipOf } from './zip.ts';

/** Results by their ids. */
type Chosen = readonly string[];

export const openGallery: Action = {
  when: ({ panel }) => panel !== 'gallery',
  // What was done elsewhere is not told here.
  perform: ({ store }) => store.setState({ panel: 'gallery', told: null }),
};

/** Marks them as favourites; where all of them are, takes the mark away. */
export const markFavourites: Action<[chosen: Chosen]> = {
  when: (state, chosen) => among(state, chosen).length > 0,
  perform: ({ store }, chosen) =>
    store.setState(({ favourites }) => {
      const others = favourites.filter((id) => !chosen.includes(id));
      const areAll = others.length === favourites.length - chosen.length;
      return { favourites: areAll ? others : [...others, ...chosen] };
    }),
};

/** They go at once; Undo brings them back. */
export const deletePictures: Action<[chosen: Chosen]> = {
  when: (state, chosen) => among(state, chosen).length > 0,
  perform(app, chosen) {
    const pictures = among(app.store.getState(), chosen);
    if (pictures.length > 0) take(app, deletionOfPictures(pictures));
  },
};

/** Opens the chat at the versions that lead to the turn. */
export const showInChat: Action<[picture: DrawnPicture]> = {
  when: ({ chats }, { chat }) => chats.some(({ id }) => id === chat),
  perform(app, { chat, turn }) {
    if (openChat.when(app.store.getState(), chat)) openChat.perform(app, chat);
    app.store.setState((state) => ({ chosen: { ...state.chosen, ...versionsTo(state, turn, chat) }, panel: null }));
  },
};

function versionsTo({ chats }: AppState, turn: TurnId, chat: DrawnPicture['chat']): AppState['chosen'] {
  const turns = chats.find(({ id }) => id === chat)?.turns ?? [];
  return Object.fromEntries(pathTo(turns, turn).map((found) => [choiceKey(chat, found), found.id]));
}

/** As one file, each picture with as much of its recipe as the setting says. What cannot be read is said; the others are saved. */
export const savePictures: Action<[chosen: Chosen]> = {
  when: (state, chosen) => among(state, chosen).length > 0,
  perform(app, chosen) {
    const pictures = among(app.store.getState(), chosen);
    if (pictures.length === 0) return;
    zipOf(app.archive, filesOf(app, pictures))
      .then((zip) => {
        const name = `nexus-gen-${pictures.length}.zip`;
        download(zip, name);
        saySaved(app.store, name);
      })
      .catch((error: unknown) => notify(app.store, failureOf(error)));
  },
};

async function* filesOf(app: App, pictures: readonly DrawnPicture[]): AsyncGenerator<ZipEntry> {
  const names = distinctNames(pictures.map(({ result }) => fileNameOf(app.store.getState(), result)));
  for (const [index, { result }] of pictures.entries()) {
    const name = names[index] ?? result.id;
    try {
      const stored = result.image === null ? null : await app.storage.blob(result.image);
      if (stored === null) notify(app.store, failure('PICTURE_GONE', {}));
      else yield { name, ...(await fileOf(app, result, stored)) };
    } catch (error) {
      notify(app.store, failureOf(error));
    }
  }
}

async function fileOf(app: App, result: DrawnPicture['result'], stored: Blob) {
  const { file, recipe } = await savedFile(app, result, stored, app.store.getState().recipes);
  if (recipe === 'gone') notify(app.store, failure('EMBEDDINGS_GONE', { wanted: 'recipe' }));
  return { file };
}

function among({ chats }: AppState, chosen: Chosen): readonly DrawnPicture[] {
  const ids = new Set(chosen);
  return drawnPictures(chats).filter(({ result }) => ids.has(result.id));
}
