import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Grid } from '../../model/config/vision.ts';
import { promptPositions } from '../../model/tables/token-positions.ts';
import { expectOutput, goldenNames, readGolden, tensorOf } from '../helpers/golden.ts';
import { failureFrom } from '../helpers/sources.ts';

const image = 5;
const options = { image_token_id: image, spatial_merge_size: 2 };

function gridsOf(values: ArrayLike<number>): Grid[] {
  const all = Array.from(values);
  return Array.from({ length: all.length / 3 }, (_, index) => [
    all[3 * index] ?? 0,
    all[3 * index + 1] ?? 0,
    all[3 * index + 2] ?? 0,
  ]);
}

it.each(goldenNames('rope-index'))('%s', (name) => {
  const golden = readGolden(name);
  const ids = tensorOf(golden.inputs, 'ids').data;
  const grids = gridsOf(golden.inputs.get('grid_thw')?.data ?? []);
  const positions = promptPositions(ids, grids, { ...options, image_token_id: Number(golden.config.image_token_id) });
  expectOutput(golden, 'position_ids', [...positions.time, ...positions.height, ...positions.width]);
  expectOutput(golden, 'delta', [positions.next - ids.length]);
});

it('continues a sequence as if it had been read at once', () => {
  const part = fc.oneof(
    fc.constant({ ids: [7], grids: [] as Grid[] }),
    fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })).map(([rows, columns]) => ({
      ids: Array.from({ length: rows * columns }, () => image),
      grids: [[1, 2 * rows, 2 * columns]] as Grid[],
    })),
  );
  fc.assert(
    fc.property(fc.array(part), fc.array(part), (before, after) => {
      const read = (parts: typeof before, start?: number) =>
        promptPositions(
          parts.flatMap(({ ids }) => ids),
          parts.flatMap(({ grids }) => grids),
          options,
          start,
        );
      const whole = read([...before, ...after]);
      const first = read(before);
      const second = read(after, first.next);
      for (const axis of ['time', 'height', 'width'] as const) {
        expect([...first[axis], ...second[axis]]).toEqual([...whole[axis]]);
      }
      expect(second.next).toBe(whole.next);
    }),
  );
});

it.each<[Grid, number]>([
  [[1, 18, 18], 20],
  [[1, 6, 20], 21],
  [[1, 20, 6], 21],
])('an image of %j whose BOI stands at 10 ends before %d', (grid, next) => {
  const ids = Array.from({ length: (grid[1] * grid[2]) / 4 }, () => image);
  expect(promptPositions(ids, [grid], options, 11).next).toBe(next);
});

describe('image tokens and grids that do not go together', () => {
  it.each([
    ['an image without a grid', [7, image], []],
    ['a grid without an image', [7], [[1, 2, 2]]],
    ['too few tokens', [7, image, 7], [[1, 2, 4]]],
    ['too many tokens', [image, image], [[1, 2, 2]]],
    ['an image cut off', [image], [[1, 2, 4]]],
  ] as [string, number[], Grid[]][])('%s', async (_, ids, grids) => {
    expect(await failureFrom(() => promptPositions(ids, grids, options))).toMatchObject({ code: 'GRAPH_SHAPE' });
  });
});
