/** An interrupted drawing over a reload, on the log: its latents are there as long as they are needed. */
import { describe, expect, test } from 'vitest';
import { deleteTurn } from '../../src/actions/chats.ts';
import { resume } from '../../src/actions/resume.ts';
import { contentHash } from '../../src/storage/storage.ts';
import { reply } from '../helpers/fake-session.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { hang, onlyResult, stateBehind } from '../helpers/interrupted.ts';
import { newTab, openOn } from '../helpers/pages-of-log.ts';
import { settles, until } from '../helpers/until.ts';

describe('over a reload', () => {
  const hashOf = (step: number) => contentHash(Float32Array.from(stateBehind(step).latents));
  const names = (browser: FakeBrowser) => browser.blobs.names();
  const goes = (browser: FakeBrowser, hash: string) =>
    settles(async () => expect(await names(browser)).not.toContain(hash));

  /** A page that ends while it draws; the latents of its last kept step are there. */
  async function killed(browser: FakeBrowser) {
    const page = await openOn(browser, newTab());
    page.session.answer = () => reply('<image>', 'picture');
    hang(page, 1);
    page.say('draw a red car');
    await until(() => page.answer().results[0]?.reached?.step === 1);
    for (const { job } of page.session.painted) page.session.emit({ type: 'reached', job, state: stateBehind(2) });
    await until(() => page.answer().results[0]?.reached?.step === 2);
    // The record of the second step is on the disk, and the first one's latents are not any more.
    await goes(browser, await hashOf(1));
    page.end();
    return page.state().current;
  }

  test('it goes on, and then its latents leave the disk', async () => {
    const browser = new FakeBrowser();
    const chat = await killed(browser);
    const page = await openOn(browser, newTab());
    page.open(chat);
    expect(onlyResult(page)).toMatchObject({ state: 'stopped', reached: { step: 2 } });
    const second = await hashOf(2);
    expect(await names(browser)).toContain(second);
    resume.perform(page.app, onlyResult(page).id);
    await page.idle();
    expect(page.session.painted.map((request) => request.resume)).toEqual([stateBehind(2)]);
    expect(onlyResult(page).state).toBe('done');
    await goes(browser, second);
    page.end();
  });

  test('of a turn that was deleted they leave the disk at the next start', async () => {
    const browser = new FakeBrowser();
    const chat = await killed(browser);
    const page = await openOn(browser, newTab());
    page.open(chat);
    deleteTurn.perform(page.app, page.answer().id);
    await until(() => page.turns().length === 1);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await names(browser)).toContain(await hashOf(2));
    page.end();
    const next = await openOn(browser, newTab());
    const second = await hashOf(2);
    await goes(browser, second);
    next.end();
  });
});
