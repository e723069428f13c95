/** Graphics card and processor compute the same, piece by piece; at narrow widths, which `nexus bench --suite devices` does at full ones. */
import { expect, test } from '@playwright/test';
import { benchDevices } from '../../tools/bench/devices.ts';
import { allPieces, narrowSizes } from '../../tools/bench/pieces.ts';

test('every piece answers on the graphics card as on the processor', async () => {
  const rows = await benchDevices(narrowSizes, 1, () => undefined);
  const cosines = rows.filter(({ name }) => name.endsWith(', cosine'));
  expect(cosines.map(({ name }) => name)).toEqual(allPieces(narrowSizes).map(({ name }) => `${name}, cosine`));
  expect(cosines.filter(({ value, floor }) => !(Number(value) >= Number(floor ?? Number.NaN)))).toEqual([]);
  // Both compute in float32; of two orders of its sums the rest is rounding.
  const errors = rows.filter(({ name }) => name.endsWith(', relative error'));
  expect(errors.filter(({ value }) => !(Number(value) < 1e-4))).toEqual([]);
});
