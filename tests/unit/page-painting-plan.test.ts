import { describe, expect, test } from 'vitest';
import { editedPicture } from '../../model/text/turn-plan.ts';
import { planPainting } from '../../src/actions/request.ts';
import { settingsOf } from '../../src/settings/fields.ts';
import { memoryStorage } from '../../src/storage/memory.ts';
import type { Drawing, ImageId, Seed } from '../../workers/protocol.ts';
import { opened } from '../helpers/fake-session.ts';

describe('how the page has a drawing painted', () => {
  const drawing = {
    target: { data: new Float32Array(), hidden: 1, grid: [1, 2, 2] },
    reference: null,
    decoder: 'generation',
  } satisfies Drawing;
  const branched = {
    ...opened.bundle,
    negative: 'empty',
    defaults: { ...opened.bundle.defaults, cfg: 3, editingCfg: 1 },
  } as const;

  test('a drawing takes the scale of guidance that the bundle has for drawings, or the one that was written', async () => {
    const plan = (cfg: string) =>
      planPainting(memoryStorage(), drawing, null, settingsOf({ cfg }, branched.defaults), branched, '1' as Seed);
    expect(await plan('')).toMatchObject({ cfg: 3 });
    expect(await plan('2.5')).toMatchObject({ cfg: 2.5 });
  });

  test('an edit without a reference is still an edit of its picture', () => {
    const image = 'a' as ImageId;
    const order = { turns: [{ from: 'person', text: 'make it night', images: [image] }], reference: null } as const;
    expect(editedPicture<string>(order, 'edit', null)).toBe(image);
    expect(editedPicture<string>(order, 'draw', null)).toBeNull();
  });
});
