import { expect, test } from 'vitest';
import { write } from '../../src/actions/compose.ts';
import { recalled } from '../../src/composer/recalled.ts';
import { reply } from '../helpers/fake-session.ts';
import { openPage } from '../helpers/page.ts';

test('the arrows go from an empty message through the earlier ones, each once, and back; other words keep theirs', async () => {
  const page = openPage();
  page.modelIsReady();
  page.session.answer = () => reply('Yes.', 'words');
  expect(recalled(page.state(), -1)).toBeNull();
  for (const text of ['one', 'two', 'one', 'three']) {
    page.say(text);
    await page.idle();
  }
  const press = (step: -1 | 1) => {
    const text = recalled(page.state(), step);
    if (text !== null) write.perform(page.app, text);
    return text;
  };
  expect([press(1), press(-1), press(-1), press(-1), press(-1)]).toEqual([null, 'three', 'one', 'two', null]);
  expect([press(1), press(1), press(1), press(1)]).toEqual(['one', 'three', '', null]);
  write.perform(page.app, 'other words');
  expect([press(-1), press(1)]).toEqual([null, null]);
});
