/** The area of a picture that alone is to change: marked on it, and sent with the message that changes it. */
import type { Size } from '../../model/image/bounds.ts';
import type { ImageId } from '../../workers/protocol.ts';
import type { LeftMarks } from '../state/area-marks.ts';
import { contentHash } from '../storage/storage.ts';
import { pictureToChange } from './about.ts';
import type { Action, App } from './app.ts';
import { editThis } from './compose.ts';

export const selectArea: Action<[picture: ImageId]> = {
  when: (state, picture) => pictureToChange(state) === picture && editThis.when(state, picture),
  perform: ({ store }, selecting) => store.setState({ selecting }),
};

/** What was marked and not kept with the message waits for the next time; null where nothing is to wait. */
export const leaveArea: Action<[left: LeftMarks | null]> = {
  when: ({ selecting }) => selecting !== null,
  perform: ({ store }, leftMarks) => store.setState({ selecting: null, leftMarks }),
};

/** All of the picture is to change. */
export const changeWhole: Action = {
  when: ({ selecting }) => selecting !== null,
  perform: ({ store }) =>
    store.setState(({ area, selecting }) => ({
      area: area?.of === selecting ? null : area,
      selecting: null,
      leftMarks: null,
    })),
};

/**
 * Keeps a mask as a picture of its own, and with the message which it is.
 *
 * @throws NOT_KEPT
 */
export async function keepArea(
  { store, storage }: App,
  of: ImageId,
  png: Blob,
  { width, height }: Size,
): Promise<void> {
  const mask = (await contentHash(await png.arrayBuffer())) as ImageId;
  await storage.putBlob(mask, png);
  store.setState({ area: { of, mask, width, height } });
}
