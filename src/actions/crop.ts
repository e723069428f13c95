/** A part of a picture comes along in its place, turned where the person turned it. */
import { FailureError, failure } from '../../model/failure.ts';
import type { Crop } from '../../model/image/crop.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { cropPicture } from '../engine/picture-files.ts';
import { shownTurns } from '../state/chats.ts';
import { drawnPictures } from '../state/drawn.ts';
import { madeOnce } from '../state/made-once.ts';
import type { AppState, Attachment } from '../state/state.ts';
import type { ChatRecord, PictureRecord } from '../storage/records.ts';
import { contentHash } from '../storage/storage.ts';
import type { Action, App } from './app.ts';

/** Stands among the keys of attached pictures for the one that is put at the next turn's start. */
export const referenceKey = 'reference';

export const openCrop: Action<[key: string]> = {
  when: (state, key) => pictureOfKey(state, key) !== null,
  perform: ({ store }, cropping) => store.setState({ cropping }),
};

export const leaveCrop: Action = {
  when: ({ cropping }) => cropping !== null,
  perform: ({ store }) => store.setState({ cropping: null }),
};

/** A picture that can be cropped: as it was brought or drawn, and the crop it has. */
export interface Croppable {
  readonly key: string;
  readonly original: PictureRecord;
  readonly crop: Crop | null;
}

/** Null where it is gone, or still being read. */
export function pictureOfKey(state: AppState, key: string | null): Croppable | null {
  if (key === referenceKey) {
    const original = state.reference === null ? null : recordOf(state, state.reference);
    return original === null ? null : { key, original, crop: null };
  }
  const attachment = state.attachments.find((other) => other.key === key);
  const original = attachment?.cropped?.original ?? attachment?.record;
  return attachment === undefined || original == null
    ? null
    : { key: attachment.key, original, crop: attachment.cropped?.crop ?? null };
}

/** A picture that was drawn, or brought to this conversation. */
function recordOf(state: AppState, image: ImageId): PictureRecord | null {
  const brought = shownTurns(state).flatMap((turn) => (turn.from === 'person' ? turn.pictures : []));
  return brought.find(({ id }) => id === image) ?? drawnRecords(state.chats).get(image) ?? null;
}

const drawnRecords = madeOnce((chats: readonly ChatRecord[]): ReadonlyMap<ImageId, PictureRecord> => {
  const pictures = drawnPictures(chats).flatMap(({ result: { image, prompt: name, width, height } }) =>
    image === null ? [] : { id: image, name, width, height },
  );
  return new Map(pictures.map((picture) => [picture.id, picture]));
});

/** The picture comes along as it was. */
export const takeOriginal: Action = {
  when: ({ cropping }) => cropping !== null,
  perform: ({ store }) =>
    store.setState((state) => {
      const picture = state.cropping === referenceKey ? null : pictureOfKey(state, state.cropping);
      if (picture === null) return { cropping: null };
      const isDrawn = state.reference === null && drawnRecords(state.chats).has(picture.original.id);
      const whole = withRecord(state, picture.original, undefined);
      return { ...(isDrawn ? asReference(state, picture, whole) : whole), cropping: null };
    }),
};

/** One that was drawn is put at the turn's start again, where the model knows it by what it was drawn from. */
function asReference({ attachments }: AppState, picture: Croppable, { area }: Partial<AppState>): Partial<AppState> {
  return {
    attachments: attachments.filter(({ key }) => key !== picture.key),
    reference: picture.original.id,
    about: { by: 'words' },
    area: area ?? null,
  };
}

/**
 * Keeps a part of the picture as a picture of its own, which comes along; one that was left meanwhile comes along as it did.
 *
 * @throws PICTURE_GONE, NOT_KEPT, and as cropPicture
 */
export async function keepCrop({ store, storage }: App, key: string, original: PictureRecord, crop: Crop) {
  const blob = await storage.blob(original.id);
  if (blob === null) throw new FailureError(failure('PICTURE_GONE', {}));
  const { png, width, height } = await cropPicture(blob, original.name, crop);
  const id = (await contentHash(await png.arrayBuffer())) as ImageId;
  await storage.putBlob(id, png);
  const record = { id, name: original.name, width, height };
  const cropped = { original, crop };
  store.setState((state) => {
    if (state.cropping !== key) return {};
    const part = key === referenceKey ? inPlaceOfReference(state, record, cropped) : withRecord(state, record, cropped);
    return { ...part, cropping: null };
  });
}

/** It is what the message would change, as the whole picture was. */
function inPlaceOfReference(
  { attachments, area, reference }: AppState,
  record: PictureRecord,
  cropped: Attachment['cropped'],
): Partial<AppState> {
  const part: Attachment = { key: crypto.randomUUID(), name: record.name, record, cropped };
  return {
    attachments: [...attachments, part],
    reference: null,
    about: { by: 'mark', key: part.key },
    area: area?.of === reference ? null : area,
  };
}

function withRecord(
  { attachments, area, cropping }: AppState,
  record: PictureRecord,
  cropped: Attachment['cropped'],
): Partial<AppState> {
  const before = attachments.find(({ key }) => key === cropping)?.record;
  return {
    attachments: attachments.map((old) => (old.key === cropping ? { ...old, record, cropped } : old)),
    // An area goes with its picture.
    area: area?.of === before?.id && before?.id !== record.id ? null : area,
  };
}
