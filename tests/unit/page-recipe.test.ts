/** The pictures that a recipe is shown with. */
import { afterEach, expect, test, vi } from 'vitest';
import { addPictures, editThis, markPicture } from '../../src/actions/compose.ts';
import { recipePictures } from '../../src/picture/recipe-pictures.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';
import { until } from '../helpers/until.ts';

vi.mock('../../src/picture/bring-in.ts', () => ({ bringIn: vi.fn() }));
const { bringIn } = vi.mocked(await import('../../src/picture/bring-in.ts'));

afterEach(() => vi.unstubAllGlobals());

type Page = ReturnType<typeof openPage>;

async function bring(page: Page, name: string, digit: string) {
  const id = digit.repeat(64) as ImageId;
  bringIn.mockImplementationOnce(async () => ({ id, name, width: 96, height: 64 }));
  await page.app.storage.putBlob(id, new Blob(['x']));
  const before = page.state().attachments.length;
  addPictures.perform(page.app, [new File(['x'], name)]);
  await until(() => page.state().attachments[before]?.record != null);
  return page.state().attachments[before]?.key ?? '';
}

async function edit(page: Page, words: string) {
  const said = reply('Here is the image:<image>', 'picture');
  page.session.answer = () => ({ ...said, drawing: said.drawing && { ...said.drawing, decoder: 'editing' } });
  page.say(words);
  await page.idle();
  return shown(page);
}

function shown(page: Page) {
  const [result] = page.answer().results;
  if (result?.from == null) throw new Error('nothing was drawn');
  return recipePictures(result.from.recipe, page.state().chats).map(({ name, isEdited, isDrawn }) => ({
    name,
    isEdited,
    isDrawn,
  }));
}

test('of an edit the pictures stand in the order they came, the one that it changes marked', async () => {
  const page = openPage();
  page.modelIsReady();
  await bring(page, 'cat.png', 'a');
  const key = await bring(page, 'dog.png', 'b');
  markPicture.perform(page.app, key);
  expect(await edit(page, 'make it night')).toEqual([
    { name: 'cat.png', isEdited: false, isDrawn: false },
    { name: 'dog.png', isEdited: true, isDrawn: false },
  ]);
});

test('of an edit of a drawing it is that drawing, by its words; a drawing has none', async () => {
  const page = openPage();
  page.modelIsReady();
  page.say('draw a red car');
  await page.idle();
  expect(shown(page)).toEqual([]);
  editThis.perform(page.app, page.answer().results[0]?.image ?? null);
  expect(await edit(page, 'make it night')).toEqual([{ name: 'draw a red car', isEdited: true, isDrawn: true }]);
});
