/** The area of a picture that alone is to change: its mask, read and judged before it is painted by. Loaded where there is one. */
import { fail } from '../model/failure.ts';
import { isEmptyMask, isMaskFor, type Mask, maskOf } from '../model/image/mask.ts';
import type { ImageId, PaintRequest } from '../workers/protocol.ts';
import type { Sources } from './sources.ts';

export interface SelectedArea {
  /** The picture that it lies on. */
  readonly of: ImageId;
  /** The picture that says where, by its light. */
  readonly mask: ImageId;
}

/** @throws MASK_GONE, MASK_SIZE where it is one of another picture, MASK_EMPTY */
export async function readMask(sources: Sources, area: SelectedArea): Promise<Mask> {
  const content = (await sources.picture(area.mask)) ?? fail('MASK_GONE', {});
  const mask = maskOf(content.pixels);
  const picture = sources.size(area.of);
  if (picture !== undefined && !isMaskFor(mask, picture)) {
    const { width, height } = mask;
    fail('MASK_SIZE', { width, height, picture: { width: picture.width, height: picture.height } });
  }
  return isEmptyMask(mask) ? fail('MASK_EMPTY', {}) : mask;
}

/** @throws PICTURE_GONE, and as readMask */
export async function readArea(sources: Sources, area: SelectedArea): Promise<NonNullable<PaintRequest['area']>> {
  const mask = await readMask(sources, area);
  const { pixels } = (await sources.picture(area.of)) ?? fail('PICTURE_GONE', {});
  return { pixels, mask };
}
