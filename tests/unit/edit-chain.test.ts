/** What a picture was edited from, one after the other. */
import { expect, test } from 'vitest';
import { editThis } from '../../src/actions/compose.ts';
import { dragPicture, droppedPicture, mayHoldPicture } from '../../src/composer/dropped.ts';
import { editChain, imageOf, pictureNumber } from '../../src/picture/edit-chain.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';

/** A picture that was drawn, one drawn beside it, and two edits of the first. */
async function editedPage() {
  const page = openPage();
  page.modelIsReady();
  let seed = 0;
  const ask = async (words: string, reference: ImageId | null = null) => {
    const { drawing, ...said } = reply('<image>', 'picture');
    if (drawing === null) throw new Error('it draws');
    const edited = reference === null ? null : { image: reference, embeddings: drawing.target };
    page.session.answer = () => ({ ...said, drawing: { ...drawing, reference: edited } });
    page.set('seed', String(++seed));
    editThis.perform(page.app, reference);
    page.say(words);
    await page.idle();
    const [result] = page.answer().results;
    if (result?.image == null) throw new Error('nothing was drawn');
    return { ...result, image: result.image };
  };
  const car = await ask('draw a car');
  const boat = await ask('draw a boat');
  const night = await ask('make it night', car.image);
  const dog = await ask('add a dog', night.image);
  return { page, car, boat, night, dog, ask };
}

test('the newest picture of a chain shows all before it, with the numbers that words count', async () => {
  const { page, car, boat, night, dog } = await editedPage();
  const chain = (id: string) => {
    const result = page
      .turns()
      .flatMap((turn) => (turn.from === 'model' ? turn.results : []))
      .find((one) => one.id === id);
    return result === undefined ? [] : editChain(page.turns(), result).map(imageOf);
  };
  expect(chain(dog.id)).toEqual([car.image, night.image, dog.image]);
  expect([car, boat, night].map(({ id }) => chain(id))).toEqual([[], [], []]);
  expect([car, boat, night, dog].map(({ image }) => pictureNumber(page.turns(), image))).toEqual([1, 2, 3, 4]);
});

test('an earlier picture that is edited again begins another chain', async () => {
  const { page, car, night, dog, ask } = await editedPage();
  const cat = await ask('add a cat', night.image);
  const chains = [dog, cat].map((result) => {
    const [shown] = page
      .turns()
      .flatMap((turn) => (turn.from === 'model' ? turn.results : []))
      .filter(({ id }) => id === result.id);
    return shown === undefined ? [] : editChain(page.turns(), shown).map(imageOf);
  });
  expect(chains).toEqual([
    [car.image, night.image, dog.image],
    [car.image, night.image, cat.image],
  ]);
});

test('a picture of the page that is dragged is known where it is dropped; one of elsewhere is not', async () => {
  const { page, car } = await editedPage();
  const data = new Map<string, string>();
  const transfer = {
    get types() {
      return [...data.keys()];
    },
    clearData: () => data.clear(),
    setData: (type: string, text: string) => void data.set(type, text),
    getData: (type: string) => data.get(type) ?? '',
  } as unknown as DataTransfer;
  data.set('text/html', '<img src="blob:x">');
  dragPicture(transfer, car.image);
  expect(mayHoldPicture(transfer)).toBe(true);
  expect(droppedPicture(transfer, page.state())).toBe(car.image);
  dragPicture(transfer, 'f'.repeat(64) as ImageId);
  expect(droppedPicture(transfer, page.state())).toBeNull();
});
