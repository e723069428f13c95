/** What is far from the screen hears of no change of the state, and of what changed meanwhile when it comes near. */
import { expect, test } from 'vitest';
import { NearState } from '../../src/app/near-state.ts';
import { createAppStore } from '../../src/state/state.ts';
import { words } from '../helpers/words.ts';

test('changes are told while it is near, and once together when it comes near again', () => {
  const store = createAppStore(words.en);
  const near = new NearState(store);
  const heard: string[] = [];
  const unsubscribe = near.subscribe(() => heard.push(store.getState().text));
  store.setState({ text: 'before it was ever near' });
  expect(heard).toEqual([]);

  let leave = near.follow();
  expect(heard).toEqual(['before it was ever near']);
  store.setState({ text: 'near' });
  expect(heard.splice(0)).toEqual(['before it was ever near', 'near']);

  leave();
  store.setState({ text: 'far' });
  store.setState({ text: 'farther' });
  expect(heard).toEqual([]);
  leave = near.follow();
  expect(heard.splice(0)).toEqual(['farther']);

  leave();
  near.follow();
  expect(heard).toEqual([]);
  unsubscribe();
  store.setState({ text: 'unheard' });
  expect(heard).toEqual([]);
});
