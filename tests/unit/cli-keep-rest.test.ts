/** An edit of which the rest is kept is repeated from its recipe: the same bytes, of the picture that was edited alone. */
import { writeFileSync } from 'node:fs';
import { beforeAll, expect, test, vi } from 'vitest';
import { withAlpha } from '../../model/image/pixels.ts';
import { differenceOf, keepingRule, keepRest } from '../../model/image/unedited.ts';
import { readPngRecipe, writePng } from '../../model/recipe/png.ts';
import { blue, photo, red } from '../helpers/photos.ts';
import { watchTerminal } from '../helpers/terminal.ts';
import { terminalWork } from '../helpers/terminal-work.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const { at, bytes, pixelsOf, nexus } = terminalWork();
const terminal = watchTerminal();

beforeAll(async () => {
  writeFileSync(at('photo.png'), (await photo('photo.png', red, blue)).bytes);
  await nexus('edit', at('photo.png'), 'make it night', '--seed', '7', '--steps', '2', '-o', at('painted.png'));
  const [before, after] = [await pixelsOf('photo.png'), await pixelsOf('painted.png')];
  // Weights that were never trained change everything: what counts as changed is set between its pixels here.
  const found = keepingRule(before, after);
  const sorted = differenceOf(before, after, found).difference.toSorted();
  const rule = { ...found, threshold: sorted[Math.floor(sorted.length * 0.98)] ?? 0 };
  const { image, kept } = keepRest(before, after, rule);
  expect(kept).toBeGreaterThan(0.1);
  expect(kept).toBeLessThan(1);
  const recipe = readPngRecipe('painted.png', bytes('painted.png'));
  const composite = { ...rule, picture: recipe.images[0]?.sha256 ?? '', shift: [...rule.shift] as [number, number] };
  writeFileSync(at('kept.png'), writePng({ ...image, data: withAlpha(image) }, { ...recipe, composite }));
});

test('from its own file and the picture that was edited', async () => {
  expect(await nexus('edit', at('photo.png'), '--recipe', at('kept.png'), '-o', at('again.png'))).toBe(0);
  expect(bytes('again.png')).toEqual(bytes('kept.png'));
  expect(bytes('again.png')).not.toEqual(bytes('painted.png'));
});

test('not without that picture, and the failure says which is missing', async () => {
  expect(await nexus('edit', '--recipe', at('kept.png'), '-o', at('none.png'))).toBe(1);
  expect(terminal.stderr).toMatch(/picture/i);
  expect(() => bytes('none.png')).toThrow('ENOENT');
});
