/** How a drawing is painted where a person's settings are silent, and where they are not. */
import { describe, expect, test } from 'vitest';
import { editedPicture, planTurn } from '../../model/text/turn-plan.ts';
import { type PaintingSettings, planPainting } from '../../session/painting-plan.ts';
import type { ImageId, Seed } from '../../workers/protocol.ts';
import { opened } from '../helpers/fake-session.ts';

const bundle = {
  ...opened.bundle,
  negatives: [''],
  defaults: { ...opened.bundle.defaults, width: 128, height: 96, steps: 4, cfg: 3, editingCfg: 1 },
} as const;

const silent: PaintingSettings = {
  size: null,
  steps: null,
  guidance: null,
  cfg: null,
  negative: '',
  start: null,
  strength: null,
};
const image = 'a' as ImageId;
const edited = { width: 400, height: 100 };

const plan = (settings: Partial<PaintingSettings>, pictures: Partial<Parameters<typeof planPainting>[2]> = {}) =>
  planPainting({ ...silent, ...settings }, bundle, { edited: null, reference: null, ...pictures }, '1' as Seed);

describe('a drawing', () => {
  test('has the size and the scale of guidance that the bundle has for drawings, or those that were written', () => {
    expect(plan({})).toMatchObject({ width: 128, height: 96, steps: 4, cfg: 3, start: null });
    expect(plan({ cfg: 2.5, size: { width: 64, height: 64 } })).toMatchObject({ width: 64, height: 64, cfg: 2.5 });
  });

  test('is guided by its prompt alone where the bundle has no negative branch', () => {
    const without = { ...bundle, negatives: [] };
    const pictures = { edited: null, reference: null };
    expect(planPainting({ ...silent, cfg: 4, negative: 'rain' }, without, pictures, '1' as Seed)).toMatchObject({
      cfg: 1,
      negative: '',
    });
  });
});

describe('guidance in a part of the steps', () => {
  test('is kept, and the whole of them is as if nothing had been said', () => {
    expect(plan({ cfgRange: [0, 0.5] }).cfgRange).toEqual([0, 0.5]);
    for (const cfgRange of [[0, 1], null] as const) expect(plan({ cfgRange })).toEqual(plan({}));
  });

  test('is none where the bundle has no negative branch', () => {
    const without = { ...bundle, negatives: [] };
    const pictures = { edited: null, reference: null };
    const planned = planPainting({ ...silent, cfgRange: [0, 0.5] }, without, pictures, '1' as Seed);
    expect(planned.cfgRange).toBeUndefined();
  });
});

describe('a bundle that draws a few sizes', () => {
  const few = {
    ...bundle,
    sizes: [
      { width: 192, height: 192 },
      { width: 256, height: 128 },
    ],
  };
  const sizeOf = (settings: Partial<PaintingSettings>, pictures: Partial<Parameters<typeof planPainting>[2]> = {}) => {
    const shown = { edited: null, reference: null, ...pictures };
    const { width, height } = planPainting({ ...silent, ...settings }, few, shown, '1' as Seed);
    return `${width}x${height}`;
  };

  test('draws the one that is most like the size of an edit, or a size that was chosen for another model', () => {
    expect(sizeOf({}, { edited, reference: image })).toBe('256x128');
    expect(sizeOf({}, { edited: { width: 300, height: 400 }, reference: image })).toBe('192x192');
    expect(sizeOf({ size: { width: 512, height: 512 } })).toBe('192x192');
    expect(sizeOf({ size: { width: 256, height: 128 } })).toBe('256x128');
  });
});

describe('an edit', () => {
  test("keeps its picture's aspect at the bundle's area and has a CFG scale of its own", () => {
    expect(plan({}, { edited, reference: image })).toMatchObject({ width: 224, height: 64, cfg: 1 });
    expect(plan({ size: { width: 64, height: 64 }, cfg: 2 }, { edited })).toMatchObject({ width: 64, cfg: 2 });
  });

  test('starts from its picture where not everything of it may change', () => {
    const start = (strength: number | null) => plan({ start: 'edited', strength }, { edited, reference: image }).start;
    expect(start(0.5)).toEqual({ image, strength: 0.5 });
    expect([start(1), start(null)]).toEqual([null, null]);
    expect(plan({ start: 'edited', strength: 0.5 }, { edited }).start).toBeNull();
  });

  test('without a reference for the decoder is still an edit of its picture', () => {
    const turns = [{ from: 'person', text: 'make it night', images: [image] }] as const;
    const order = { turns, task: 'auto', language: 'auto', reference: null } as const;
    const understood = (form: 'edit' | 'draw') => planTurn({ ...order, form }, opened.bundle);
    expect(editedPicture<string>(understood('edit'), null)).toBe(image);
    expect(editedPicture<string>(understood('draw'), null)).toBeNull();
  });
});
