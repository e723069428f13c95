/** A picture beside the message that is cropped, as the page has it: replaced, taken back, kept over a reload, cleaned up. */
import { beforeEach, expect, test, vi } from 'vitest';
import type { Crop } from '../../model/image/crop.ts';
import { addPictures, editThis, send, write } from '../../src/actions/compose.ts';
import { keepCrop, leaveCrop, openCrop, pictureOfKey, referenceKey, takeOriginal } from '../../src/actions/crop.ts';
import { keepArea } from '../../src/actions/select-area.ts';
import { bringIn } from '../../src/picture/bring-in.ts';
import { hashesOfUnsent } from '../../src/state/unsent.ts';
import type { PictureRecord } from '../../src/storage/records.ts';
import { restoreUnsentMessage } from '../../src/storage/restore.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

vi.mock('../../src/picture/bring-in.ts', () => ({ bringIn: vi.fn() }));
vi.mock('../../src/engine/picture-files.ts', () => ({ cropPicture: vi.fn(), readPixels: vi.fn() }));
const { cropPicture, readPixels } = vi.mocked(await import('../../src/engine/picture-files.ts'));

const cat: PictureRecord = { id: 'a'.repeat(64) as ImageId, name: 'cat.png', width: 64, height: 48 };
const crop: Crop = { orientation: 6, box: { x: 8, y: 4, width: 20, height: 32 } };

beforeEach(() => {
  cropPicture.mockReset();
  cropPicture.mockResolvedValue({ png: new Blob(['a part of it']), width: 20, height: 32 });
  readPixels.mockResolvedValue({ width: 20, height: 32, data: new Uint8Array(20 * 32 * 3) });
});

async function pageWithCat() {
  const page = openPage();
  page.modelIsReady();
  vi.mocked(bringIn).mockResolvedValueOnce(cat);
  await page.app.storage.putBlob(cat.id, new Blob(['a cat']));
  addPictures.perform(page.app, [new File(['a'], cat.name)]);
  await until(() => page.state().attachments[0]?.record != null);
  const key = page.state().attachments[0]?.key ?? '';
  const cropIt = async () => {
    openCrop.perform(page.app, key);
    await keepCrop(page.app, key, cat, crop);
  };
  return { ...page, key, cropIt, attached: () => page.state().attachments[0] };
}

test('the part comes along in the place of the picture, and the picture can be had back', async () => {
  const { app, cropIt, attached, state, key } = await pageWithCat();
  await keepArea(app, cat.id, new Blob(['a mask']), cat);
  await cropIt();
  const part = attached()?.record;
  expect(part).toMatchObject({ name: 'cat.png', width: 20, height: 32 });
  expect(await (await app.storage.blob(part?.id as ImageId))?.text()).toBe('a part of it');
  expect(attached()?.cropped).toEqual({ original: cat, crop });
  // An area of the whole picture is none of the part.
  expect(state()).toMatchObject({ cropping: null, area: null });
  // The original stays while it can be had back.
  expect(hashesOfUnsent(state())).toEqual([part?.id, cat.id]);

  openCrop.perform(app, key);
  takeOriginal.perform(app);
  expect(attached()).toMatchObject({ key, record: cat, cropped: undefined });
  expect(state().cropping).toBeNull();
  expect(hashesOfUnsent(state())).toEqual([cat.id]);
});

test('a part of a part is cut from the picture as it was brought', async () => {
  const { app, cropIt, attached, key } = await pageWithCat();
  await cropIt();
  openCrop.perform(app, key);
  const other: Crop = { orientation: 1, box: { x: 0, y: 0, width: 64, height: 20 } };
  await keepCrop(app, key, cat, other);
  const given = cropPicture.mock.calls.map(([blob]) => blob.text());
  expect(await Promise.all(given)).toEqual(['a cat', 'a cat']);
  expect(attached()?.cropped).toEqual({ original: cat, crop: other });
});

test('a dialog that is left changes nothing, even where the part is made meanwhile', async () => {
  const { app, attached, state, key } = await pageWithCat();
  openCrop.perform(app, key);
  const made = keepCrop(app, key, cat, crop);
  leaveCrop.perform(app);
  await made;
  expect(attached()).toMatchObject({ record: cat });
  expect(attached()?.cropped).toBeUndefined();
  expect(state().cropping).toBeNull();
});

test('a part of a drawn picture comes along in its place, and the whole can be had back', async () => {
  const { app, state, say, answer, idle, modelIsReady } = openPage();
  modelIsReady();
  say('draw a cat');
  await idle();
  const image = answer().results[0]?.image ?? null;
  openCrop.perform(app, referenceKey);
  expect(pictureOfKey(state(), state().cropping)).toBeNull();
  editThis.perform(app, image);
  const original = pictureOfKey(state(), referenceKey)?.original;
  expect(original).toMatchObject({ id: image, name: 'draw a cat' });
  if (original === undefined) throw new Error('nothing is edited');

  openCrop.perform(app, referenceKey);
  await keepCrop(app, referenceKey, original, crop);
  const part = state().attachments[0];
  expect(part).toMatchObject({ name: 'draw a cat', record: { width: 20, height: 32 }, cropped: { original, crop } });
  expect(state()).toMatchObject({ reference: null, cropping: null, about: { by: 'mark', key: part?.key } });

  openCrop.perform(app, part?.key ?? '');
  takeOriginal.perform(app);
  expect(state()).toMatchObject({ reference: image, cropping: null, attachments: [] });
  openCrop.perform(app, referenceKey);
  takeOriginal.perform(app);
  expect(state()).toMatchObject({ reference: image, cropping: null, attachments: [] });
});

test('a picture that is no longer stored is told, and what comes along stays', async () => {
  const { app, attached, key } = await pageWithCat();
  vi.spyOn(app.storage, 'blob').mockResolvedValue(null);
  openCrop.perform(app, key);
  await expect(keepCrop(app, key, cat, crop)).rejects.toMatchObject({ failure: { code: 'PICTURE_GONE' } });
  expect(attached()).toMatchObject({ record: cat });
});

test('what is sent is the part alone', async () => {
  const page = await pageWithCat();
  await page.cropIt();
  const part = page.attached()?.record;
  write.perform(page.app, 'what is this?');
  send.perform(page.app);
  await page.idle();
  const question = page.turns().find(({ from }) => from === 'person');
  expect(question).toMatchObject({ pictures: [part] });
  expect(question?.from === 'person' && Object.keys(question.pictures[0] ?? {})).toEqual([
    'id',
    'name',
    'width',
    'height',
  ]);
});

test('a stored message has its crop again; one that is no part of its picture is as good as none', async () => {
  const { cropIt, attached } = await pageWithCat();
  await cropIt();
  const stored = (cropped: unknown) =>
    restoreUnsentMessage(
      JSON.stringify({
        text: '',
        attachments: [{ ...attached(), cropped }],
        reference: null,
        about: { by: 'words' },
        isShown: true,
      }),
    )?.message.attachments[0];
  expect(stored(attached()?.cropped)?.cropped).toEqual({ original: cat, crop });
  const wide: Crop = { orientation: 6, box: { x: 0, y: 0, width: 64, height: 48 } };
  for (const other of [{ original: cat, crop: wide }, { original: cat }, 'crop', null]) {
    expect(stored(other)).toMatchObject({ record: { id: attached()?.record?.id } });
    expect(stored(other)?.cropped).toBeUndefined();
  }
});
