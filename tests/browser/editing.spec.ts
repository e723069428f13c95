/** Pictures that a person brings: seen, asked about, edited. */
import { replies } from '../helpers/drawing-checkpoint.ts';
import { blue, photo, red } from '../helpers/photos.ts';
import { readSaved } from '../helpers/saved-picture.ts';
import { expect, test } from './test.ts';

test('drops pictures, edits one, asks about it and edits the result', async ({ user, page }) => {
  await user.open();
  const [first, second] = [await photo('first.png', red, blue), await photo('second.png', blue, red)];

  // Several pictures, three ways in; each can be taken away again.
  await user.drop(first, second);
  await user.paste(await photo('third.png', red, red));
  await user.addImage(await photo('fourth.png', blue, blue));
  const attached = page.getByRole('img', { name: /^Picture: / });
  await expect(attached).toHaveCount(4);
  for (const name of ['third.png', 'fourth.png']) await user.button(`Remove ${name}`).click();
  await expect(attached).toHaveCount(2);
  await expect(user.sendButton).toBeEnabled();

  await user.ask('make it night');
  await expect(attached).toHaveCount(2);
  await expect(user.questions.last().getByRole('img')).toHaveCount(2);
  const edit = user.pictures('make it night');
  await expect(edit).toHaveAttribute('data-state', 'done');
  const { recipe, width, height } = await readSaved((await user.save()).bytes);
  expect(recipe).toMatchObject({ form: 'edit', decoder: 'editing' });
  expect(recipe.images.map((image) => [image.width, image.height])).toEqual([
    [96, 64],
    [96, 64],
  ]);
  // The aspect of the picture at the area of the model, up to whole patches.
  expect([width, height]).toEqual([80, 64]);

  // Before and after, moved by keyboard.
  await user.press('Compare');
  const slider = page.getByRole('slider', { name: 'Compare position' });
  await expect(slider).toHaveValue('50');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await expect(slider).toHaveValue('51');
  await user.press('Compare');
  await expect(slider).toHaveCount(0);

  // A question about it is answered in words; so is a picture without any.
  await user.ask('what is in the picture?');
  await expect(user.lastAnswer).toContainText(replies.said);
  await expect(user.lastAnswer.getByRole('img')).toHaveCount(0);
  await user.drop(first);
  await expect(user.sendButton).toBeEnabled();
  await user.send();
  await user.idle();
  await expect(user.lastAnswer).toContainText(replies.said);

  // The result is edited further: it goes in front of the next turn.
  // Half of it may change: painting starts from the picture itself.
  await user.openSettings();
  await user.number('Strength').fill('0.5');
  await user.press('Edit this');
  await expect(user.message).toBeFocused();
  await user.ask('make it blue');
  const again = user.pictures('make it blue');
  await expect(again).toHaveAttribute('data-state', 'done');
  const last = (await readSaved((await user.save()).bytes)).recipe;
  expect(last).toMatchObject({ form: 'edit', decoder: 'editing', strength: 0.5, start: last.reference });
  expect(last.images).toContainEqual({ sha256: last.reference, width: 80, height: 64 });
  await expect(user.alerts).toHaveCount(0);
});
