/** A part of an attached picture comes along in its place, turned where the person turned it. */
import { FailureError, failure } from '../../model/failure.ts';
import type { Crop } from '../../model/image/crop.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { cropPicture } from '../engine/picture-files.ts';
import type { AppState, Attachment } from '../state/state.ts';
import type { PictureRecord } from '../storage/records.ts';
import { contentHash } from '../storage/storage.ts';
import type { Action, App } from './app.ts';

export const openCrop: Action<[key: string]> = {
  when: ({ attachments }, key) =>
    attachments.some((attachment) => attachment.key === key && attachment.record !== null),
  perform: ({ store }, cropping) => store.setState({ cropping }),
};

export const leaveCrop: Action = {
  when: ({ cropping }) => cropping !== null,
  perform: ({ store }) => store.setState({ cropping: null }),
};

/** The picture that is being cropped, as it was brought. */
export function originalOf({ record, cropped }: Attachment): PictureRecord | null {
  return cropped?.original ?? record;
}

/** The picture comes along as it was brought. */
export const takeOriginal: Action = {
  when: ({ cropping }) => cropping !== null,
  perform: ({ store }) =>
    store.setState((state) => {
      const attachment = state.attachments.find(({ key }) => key === state.cropping);
      const record = attachment === undefined ? null : originalOf(attachment);
      return { ...(record === null ? {} : withRecord(state, record, undefined)), cropping: null };
    }),
};

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
  store.setState((state) =>
    state.cropping === key ? { ...withRecord(state, record, { original, crop }), cropping: null } : {},
  );
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
