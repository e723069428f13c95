/** Replies as Markdown: what is shown of them, and what none of them can make the page do. */
import { archiveOf, chatLine, lines, turnLine } from '../helpers/archives.ts';
import type { User } from '../helpers/user.ts';
import { expect, test } from './test.ts';

const reply = `# Boats

Two **boats** and a *sail*, &copy; \`code\`.

1. first
2. second

\`\`\`ts
const boat = '⛵';
\`\`\`

<img src="https://evil.example/html.png" onerror="document.title='broken'">

![a gull](https://evil.example/gull.png) and [the harbour](https://harbour.example/map?of=boats).

[a trap](javascript:document.title='broken') ![inline](data:image/svg+xml,x)`;

async function openReply(user: User): Promise<void> {
  await user.open('/?device=wasm');
  await user.openSettings();
  const chooser = user.page.waitForEvent('filechooser');
  await user.button('Import').click();
  const turn = { id: 'answer', from: 'model', state: 'done', text: reply, form: 'ask', failure: null, turnsLeftOut: 0 };
  const answer = { kind: 'turn', chat: 'boats', id: 'answer', parent: 'question', turn, results: [] };
  const archive = await archiveOf(lines(chatLine('boats'), turnLine('boats', 'question', null), answer));
  const buffer = Buffer.from(await archive.arrayBuffer());
  await (await chooser).setFiles({ name: 'boats.zip', mimeType: 'application/zip', buffer });
  await user.page.getByRole('navigation', { name: 'Chats' }).getByRole('button', { name: 'boats' }).first().click();
  await user.page.keyboard.press('Escape');
}

test('headings, lists, emphasis and code are shown; HTML and pictures of other hosts are words', async ({
  user,
  page,
}) => {
  await openReply(user);
  const answer = user.lastAnswer;
  await expect(answer.getByRole('heading', { name: 'Boats', exact: true })).toBeVisible();
  await expect(answer.getByRole('listitem')).toHaveText(['first', 'second']);
  await expect(answer.getByRole('strong')).toHaveText('boats');
  await expect(answer).toContainText('©');
  await expect(answer.locator('pre')).toHaveText("const boat = '⛵';");
  await expect(answer).toContainText('<img src="https://evil.example/html.png"');
  await expect(answer).toContainText('[Picture, not fetched: a gull]');
  await expect(answer).toContainText('[Picture, not fetched: inline]');
  await expect(answer.locator('.markdown').locator('img, script, iframe, a')).toHaveCount(0);
  await expect(page).not.toHaveTitle('broken');
});

test('a link says its host and asks before it opens; one that is a script is words', async ({ user, page }) => {
  await openReply(user);
  await expect(user.lastAnswer).toContainText('a trap');
  await expect(user.lastAnswer.getByRole('button', { name: /a trap/ })).toHaveCount(0);
  const link = user.lastAnswer.getByRole('button', { name: 'the harbour (harbour.example)', exact: true });
  await link.click();
  const question = page.getByRole('dialog', { name: 'Open harbour.example?', exact: true });
  await expect(question).toContainText('https://harbour.example/map?of=boats');
  await question.getByRole('button', { name: 'Stay here', exact: true }).click();
  await expect(question).toHaveCount(0);
  await expect(link).toBeFocused();
  expect(page.context().pages()).toHaveLength(1);
});

test('a message and a block of code are copied as they were written', async ({ user, page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await openReply(user);
  const copied = () => page.evaluate(() => navigator.clipboard.readText());
  await user.lastAnswer.getByRole('button', { name: 'Copy code', exact: true }).click();
  await expect.poll(copied).toBe("const boat = '⛵';");
  await user.lastAnswer.getByRole('button', { name: 'Copy message', exact: true }).click();
  await expect.poll(copied).toBe(reply);
  const typed = 'what does <image> mean?';
  await user.ask(typed);
  await user.questions.last().getByRole('button', { name: 'Copy message', exact: true }).click();
  await expect.poll(copied).toBe(typed);
});
