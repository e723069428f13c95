/** A chat on the terminal: what its lines ask for, what it prints, and that its pictures can be repeated. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openSink } from '../../cli/bundle-sink.ts';
import { readLine } from '../../cli/chat/lines.ts';
import { Spoken } from '../../cli/chat/spoken.ts';
import { Album } from '../../cli/draw/album.ts';
import { decodePicture, imageId } from '../../cli/draw/pictures.ts';
import { main } from '../../cli/nexus.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import type { JobId } from '../../workers/protocol.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { replies } from '../helpers/drawing-checkpoint.ts';
import { typeIn, watchTerminal } from '../helpers/terminal.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const work = mkdtempSync(join(tmpdir(), 'nexus-chat-'));
const at = (name: string) => join(work, name);
const bytes = (name: string) => new Uint8Array(readFileSync(at(name)));
const terminal = watchTerminal();
const options = ['--bundle', at('bundle'), '--threads', '1', '--steps', '2', '--quiet'];

beforeAll(async () => writeDrawingBundle(await openSink(at('bundle'))));
afterAll(() => rmSync(work, { recursive: true, force: true }));

function chat(...lines: readonly string[]): Promise<number> {
  return chatTo(at('chat.png'), '7', ...lines);
}

async function chatTo(out: string, seed: string, ...lines: readonly string[]): Promise<number> {
  typeIn(`${lines.join('\n')}\n`);
  return main(['chat', ...options, '--seed', seed, '-o', out]);
}

test('draws, edits the result, answers, saves, and goes on after what fails', async () => {
  const code = await chat(
    'draw a red car',
    '/image nowhere.png',
    '/paint',
    '/edit',
    'make it night',
    `/save ${at('saved.png')}`,
    `/save ${at('saved.png')}`,
    `/image "${at('saved.png')}"`,
    '',
    '/new',
    '/edit',
    '/quit',
    'draw a tree',
  );
  expect(code).toBe(0);
  expect(terminal.stdout.split('\n')).toEqual([
    replies.drawn,
    '.',
    at('chat-7.png'),
    replies.drawn,
    '.',
    at('chat-8.png'),
    at('saved.png'),
    replies.said,
    '',
  ]);
  expect(terminal.stderr).toMatch(
    /^There is no file nowhere\.png\..*\nThere is no \/paint.*\nchat-7\.png goes with.*\nsaved\.png exists already.*\nsaved\.png goes with.*\nA new conversation.*\nNothing has been drawn.*\n$/,
  );
  expect(bytes('saved.png')).toEqual(bytes('chat-8.png'));
  const car = imageId(bytes('chat-7.png'));
  expect(readPngRecipe('chat-8.png', bytes('chat-8.png'))).toMatchObject({
    task: 'auto',
    form: 'edit',
    decoder: 'editing',
    reference: car,
    messages: [
      { from: 'person', text: 'draw a red car', images: [] },
      { from: 'model', drawn: car },
      { from: 'person', text: 'make it night', images: [car] },
    ],
  });
});

test('a picture that a recipe lacks is called by the words that drew it', async () => {
  const repeat = ['edit', '--recipe', at('chat-8.png'), ...options.slice(0, 2), '--quiet', '-o', at('lacking.png')];
  expect(await main(repeat)).toBe(1);
  expect(terminal.stderr).toMatch(
    /not given: the one that “draw a red car” drew \(.*the file that it was saved in, unchanged/,
  );
});

test('an edit of a chat is repeated from its recipe and the picture it was made from', async () => {
  const repeat = ['edit', '--recipe', at('chat-8.png'), ...options.slice(0, 2), '--quiet'];
  expect(await main([...repeat, at('chat-7.png'), '-o', at('again.png')])).toBe(0);
  expect(bytes('again.png')).toEqual(bytes('chat-8.png'));
});

test('a picture that another of the recipe was made from is imagined once for both', async () => {
  const recipe = readPngRecipe('chat-8.png', bytes('chat-8.png'));
  const [car, night] = ['chat-7.png', 'chat-8.png'].map((name) => imageId(bytes(name)));
  const [, drawn] = recipe.messages;
  const messages = [
    ...recipe.messages,
    { ...drawn, drawn: night },
    { from: 'person', text: 'make it snow', images: [night, car] },
  ];
  const images = [car, night].map((sha256) => ({ sha256, width: 64, height: 64 }));
  const { embedding_values: _, ...rest } = recipe;
  writeFileSync(
    at('snow.json'),
    JSON.stringify({ ...rest, messages, images, reference: night, decoder: 'generation' }),
  );
  const imagined = vi.spyOn(Album.prototype, 'setImagined');
  const repeat = ['edit', '--recipe', at('snow.json'), ...options.slice(0, 2), '--quiet', '-o', at('snow.png')];
  expect(await main(repeat), terminal.stderr).toBe(0);
  expect(imagined.mock.calls.map(([id]) => id)).toEqual([car, night]);
});

test('a picture never takes the place of one of an earlier chat, nor of anything else of its name', async () => {
  const before = bytes('chat-7.png');
  symlinkSync('gone', at('chat-7-2.png'));
  expect(await chat('draw a red car')).toBe(0);
  expect(terminal.stdout.split('\n')).toContain(at('chat-7-3.png'));
  expect(bytes('chat-7.png')).toEqual(before);
  expect(bytes('chat-7-3.png')).toEqual(before);
  expect(await main(['chat', '--help'])).toBe(0);
  expect(terminal.stdout.replaceAll(/\s+/g, ' ')).toContain(
    'A name that is taken gets -2, -3 and so on, or is written over with --force',
  );
});

test('a folder or a broken link that has the name of the first picture stops no chat, but one that is to write over it', async () => {
  mkdirSync(at('taken-7.png'));
  symlinkSync('gone', at('broken-7.png'));
  for (const name of ['taken', 'broken']) {
    expect(await chatTo(at(`${name}.png`), '7', 'draw a red car')).toBe(0);
    expect(terminal.stdout.split('\n')).toContain(at(`${name}-7-2.png`));
    expect(await main(['chat', ...options, '--seed', '7', '-o', at(`${name}.png`), '--force'])).toBe(1);
  }
  expect(terminal.stderr).toContain('taken-7.png cannot be written: a folder has that name');
  expect(terminal.stderr).toContain('broken-7.png cannot be written: that name is a link that leads nowhere');
});

/** The longest name there is for a seed of one digit: with two it cannot be written. */
const longest = at(`${'x'.repeat(255 - '-9.png'.length)}.png`);

test('a drawing that cannot be written stays in the conversation', async () => {
  expect(await chatTo(longest, '9', 'draw a red car', 'draw a red car', `/save ${at('rescued.png')}`)).toBe(0);
  expect(terminal.stderr).toMatch(/^x+-10\.png cannot be written: the name is too long/);
  expect(readPngRecipe('rescued.png', bytes('rescued.png')).seed).toBe('10');
});

test('a picture is saved as PNG, and under no name that says otherwise', async () => {
  expect(await chat('draw a red car', `/save ${at('car.jpg')}`)).toBe(0);
  expect(terminal.stderr).toContain('/save FILE.png');
  expect(existsSync(at('car.jpg'))).toBe(false);
});

describe('lines', () => {
  test.each([
    ['  ', { kind: 'nothing' }],
    [' make it night ', { kind: 'turn', text: ' make it night ' }],
    ['/image my cat.png', { kind: 'image', path: 'my cat.png' }],
    ["/image '/a b/c.png' ", { kind: 'image', path: '/a b/c.png' }],
    ['/image my\\ cat\\(1\\).png', { kind: 'image', path: 'my cat(1).png' }],
    ['/image a\\b.png', { kind: 'image', path: 'a\\b.png' }],
    ["/image 'it'\\''s.png'", { kind: 'image', path: "it's.png" }],
    ['/image "a \\"b\\".png"', { kind: 'image', path: 'a "b".png' }],
    ['/image ~/cat.png', { kind: 'image', path: join(homedir(), 'cat.png') }],
    ['/image "~/cat.png"', { kind: 'image', path: '~/cat.png' }],
    ['/save file:///pictures/my%20cat.png', { kind: 'save', path: '/pictures/my cat.png' }],
    ['/image file://elsewhere/cat.png', { kind: 'image', path: 'file://elsewhere/cat.png' }],
    ['/save', { kind: 'no-path', command: '/save' }],
    ['/quit', { kind: 'quit' }],
    ['/quiet', { kind: 'unknown', command: '/quiet' }],
  ])('%j', (line, meaning) => {
    expect(readLine(line)).toEqual(meaning);
  });
});

describe('a reply on stdout', () => {
  function spoken(deltas: readonly string[], whole: string): string {
    let printed = '';
    const reply = new Spoken((text) => {
      printed += text;
    });
    for (const delta of deltas) reply.listen({ type: 'text', job: 'job' as JobId, delta, tokens: 1 });
    reply.end(whole);
    return printed;
  }

  test('ends with one line break and leaves room for the picture', () => {
    expect(spoken(['Here: ', '<image>', ' Done.'], 'Here: <image> Done.')).toBe('Here:\nDone.\n');
    expect(spoken(['<image>'], '<image>')).toBe('');
    expect(spoken([], '')).toBe('');
    expect(spoken(['A ', ' ', 'b\n', '\nc', ' \n'], 'A  b\n\nc \n')).toBe('A  b\n\nc\n');
  });

  test('that is begun again stands once more below what was said', () => {
    let printed = '';
    const reply = new Spoken((text) => {
      printed += text;
    });
    const job = 'job' as JobId;
    reply.listen({ type: 'text', job, delta: 'I can', tokens: 1 });
    reply.listen({ type: 'begun again', job });
    reply.listen({ type: 'text', job, delta: 'I can see.', tokens: 1 });
    reply.end('I can see.');
    expect(printed).toBe('I can\nI can see.\n');
  });

  test('is whole although its last words were told late', () => {
    expect(spoken(['I can'], 'I can see.')).toBe('I can see.\n');
  });
});

test('prints a line of JSON a turn for programs, those that fail too', async () => {
  typeIn(['draw a red car', '/new', 'draw a tree', 'draw a house'].join('\n'));
  const out = longest.replace('xx', 'js');
  expect(await main(['chat', ...options, '--seed', '8', '-o', out, '--json'])).toBe(0);
  const lines = terminal.stdout.trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { ok: true, out: out.replace('.png', '-8.png'), seed: '8', failure: null },
    { ok: true, out: out.replace('.png', '-9.png'), seed: '9', failure: null },
    { ok: false, text: null, out: null, seed: '10', failure: { code: 'OUTPUT_REFUSED' } },
  ]);
});

test('a drawing of a whole conversation is repeated from its recipe alone, the pictures before it imagined again', async () => {
  const nano = ['--bundle', 'nano', '--threads', '1', '--quiet'];
  typeIn('draw a red car on the beach\ndraw a dog in a meadow by day\n');
  expect(await main(['chat', ...nano, '--seed', '3', '-o', at('whole.png'), '--json'])).toBe(0);
  const [first] = terminal.stdout.split('\n').map((line) => (line === '' ? null : JSON.parse(line)));
  const { embedding_values: _, ...recipe } = readPngRecipe('whole-4.png', bytes('whole-4.png'));
  const car = imageId(bytes('whole-3.png'));
  const messages = [
    { from: 'person', text: 'draw a red car on the beach', images: [] },
    { from: 'model', text: `${first.text} <image>`, drawn: car },
    ...recipe.messages,
  ];
  const images = [{ sha256: car, width: 128, height: 128 }];
  writeFileSync(at('whole.json'), JSON.stringify({ ...recipe, messages, images }));
  expect(await main(['draw', '--recipe', at('whole.json'), ...nano, '-o', at('whole-again.png')])).toBe(0);
  const pixels = async (name: string) => (await decodePicture(name, bytes(name))).data;
  expect(await pixels('whole-again.png')).toEqual(await pixels('whole-4.png'));
  const altered = messages.map((turn) => (turn.from === 'model' ? { ...turn, text: 'Other words <image>' } : turn));
  writeFileSync(at('altered.json'), JSON.stringify({ ...recipe, messages: altered, images }));
  expect(await main(['draw', '--recipe', at('altered.json'), ...nano, '-o', at('never.png')])).toBe(1);
  expect(terminal.stderr).toContain('the one that “draw a red car on the beach” drew');
});
