/** Three tabs that talk at once in one chat: nothing is lost or doubled, each question has its answer, and all agree. */
import { expect, test } from '@playwright/test';
import { port } from '../browser/addresses.ts';
import { amounts } from '../helpers/amounts.ts';
import { User } from '../helpers/user.ts';

const address = `http://localhost:${port}/?device=wasm`;
const tabs = 3;

test(`${tabs} tabs with ${amounts.messagesATab} messages each`, async ({ context, page }) => {
  test.setTimeout(60_000 + amounts.messagesATab * tabs * 15_000);
  const first = new User(page);
  await first.open(address);
  await first.ask('start');
  const users = [first];
  while (users.length < tabs) {
    const user = new User(await context.newPage());
    await user.open(address);
    await expect(user.questions).toHaveText(['start']);
    users.push(user);
  }
  await Promise.all(
    users.map(async (user, tab) => {
      for (let message = 0; message < amounts.messagesATab; message++)
        await user.ask(`what is this? ${message} of tab ${tab}`);
    }),
  );
  const all = tabs * amounts.messagesATab + 1;
  for (const user of users) await expect(user.questions).toHaveCount(all);
  const turns = (user: User) =>
    user.log.getByRole('article').evaluateAll((found) => found.map((turn) => turn.ariaLabel));
  const shown = await first.questions.allTextContents();
  expect(new Set(shown).size).toBe(all);
  for (let tab = 0; tab < tabs; tab++) {
    // What one tab says stands in the order in which it was said.
    const own = shown.filter((text) => text.endsWith(`of tab ${tab}`));
    expect(own).toEqual(
      Array.from({ length: amounts.messagesATab }, (_, message) => `what is this? ${message} of tab ${tab}`),
    );
  }
  for (const user of users) {
    await expect(user.questions).toHaveText(shown);
    expect(await turns(user)).toEqual(Array.from({ length: all }, () => ['You', 'Nexus-Gen']).flat());
  }
  for (const user of users.slice(1)) await user.page.close();
  await first.reload();
  await expect(first.questions).toHaveText(shown);
});
