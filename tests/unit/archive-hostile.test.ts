/** Archives that were changed, broken off, or made to do harm: each is refused whole, in a sentence, in both languages. */
import { expect, test } from 'vitest';
import type { Failure } from '../../model/failure.ts';
import { failureSentence } from '../../words/words.ts';
import type { Outcome } from '../../workers/protocol.ts';
import { sha256Hex } from '../../workers/sha256.ts';
import { serveArchive } from '../../workers/storage/serve-archive.ts';
import { archiveOf, changedAt, chatLine, lines, manifestOf, turnLine, zipOf } from '../helpers/archives.ts';
import { words } from '../helpers/words.ts';

const picture = new TextEncoder().encode('a picture that nobody would pack further');
const hash = await sha256Hex(picture);
const sound = lines(chatLine('car'), turnLine('car', 'a', null), turnLine('car', 'b', 'a'));
const aPicture = { name: `files/${hash}.png`, contents: new Blob([picture]) };

async function open(archive: Blob) {
  const worker = serveArchive();
  const opened = await worker.open(archive, 'backup.zip');
  return { worker, opened };
}

/** Why it is refused, and that a person is told what happened, what was kept and what to do. */
async function refusal(archive: Blob): Promise<Failure | null> {
  return toldOf((await open(archive)).opened);
}

function toldOf(outcome: Outcome<unknown>): Failure | null {
  if (outcome.ok) return null;
  const { failure } = outcome;
  const [english, chinese] = [failureSentence(words.en, failure), failureSentence(words.zh, failure)];
  expect(english).toMatch(/^backup\.zip .*\. Nothing of it was imported, and what is here is as it was\. .+\.$/);
  expect(chinese).toMatch(/^backup\.zip .*没有导入其中任何内容，本机现有内容保持原样。.+。$/);
  expect(english + chinese).not.toMatch(/undefined|NaN|\[object/);
  return failure;
}

const ofFile = (problem: string) => ({ code: 'ARCHIVE_FILE', data: { file: 'backup.zip', problem } });
const ofRecord = (line: number, problem: string) => ({
  code: 'ARCHIVE_RECORD',
  data: { file: 'backup.zip', line, problem },
});

test('a whole one is read: its records in order, and its files by their hashes', async () => {
  const { worker, opened } = await open(await archiveOf(sound, aPicture));
  expect(opened).toEqual({ ok: true, result: { bytes: new Map([[hash, picture.length]]) } });
  const read = await worker.records();
  expect(read.ok && read.result.map(({ line, record }) => [line, record.kind])).toEqual([
    [1, 'chat'],
    [2, 'turn'],
    [3, 'turn'],
  ]);
  expect(await worker.records()).toEqual({ ok: true, result: [] });
  const file = await worker.file(hash);
  expect(file.ok && new Uint8Array(await file.result.arrayBuffer())).toEqual(picture);
});

test('one that another program packed anew, with folders and files of its own, is read too', async () => {
  const others = [
    { name: 'files/', contents: '' },
    { name: '__MACOSX/files/._a', contents: 'x' },
    { name: 'conversation.md', contents: '# Cars' },
  ];
  expect(await refusal(await archiveOf(sound, ...others, aPicture))).toBeNull();
});

test('a file that is no archive of ours', async () => {
  expect(await refusal(new Blob(['%PDF-1.7 and so on']))).toEqual(ofFile('foreign'));
  expect(await refusal(new Blob([]))).toEqual(ofFile('foreign'));
  expect(await refusal(await zipOf({ name: 'holiday.jpg', contents: 'x' }))).toEqual(ofFile('foreign'));
  const other = { name: 'nexus-gen-archive.json', contents: '{"format":"other","version":1}' };
  expect(await refusal(await zipOf(other, { name: 'records.jsonl', contents: sound }))).toEqual(ofFile('foreign'));
});

test('one that was broken off, wherever that was', async () => {
  const whole = await archiveOf(sound, aPicture);
  for (let end = 4; end < whole.size; end += 7)
    expect(await refusal(whole.slice(0, end)), `${end} bytes`).toEqual(ofFile('broken off'));
});

test('one whose bytes were changed', async () => {
  const flipped = await changedAt(await archiveOf(sound), 'records.jsonl', (bytes) => {
    bytes[70] = (bytes[70] ?? 0) ^ 255;
  });
  expect(await refusal(flipped)).toEqual(ofFile('damaged'));
});

test.each(['../../etc/passwd', '/etc/passwd', 'files\\..\\..\\x', 'C:\\x', 'files/../../x'])(
  'a path that leads out of it: %s',
  async (name) => {
    expect(await refusal(await archiveOf(sound, { name, contents: 'x' }))).toEqual(ofFile('path'));
  },
);

test('a file that stands in it twice', async () => {
  const twice = [aPicture, { ...aPicture, name: `files/${hash}.jpg` }];
  expect(await refusal(await archiveOf(sound, ...twice))).toEqual(ofFile('twice'));
});

test('what would unpack to more than it says', async () => {
  const zeros = lines(sound, JSON.stringify({ kind: 'setting', key: 'field a', value: ' '.repeat(2_000_000) }));
  const bomb = await archiveOf(zeros);
  const bytes = Buffer.from(await bomb.arrayBuffer());
  const size = Buffer.alloc(4);
  size.writeUInt32LE(zeros.length);
  let found = 0;
  for (let at = bytes.indexOf(size); at >= 0; at = bytes.indexOf(size, at + 1)) {
    bytes.writeUInt32LE(1000, at);
    found += 1;
  }
  expect(found).toBeGreaterThan(0);
  expect(await refusal(new Blob([bytes]))).toEqual(ofFile('bomb'));
});

test('what says that it unpacks to more than any page writes is not unpacked', async () => {
  const bytes = Buffer.from(await (await archiveOf(sound)).arrayBuffer());
  const size = Buffer.alloc(4);
  size.writeUInt32LE(sound.length);
  for (let at = bytes.indexOf(size); at >= 0; at = bytes.indexOf(size, at + 1)) bytes.writeUInt32LE(2 ** 31, at);
  expect(await refusal(new Blob([bytes]))).toEqual(ofFile('bomb'));
});

test('one of a newer version, or with a record of one', async () => {
  const newer = { code: 'ARCHIVE_NEWER', data: { file: 'backup.zip' } };
  const said = { name: 'nexus-gen-archive.json', contents: manifestOf(2) };
  expect(await refusal(await zipOf(said, { name: 'records.jsonl', contents: 'anything' }))).toEqual(newer);
  expect(await refusal(await archiveOf(lines(sound, { kind: 'hologram', chat: 'car' })))).toEqual(newer);
});

test.each<[string, string, number, string]>([
  ['no JSON', lines(chatLine('car'), '{"kind":'), 2, 'json'],
  ['nested deeply', lines(chatLine('car'), `${'['.repeat(100_000)}${']'.repeat(100_000)}`), 2, 'deep'],
  ['nested deeply behind a quote', lines(`{"a":"\\"","b":${'{"c":'.repeat(5000)}1${'}'.repeat(5001)}`), 1, 'deep'],
  ['no record', lines(chatLine('car'), [1]), 2, 'fields'],
  ['an id that is a path', lines(chatLine('../car')), 1, 'fields'],
  ['a chat twice', lines(sound, chatLine('car')), 4, 'twice'],
  ['a turn twice', lines(sound, turnLine('car', 'a', 'b')), 4, 'twice'],
  ['a turn in two chats', lines(sound, chatLine('boat'), turnLine('boat', 'a', null)), 5, 'twice'],
  ['a ring', lines(chatLine('car'), turnLine('car', 'a', 'b'), turnLine('car', 'b', 'a')), 2, 'parent'],
  ['a turn that follows itself', lines(chatLine('car'), turnLine('car', 'a', 'a')), 2, 'parent'],
  ['a parent in another chat', lines(sound, chatLine('boat'), turnLine('boat', 'c', 'b')), 5, 'parent'],
  ['a turn of no chat', lines(turnLine('car', 'a', null)), 1, 'parent'],
])('records that cannot be right: %s', async (_, records, line, problem) => {
  expect(await refusal(await archiveOf(records))).toEqual(ofRecord(line, problem));
});

test('a picture that is not the one that its name says', async () => {
  const other = { name: `files/${hash}.png`, contents: 'another picture' };
  const { worker, opened } = await open(await archiveOf(sound, other));
  expect(opened.ok).toBe(true);
  const data = { file: 'backup.zip', picture: other.name };
  expect(toldOf(await worker.file(hash))).toEqual({ code: 'ARCHIVE_PICTURE', data });
});

test('letters that two pieces of the records share are put together', async () => {
  const text = `${'x'.repeat(2 ** 20 - 90)}${'车'.repeat(100)}`;
  const { worker } = await open(await archiveOf(lines(chatLine('car'), turnLine('car', 'a', null, text))));
  const read = await worker.records();
  expect(read.ok && read.result[1]?.record).toMatchObject({ turn: { text } });
});
