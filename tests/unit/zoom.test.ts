/** A picture in the viewer: as large as fits, come nearer to, moved no further than its edges. */
import { describe, expect, test } from 'vitest';
import {
  atActualSize,
  fitted,
  moved,
  percentOf,
  revealing,
  type Stage,
  type View,
  zoomed,
} from '../../src/picture/zoom.ts';

const stage = (width: number, height: number, picture: Stage['picture'], ratio = 1): Stage => ({
  width,
  height,
  edge: 0,
  ratio,
  picture,
});
const small = { width: 64, height: 64 };
const photo = { width: 4000, height: 3000 };
const middle = { x: 0, y: 0 };

describe('a whole picture', () => {
  test('is as large as the narrower side allows, with what is to stay free around it', () => {
    expect(fitted(stage(800, 600, photo), 'smooth')).toEqual({ scale: 0.2, x: 0, y: 0 });
    expect(fitted({ ...stage(800, 1000, photo), edge: 100 }, 'smooth').scale).toBeCloseTo(600 / 4000);
  });

  test('as pixels has all of them of one size; one that has to shrink is as large as fits', () => {
    // 600 / 64 = 9.375 CSS pixels, of a screen with 1.5 device pixels each: 14 of them.
    expect(fitted(stage(800, 600, small, 1.5), 'pixels').scale * 1.5).toBe(14);
    expect(fitted(stage(800, 600, photo), 'pixels').scale).toBe(0.2);
  });
});

describe('coming nearer', () => {
  test('keeps what is under the pointer where it is', () => {
    const room = stage(800, 600, photo);
    const near = zoomed({ scale: 1, x: 100, y: -50 }, room, 2, { x: 40, y: 30 });
    // What was at the point, from the picture's middle, in its own pixels.
    expect([(40 - near.x) / near.scale, (30 - near.y) / near.scale]).toEqual([40 - 100, 30 + 50]);
  });

  test('has an end both ways, and at the end changes nothing', () => {
    const room = stage(800, 600, small);
    const nearest = Array.from({ length: 40 }).reduce<View>(
      (view) => zoomed(view, room, 2, { x: 10, y: 10 }),
      fitted(room, 'smooth'),
    );
    expect(nearest.scale).toBe(8 * fitted(room, 'smooth').scale);
    expect(zoomed(nearest, room, 2, { x: -300, y: 0 })).toEqual(nearest);
    const furthest = zoomed(nearest, room, 1e-6, middle);
    expect(furthest.scale).toBe(1);
    expect(Math.abs(furthest.x) + Math.abs(furthest.y)).toBe(0);
    expect(zoomed(fitted(stage(800, 600, photo), 'smooth'), stage(800, 600, photo), 1e-6, middle).scale).toBe(0.2);
  });

  test('to the actual size puts a pixel on a device pixel, and says 100 %', () => {
    const room = stage(800, 600, photo, 2);
    const actual = atActualSize(fitted(room, 'smooth'), room, middle);
    expect([actual.scale, percentOf(actual, room)]).toEqual([0.5, 100]);
  });
});

test('it is moved to its edges and no further, and not at all where it is smaller than the stage', () => {
  const room = stage(800, 600, photo);
  expect(moved({ scale: 0.25, x: 0, y: 0 }, room, { x: 1e4, y: -1e4 })).toEqual({ scale: 0.25, x: 100, y: -75 });
  expect(moved({ scale: 0.1, x: 0, y: 0 }, room, { x: 50, y: 50 })).toEqual({ scale: 0.1, x: 0, y: 0 });
});

test('it is moved no further than that a point of it is seen, and not at all where the point is', () => {
  const room = stage(800, 600, photo);
  const near: View = { scale: 1, x: 0, y: 0 };
  expect(revealing(near, room, { x: 0.5, y: 0.5 })).toEqual(near);
  for (const at of [
    { x: 0, y: 0 },
    { x: 1, y: 0.2 },
    { x: 0.1, y: 1 },
  ]) {
    const { scale, x, y } = revealing(near, room, at);
    const { picture } = room;
    const place = { x: x + (at.x - 0.5) * picture.width * scale, y: y + (at.y - 0.5) * picture.height * scale };
    expect(Math.abs(place.x)).toBeLessThanOrEqual(room.width / 2);
    expect(Math.abs(place.y)).toBeLessThanOrEqual(room.height / 2);
  }
  const whole = fitted(room, 'smooth');
  const { scale, x, y } = revealing(whole, room, { x: 0, y: 1 });
  expect(scale).toBe(whole.scale);
  expect(Math.hypot(x, y)).toBe(0);
});
