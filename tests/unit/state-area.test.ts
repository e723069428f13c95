/** An area that is selected on a picture, as the page has it: sent with its message, kept, given back, taken along and cleaned up. */
import { beforeEach, expect, test, vi } from 'vitest';
import { addPictures, editThis, markPicture, removePicture, send, write } from '../../src/actions/compose.ts';
import { giveBack } from '../../src/actions/give-back.ts';
import { changeWhole, keepArea, selectArea } from '../../src/actions/select-area.ts';
import { sourcesOf } from '../../src/actions/sources.ts';
import { editMessage, regenerate } from '../../src/actions/versions.ts';
import { bringIn } from '../../src/picture/bring-in.ts';
import { recipePictures } from '../../src/picture/recipe-pictures.ts';
import { recipeRows } from '../../src/picture/recipe-rows.ts';
import { hashesOfUnsent } from '../../src/state/unsent.ts';
import { chatLines, picturesOf } from '../../src/storage/archive-lines.ts';
import type { PersonTurn, PictureRecord } from '../../src/storage/records.ts';
import { restoreTurn, restoreUnsentMessage } from '../../src/storage/restore.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';
import { words } from '../helpers/words.ts';

vi.mock('../../src/picture/bring-in.ts', () => ({ bringIn: vi.fn() }));
vi.mock('../../src/engine/picture-files.ts', () => ({ readPixels: vi.fn() }));
const { readPixels } = vi.mocked(await import('../../src/engine/picture-files.ts'));

const size = { width: 64, height: 48 };
const pictureOf = (digit: string): PictureRecord => ({
  id: digit.repeat(64) as ImageId,
  name: `${digit}.png`,
  ...size,
});
const [cat, dog] = [pictureOf('a'), pictureOf('b')];

beforeEach(() => {
  readPixels.mockReset();
  readPixels.mockResolvedValue({ ...size, data: new Uint8Array(64 * 48 * 3).fill(255) });
});

/** A page to which these pictures were brought. */
async function pageWith(...pictures: readonly PictureRecord[]) {
  const page = openPage();
  page.modelIsReady();
  page.session.answer = () => {
    const { drawing, ...said } = reply('<image>', 'picture');
    return { ...said, drawing: drawing && { ...drawing, decoder: 'editing', reference: null } };
  };
  for (const picture of pictures) {
    vi.mocked(bringIn).mockResolvedValueOnce(picture);
    await page.app.storage.putBlob(picture.id, new Blob([picture.name]));
    addPictures.perform(page.app, [new File(['a'], picture.name)]);
    await until(() => page.state().attachments.some(({ record }) => record?.id === picture.id));
  }
  const select = (of: ImageId, mask = 'a mask') => keepArea(page.app, of, new Blob([mask]), size);
  const question = () => {
    const turn = page.turns().findLast(({ from }) => from === 'person');
    if (turn?.from !== 'person') throw new Error('nothing was said');
    return turn;
  };
  const keyOf = (picture: PictureRecord) =>
    page.state().attachments.find(({ record }) => record?.id === picture.id)?.key ?? '';
  return { ...page, select, question, keyOf };
}

test('goes with its message to the painter, into the recipe, and with what is asked anew', async () => {
  const page = await pageWith(cat);
  expect(selectArea.when(page.state(), cat.id)).toBe(true);
  selectArea.perform(page.app, cat.id);
  expect(page.state().selecting).toBe(cat.id);
  await page.select(cat.id);
  const { area } = page.state();
  expect(area).toMatchObject({ of: cat.id, ...size });
  expect(await page.app.storage.blob(area?.mask ?? '')).not.toBeNull();
  page.say('make it blue');
  await page.idle();
  expect(page.question().area).toEqual(area);
  expect(page.state().area).toBeNull();
  expect(page.session.painted.at(-1)?.area?.mask).toMatchObject(size);
  const [result] = page.answer().results;
  expect(result?.from?.recipe).toMatchObject({ mask: area?.mask, reference: cat.id });

  regenerate.perform(page.app, page.answer().id);
  await page.idle();
  expect(page.session.painted).toHaveLength(2);
  expect(page.session.painted.at(-1)?.area?.mask).toMatchObject(size);
  page.vary(page.answer().results[0]?.id ?? '');
  await page.idle();
  expect(page.session.painted).toHaveLength(3);
  expect(page.session.painted.at(-1)?.area?.mask).toMatchObject(size);
});

test('is told by the recipe as what alone was to change, with the mask among its pictures', async () => {
  const page = await pageWith(cat);
  await page.select(cat.id);
  page.say('make it blue');
  await page.idle();
  const [result] = page.answer().results;
  if (result?.from == null) throw new Error('nothing was drawn');
  expect(recipeRows(result, words.en.page)).toContainEqual(['Changed', 'The selected area alone']);
  const masks = recipePictures(result.from.recipe, page.state().chats).filter(({ isMask }) => isMask);
  expect(masks).toMatchObject([{ image: page.question().area?.mask, size: '64 × 48' }]);
  expect(sourcesOf(page.app.storage, page.turns()).size(page.question().area?.mask ?? cat.id)).toEqual(size);
});

test('belongs to its picture: it goes with it, waits where another is to change, and is given up for the whole', async () => {
  const page = await pageWith(cat, dog);
  expect(selectArea.when(page.state(), dog.id)).toBe(false);
  await page.select(cat.id);
  markPicture.perform(page.app, page.keyOf(dog));
  write.perform(page.app, 'make it blue');
  send.perform(page.app);
  await page.idle();
  expect(page.question()).not.toHaveProperty('area');

  const other = await pageWith(cat, dog);
  await other.select(cat.id);
  removePicture.perform(other.app, other.keyOf(dog));
  expect(other.state().area).not.toBeNull();
  removePicture.perform(other.app, other.keyOf(cat));
  expect(other.state().area).toBeNull();

  editThis.perform(other.app, dog.id);
  await other.select(dog.id);
  editThis.perform(other.app, dog.id);
  expect(other.state().area).not.toBeNull();
  selectArea.perform(other.app, dog.id);
  changeWhole.perform(other.app);
  expect(other.state()).toMatchObject({ area: null, selecting: null, reference: dog.id });
  await other.select(dog.id);
  editThis.perform(other.app, null);
  expect(other.state().area).toBeNull();
});

test('stays with the message in other words, unless these name another picture', async () => {
  const page = await pageWith(cat, dog);
  await page.select(cat.id);
  page.say('make it blue');
  await page.idle();
  const { id, area } = page.question();
  expect(area?.of).toBe(cat.id);
  editMessage.perform(page.app, id, 'make it green');
  await page.idle();
  expect(page.question()).toMatchObject({ text: 'make it green', area });
  editMessage.perform(page.app, page.question().id, 'make the second one green');
  await page.idle();
  expect(page.question()).toMatchObject({ about: dog.id });
  expect(page.question()).not.toHaveProperty('area');
});

test('lies in the composer again with the message that is given back', async () => {
  const page = await pageWith(cat);
  await page.select(cat.id);
  const { area, current } = page.state();
  page.say('make it blue');
  await page.idle();
  expect(giveBack(page.app, current, page.question())).toBe(true);
  expect(page.state()).toMatchObject({ text: 'make it blue', area });
});

test('fails with a sentence where the picture of it is gone, and the message is kept', async () => {
  const page = await pageWith(cat);
  await page.select(cat.id);
  const { blob } = page.app.storage;
  const { mask } = page.state().area ?? {};
  vi.spyOn(page.app.storage, 'blob').mockImplementation(async (hash) =>
    hash === mask ? null : blob.call(page.app.storage, hash),
  );
  page.say('make it blue');
  await page.idle();
  expect(page.answer()).toMatchObject({ state: 'failed', failure: { code: 'MASK_GONE' } });
  expect(page.question()).toMatchObject({ text: 'make it blue', area: { mask } });
});

test('is needed while its message is written, comes back from the storage, and is in what is exported', async () => {
  const page = await pageWith(cat);
  await page.select(cat.id);
  const area = page.state().area;
  expect(hashesOfUnsent(page.state())).toContain(area?.mask);
  const unsent = { text: 'blue', attachments: [], reference: cat.id, about: { by: 'words' }, isShown: true };
  expect(restoreUnsentMessage(JSON.stringify({ ...unsent, area }))?.message.area).toEqual(area);
  // Of a version that knew no areas.
  expect(restoreUnsentMessage(JSON.stringify(unsent))?.message).toMatchObject({ text: 'blue', area: null });
  page.say('make it blue');
  await page.idle();
  expect(picturesOf(page.turns())).toContain(area?.mask);
  const [chat] = page.state().chats;
  if (chat === undefined) throw new Error('no chat');
  expect(JSON.stringify(chatLines(chat))).toContain(area?.mask);
  const place = { id: page.question().id, parent: null };
  const stored = JSON.parse(JSON.stringify(page.question()));
  expect(restoreTurn(place, stored)).toEqual(page.question());
  const { area: _, ...before } = stored;
  expect((restoreTurn(place, before) as PersonTurn).area).toBeUndefined();
  const damaged = restoreTurn(place, { ...stored, area: { of: 'nothing' } });
  expect(damaged).toMatchObject({ from: 'person', text: 'make it blue', area: undefined });
});
