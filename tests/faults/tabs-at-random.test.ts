/** Tabs that say, hang in the middle of anything, wake up and end at random: nothing acknowledged is lost, and all agree. */
import { expect, test } from 'vitest';
import { amounts, seed as firstSeed, randomNumbers } from '../helpers/amounts.ts';
import { FakeBrowser, type FakeTab } from '../helpers/fake-tabs.ts';
import { readBack, turnChange, wordsOf } from '../helpers/stored-chats.ts';
import { settles } from '../helpers/until.ts';

const wordsIn = ({ tab }: FakeTab) => wordsOf(tab.contents.chats()).c ?? [];
const say = ({ tab }: FakeTab, id: string, parent: string | null) => tab.commit([turnChange('c', id, parent)]);

test('any tabs that say, hang and end at random lose nothing, double nothing and agree', {
  timeout: 60_000 + amounts.tabRounds * 10_000,
}, async () => {
  for (let seed = firstSeed; seed < firstSeed + amounts.tabRounds; seed++) {
    const random = randomNumbers(seed);
    const pick = <Value>(values: readonly Value[]) => values[Math.floor(random() * values.length)] as Value;
    const browser = new FakeBrowser();
    const tabs = [await browser.open(), await browser.open(), await browser.open()];
    const acknowledged: string[] = [];
    for (let step = 0; step < 40; step++) {
      const tab = pick(tabs);
      const what = random();
      if (what < 0.08) {
        tab.end();
        const next = browser.begin();
        if (random() < 0.5) {
          next.hang();
          setTimeout(() => next.wake(20 * random()), 150 * random());
        }
        await next.tab.open();
        tabs.splice(tabs.indexOf(tab), 1, next);
      } else if (what < 0.12) {
        tab.hang();
        setTimeout(() => tab.wake(20 * random()), 150 * random());
      } else {
        const id = `${seed}-${step}`;
        const saying = say(tab, id, wordsIn(tab).at(-1) ?? null).then(() => acknowledged.push(id));
        // A tab that ends takes with it what was not acknowledged.
        saying.catch(() => undefined);
        if (random() < 0.7) await Promise.race([saying, new Promise((resolve) => setTimeout(resolve, 400))]);
      }
    }
    for (const tab of tabs) tab.wake();
    for (const tab of tabs) {
      const id = `last of ${tab.id}`;
      await say(tab, id, null);
      acknowledged.push(id);
    }
    for (const tab of tabs) {
      await settles(() => expect(wordsIn(tab), `seed ${seed}`).toEqual(expect.arrayContaining(acknowledged)));
      await settles(() => expect(wordsIn(tab), `seed ${seed}`).toEqual(wordsIn(tabs[0] ?? tab)));
    }
    const [words = []] = tabs.map(wordsIn);
    expect(new Set(words).size, `seed ${seed}`).toBe(words.length);
    for (const tab of tabs) tab.end();
    expect(wordsOf((await readBack(browser.folder)).chats()).c, `seed ${seed}`).toEqual(words);
  }
});
