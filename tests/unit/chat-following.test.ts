import { expect, test } from 'vitest';
import { followedTo, followsAfter, type Place } from '../../src/chat/following.ts';

const view = 600;

function place(scrollTop: number, scrollHeight: number): Place {
  return { scrollTop, scrollHeight, clientHeight: view };
}

test('a conversation that grows between a scroll and the news of it is followed further', () => {
  expect(followsAfter(true, place(200, 800), place(537, 1367))).toBe(true);
});

test('a conversation that gets shorter, and is not at its end then, is followed further', () => {
  expect(followsAfter(true, place(767, 1367), place(500, 1300))).toBe(true);
});

test('a turn far above leaves the end, also where the conversation gets shorter meanwhile', () => {
  expect(followsAfter(true, place(3560, 4211), place(840, 4100))).toBe(false);
});

test('scrolling up leaves the end, however the conversation grows, until its end is scrolled to', () => {
  const up = followsAfter(true, place(767, 1367), place(400, 1367));
  const grown = followsAfter(up, place(400, 1367), place(400, 1900));
  const down = followsAfter(grown, place(400, 1900), place(900, 1900));
  const end = followsAfter(down, place(900, 1900), place(1300, 1900));
  expect([up, grown, down, end]).toEqual([false, false, false, true]);
});

test('scrolling up by a few lines is still the end', () => {
  expect(followsAfter(true, place(767, 1367), place(700, 1367))).toBe(true);
});

test('a question stays in sight above its picture where both fit, and else the end is what is seen', () => {
  // Drawing, at the end so far: on to where the question is at the top.
  expect(followedTo(place(300, 1500), { top: 700, bottom: 1250 })).toBe(692);
  // Nothing is left to scroll.
  expect(followedTo(place(300, 1250), { top: 700, bottom: 1250 })).toBe(650);
  expect(followedTo(place(300, 1500), { top: 700, bottom: 1295 })).toBe(900);
  expect(followedTo(place(300, 1500), null)).toBe(900);
  // Whoever has gone on to the buttons stays there.
  expect(followedTo(place(800, 1500), { top: 700, bottom: 1250 })).toBe(800);
});
