/** What the page itself judges in an archive, and what it takes along of a damaged store. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { importFile } from '../../src/actions/archive.ts';
import { chatLines } from '../../src/storage/archive-lines.ts';
import { markdownOf } from '../../src/storage/markdown.ts';
import type { ChatRecord } from '../../src/storage/records.ts';
import { chatIdOf, restoreTurn, turnIdOf } from '../../src/storage/restore.ts';
import { archiveOf, chatLine, lines, turnLine } from '../helpers/archives.ts';
import { FakeBrowser } from '../helpers/fake-tabs.ts';
import { openOn } from '../helpers/pages-of-log.ts';
import { settles } from '../helpers/until.ts';

beforeEach(() => {
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota: 1e9, usage: 0 }) } });
});
afterEach(() => vi.unstubAllGlobals());

async function importing(records: string, browser = new FakeBrowser()) {
  const page = await openOn(browser);
  const importAgain = async (text: string) => {
    importFile.perform(page.app, new File([await archiveOf(text)], 'backup.zip'));
    await settles(() => expect(page.state().archive.work).toBeNull());
    return page.state().archive;
  };
  return { page, browser, importAgain, archive: await importAgain(records) };
}

const ofRecord = (line: number, problem: string) => ({
  code: 'ARCHIVE_RECORD',
  data: { file: 'backup.zip', line, problem },
});

test.each([
  ['a turn of nobody', { from: 'ghost' }],
  ['words that are none', { text: 7 }],
  ['a picture that is a path', { pictures: [{ id: '../x', name: 'x', width: 1, height: 1 }] }],
  ['a result in a question', {}, [{ id: 'r' }]],
])('%s is refused, with all of the file', async (_, wrong, results: readonly object[] = []) => {
  const good = turnLine('car', 'a', null);
  const bad = { ...turnLine('car', 'b', 'a'), results };
  const records = lines(chatLine('car'), good, { ...bad, turn: { ...bad.turn, ...wrong } });
  const { page, browser, archive } = await importing(records);
  expect(archive.failure).toEqual(ofRecord(3, 'fields'));
  expect(page.state().chats.flatMap(({ turns }) => turns)).toEqual([]);
  page.end();
  expect((await openOn(browser)).state().chats.flatMap(({ turns }) => turns)).toEqual([]);
});

test('a turn that stands in another chat here is refused', async () => {
  const { importAgain } = await importing(lines(chatLine('car'), turnLine('car', 'a', null)));
  const { failure } = await importAgain(lines(chatLine('boat'), turnLine('boat', 'a', null)));
  expect(failure).toEqual(ofRecord(2, 'twice'));
});

test('a picture that neither place has is told, and its chat comes in', async () => {
  const id = 'a'.repeat(64);
  const line = turnLine('car', 'a', null, 'what is this?');
  const turn = { ...line.turn, pictures: [{ id, name: 'car.png', width: 8, height: 8 }] };
  const { page, archive } = await importing(lines(chatLine('car'), { ...line, turn }));
  expect(archive.outcome).toEqual({ of: 'import', chats: 1, turns: 0, pictures: 0, missing: 1 });
  expect(page.state().chats.find(({ id: chat }) => chat === 'car')?.turns).toMatchObject([{ text: 'what is this?' }]);
});

test('settings that cannot be right, or are of another machine, change nothing; those that are set here stay', async () => {
  const setting = (key: string, value: unknown) => ({ kind: 'setting', key, value });
  const { page, importAgain } = await importing(
    lines(
      setting('field steps', '7'),
      setting('field cfg', { deep: true }),
      setting('device', 'webgpu'),
      setting('pin nowhere', true),
      setting('recipes', 'everything'),
      setting('saveNames', '../{seed}'),
      setting('__proto__', { polluted: true }),
    ),
  );
  expect(page.state()).toMatchObject({
    good: { steps: '7' },
    device: 'auto',
    pinned: [],
    recipes: 'picture',
    saveNames: '',
  });
  expect(page.state().good.cfg).toBeUndefined();
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  await importAgain(lines(setting('field steps', '9'), setting('recipes', 'none'), setting('saveNames', '{prompt}')));
  await importAgain(lines(setting('saveNames', '{seed}')));
  expect(page.state()).toMatchObject({ good: { steps: '7' }, recipes: 'none', saveNames: '{prompt}' });
});

const chatOf = (...turns: ChatRecord['turns']): ChatRecord => ({ id: chatIdOf('c'), title: 'A', changed: 5, turns });
const said = (id: string, parent: string | null, text = id) =>
  restoreTurn(
    { id: turnIdOf(id), parent: parent === null ? null : turnIdOf(parent) },
    turnLine('c', id, parent, text).turn,
  );

test('what cannot be read is left out, and what follows it follows what was before', () => {
  const damaged = { id: turnIdOf('b'), parent: turnIdOf('a'), from: 'unreadable', why: 'damaged' } as const;
  const written = chatLines(chatOf(said('a', null), damaged, said('c', 'b')));
  expect(written.flatMap((line) => (line.kind === 'turn' ? [[line.id, line.parent]] : []))).toEqual([
    ['a', null],
    ['c', 'a'],
  ]);
});

test('Markdown brings in neither HTML nor pictures from elsewhere, and says where a picture is gone', () => {
  const labels = { you: 'You', model: 'Nexus-Gen', untitled: 'Untitled', noPicture: 'gone' };
  const hostile = '<script>x</script> ![](https://elsewhere.test/a.png)';
  const turn = said('a', null, hostile);
  const picture = { id: 'a'.repeat(64), name: '](https://elsewhere.test)', width: 1, height: 1 };
  const shown = turn.from === 'person' ? { ...turn, pictures: [picture as (typeof turn.pictures)[number]] } : turn;
  expect(markdownOf('# A\n[b](c)', [shown], new Map(), labels)).toBe(
    '# \\# A \\[b\\](c)\n\n## You\n\n*gone*\n\n\\<script>x\\</script> !\\[](https://elsewhere.test/a.png)\n',
  );
  expect(markdownOf('', [shown], new Map([[picture.id, 'files/a.png']]), labels)).toContain(
    '![\\](https://elsewhere.test)](files/a.png)',
  );
});
