/** Where the device has no memory left, the page says what happened, what was kept and what to do; and it goes on. */
import { writePng } from '../../model/recipe/png.ts';
import { exampleRecipe } from '../helpers/recipes.ts';
import { expect, test } from './test.ts';

/** In a worker: from when it is told, its heap gets no more from the system, as on a machine that is full. */
const smallMachine = `
const { grow } = WebAssembly.Memory.prototype;
let isFull = false;
new BroadcastChannel('memory').onmessage = ({ data }) => { isFull = data === 'full'; };
WebAssembly.Memory.prototype.grow = function (pages) {
  if (isFull) throw new RangeError('WebAssembly.Memory.grow(): Maximum memory size exceeded');
  return grow.call(this, pages);
};
`;

/** A picture whose recipe asks for more than is drawn otherwise. */
function largePicture(): { readonly name: string; readonly bytes: Uint8Array } {
  const size = { width: 1024, height: 1024 };
  const messages = [{ from: 'person' as const, text: 'draw a red car', images: [] }];
  const recipe = { ...exampleRecipe(), messages, images: [], reference: null, decoder: 'generation' as const, size };
  return { name: 'large.png', bytes: writePng({ width: 1, height: 1, data: Uint8Array.of(9, 9, 9, 255) }, recipe) };
}

// onnxruntime says so by itself.
test.use({ expectedErrors: /std::bad_alloc/ });

test('a picture for which there is no memory is told of, with what to do; a smaller one is drawn', async ({
  user,
  page,
  context,
}) => {
  await context.route('**/painter.worker*', async (route) => {
    const response = await route.fetch();
    return route.fulfill({ response, body: `${smallMachine}\n${await response.text()}` });
  });
  const memoryIs = (state: 'full' | 'free') =>
    page.evaluate((told) => new BroadcastChannel('memory').postMessage(told), state);
  await user.open('/?device=wasm');
  await user.openSettings();
  await user.ask('draw a tree');
  await expect(user.pictures('draw a tree')).toHaveAttribute('data-state', 'done');

  await user.drop(largePicture());
  await user.button('How large.png was made').click();
  await user.button('Use these settings').click();
  await user.button('Remove large.png').click();
  await memoryIs('full');
  await user.ask('draw a red car');
  await expect(user.alerts).toContainText('The device has no memory left to run the part');
  await expect(user.alerts).toContainText('Your words and finished pictures are kept.');
  await expect(user.alerts).toContainText('choose a smaller picture or model, then try again');
  await expect(user.pictures('draw a tree')).toHaveAttribute('data-state', 'done');
  await expect(user.questions.last()).toContainText('draw a red car');

  // What it says to do helps, without more memory.
  await user.choose('Size', '64 × 64');
  await user.button('Try again').click();
  await user.idle();
  await expect(user.alerts).toHaveCount(0);
  await expect(user.pictures('draw a red car').last()).toHaveAttribute('data-state', 'done');
});
