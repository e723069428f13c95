/** How fast a model is read: where it lies, and told only of what can be read. */
import { expect, test } from 'vitest';
import { measureReading } from '../../src/actions/measure-device.ts';
import type { LibraryModel, ModelKey } from '../../workers/library/protocol.ts';
import { fakeBundle } from '../helpers/fake-library.ts';
import { installed } from '../helpers/moved-model.ts';
import { openPage } from '../helpers/page.ts';
import { failureFrom } from '../helpers/sources.ts';
import { until } from '../helpers/until.ts';

const bundle = fakeBundle();
const key = bundle.key as ModelKey;

test('a model is read where it lies, in the browser and in a folder; one that is not there is not made', async () => {
  const { disk, reach, tab, toFolder } = await installed(bundle);
  expect(await tab().readingRate(key)).toBeGreaterThan(0);
  await tab().move(key, toFolder);
  expect(await tab().readingRate(key)).toBeGreaterThan(0);
  reach.state = 'gone';
  expect(
    await tab()
      .readingRate(key)
      .catch(() => null),
  ).toBeNull();
  const other = 'b'.repeat(64) as ModelKey;
  const files = disk.fileNames;
  expect((await failureFrom(() => tab().readingRate(other))).code).toBe('MODEL_UNKNOWN');
  expect(disk.fileNames).toEqual(files);
});

test('it is measured once, of an installed model whose parts are streamed, while nothing else is at work', async () => {
  const page = openPage();
  let asked = 0;
  Object.assign(page.app.library, {
    async ask() {
      asked += 1;
      return 5e8;
    },
  });
  const plan = { chat: { fit: 'streamed', bytes: 1, reads: 10 }, draw: null, edit: null };
  const model = { key, state: 'installed', plan } as unknown as LibraryModel;
  const resident = { ...model, plan: { ...plan, chat: { fit: 'fits', bytes: 1, reads: 0 } } } as LibraryModel;
  expect(measureReading.when(page.state(), resident)).toBe(false);
  expect(measureReading.when(page.state(), { ...model, state: 'damaged' })).toBe(false);
  expect(measureReading.when(page.state(), model)).toBe(true);
  measureReading.perform(page.app, model);
  measureReading.perform(page.app, model);
  await until(() => page.state().library.readingRates[key] === 5e8);
  expect(asked).toBe(1);
  expect(measureReading.when(page.state(), model)).toBe(false);
});
