/** The list of models, and models that are not whole: a sentence each, and the page stays usable. */
import { bundleNames } from './addresses.ts';
import { expect, test } from './test.ts';

// What is not there is reported by the browser too.
test.use({ expectedErrors: /status of 404|net::ERR_FAILED|wasm|ArrayBuffer instantiation/ });

test('lists every model, says what is wrong with a damaged one, and goes on with a whole one', async ({
  user,
  page,
}) => {
  await user.open('/?device=wasm');
  const list = page.getByRole('combobox', { name: 'Model', exact: true });
  await expect(list.getByRole('option')).toHaveText(Object.values(bundleNames));
  await user.ask('draw a red car');
  const car = await user.pixels();

  const atOpening = {
    missing: /tokenizer\.json of the model is missing/,
    newer: /format version 99; version 2 can be read/,
    page: /in its bundle\.json, all of it should be JSON/,
  } as const;
  for (const [id, says] of Object.entries(atOpening)) {
    await user.choose('Model', bundleNames[id as keyof typeof atOpening]);
    await expect(user.alerts).toHaveCount(1);
    await expect(user.alerts).toContainText(says);
    await expect(user.message).toBeEnabled();
  }

  // Some damage shows when the part is first needed.
  const atWork = {
    short: /transformer-1\.bin of the model has the wrong size/,
    changed: /vision_projector-1\.bin of the model was changed/,
    lying: /constants-1\.bin of the model was changed/,
  } as const;
  for (const [id, says] of Object.entries(atWork)) {
    await user.choose('Model', bundleNames[id as keyof typeof atWork]);
    await user.ask('draw a house');
    await expect(user.lastAnswer.getByRole('alert')).toContainText(says);
  }

  await user.choose('Model', bundleNames.tiny);
  await user.ask('draw a tree');
  await expect(user.pictures('draw a tree')).toHaveAttribute('data-state', 'done');
  expect(await user.pixels(user.pictures('draw a red car'))).toBe(car);

  // The choice is kept.
  await user.reload();
  await expect(list).toHaveValue('tiny');
});

test('works again once the list of models can be read', async ({ user, page }) => {
  await page.route('**/models/index.json', (route) => route.fulfill({ status: 404, body: 'no' }));
  await user.open('/?device=wasm');
  await expect(user.alerts).toContainText('models/index.json');
  await user.say('draw a red car');
  await expect(user.lastAnswer.getByRole('alert')).toContainText('models/index.json');
  await page.unroute('**/models/index.json');
  // The page's own, behind that of the turn.
  await user.button('Try again').last().click();
  await expect(user.alerts).toHaveCount(1);
  await user.ask('draw a house');
  await expect(user.pictures('draw a house')).toHaveAttribute('data-state', 'done');
});

test('says that the engine did not load, and draws once it does', async ({ user, page }) => {
  await page.route('**/*.wasm', (route) => route.abort());
  await user.open('/?device=wasm');
  await user.say('draw a red car');
  await expect(user.lastAnswer.getByRole('alert')).toContainText('program that computes could not be loaded');
  await page.unroute('**/*.wasm');
  // The page's own, behind that of the turn.
  await user.button('Try again').last().click();
  await expect(user.alerts).toHaveCount(1);
  await user.ask('draw a house');
  await expect(user.pictures('draw a house')).toHaveAttribute('data-state', 'done');
});
