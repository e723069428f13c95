/** Checkpoints of random weights, as `npm run make-checkpoint` writes them: every size is one that the converter takes. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { decodePicture } from '../../cli/draw/pictures.ts';
import { openFolder } from '../../cli/files.ts';
import { main, runCommand } from '../../cli/nexus.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import type { WeightFile } from '../../model/bundle/parts.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { trainedBeginning } from '../../model/text/forms.ts';
import { crc32OfZeros } from '../../tools/checkpoint/crc-zeros.ts';
import { makeCheckpoint } from '../../tools/checkpoint/make.ts';
import { type Filling, filledBytes, planCheckpoint } from '../../tools/checkpoint/plan.ts';
import { sizedCheckpoint } from '../../tools/checkpoint/sizes.ts';
import { drawnWords, editedWords, saidWords, spokenWords } from '../../tools/checkpoint/speech.ts';
import { writeCheckpoint } from '../../tools/checkpoint/write.ts';
import { openLanguage } from '../../workers/language/language.ts';
import { CountingRuntime } from '../helpers/counting-runtime.ts';
import { sayAbout } from '../helpers/say.ts';
import { watchTerminal } from '../helpers/terminal.ts';
import { qwenTokenizer } from '../helpers/tokenizer.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const work = mkdtempSync(join(tmpdir(), 'nexus-make-checkpoint-'));
const at = (name: string) => join(work, name);
const terminal = watchTerminal();
const make = (...argv: string[]) => runCommand('npm run make-checkpoint', () => makeCheckpoint(argv));

afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Every file below a folder with its bytes. */
function contents(folder: string): Map<string, Buffer> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  const files = paths.filter((path) => statSync(join(folder, path)).isFile());
  return new Map(files.map((path) => [path, readFileSync(join(folder, path))]));
}

describe('tiny', () => {
  const nexus = (...argv: string[]) => main([...argv, '--quiet', '--bundle', at('bundle')]);

  test('is converted whole, and its bundle passes', async () => {
    expect(await make('--size', 'tiny', '--to', at('tiny'), '--with-t5', '--quiet')).toBe(0);
    expect(terminal.stdout).toMatch(/^Nexus-GenV2\/model-00001-of-0000\d\.safetensors .*\n/m);
    expect(terminal.stdout).toMatch(/^total +[\d,]+ +[\d,]+\n[\d.]+ s, at most \d+ MiB of memory\n$/m);
    expect(await main(['convert', '--from', at('tiny'), '--to', at('bundle'), '--quiet'])).toBe(0);
    expect(terminal.stderr).toBe('');
    expect(await main(['verify', '--bundle', at('bundle')])).toBe(0);
  });

  test('draws a picture, which is not one colour, behind the trained reply', async () => {
    const job = ['--seed', '1', '--steps', '2', '--size', '64x64', '-o', at('drawn.png')];
    expect(await nexus('draw', 'a red car', ...job)).toBe(0);
    const { data } = await decodePicture('drawn.png', new Uint8Array(readFileSync(at('drawn.png'))));
    expect(new Set(data).size).toBeGreaterThan(16);
  });

  test('edits it', async () => {
    const job = ['--seed', '1', '--steps', '1', '--size', '64x64', '-o', at('edited.png')];
    expect(await nexus('edit', at('drawn.png'), 'make it night', ...job)).toBe(0);
    expect(readFileSync(at('edited.png'))).not.toEqual(readFileSync(at('drawn.png')));
  });

  test.each([
    ['a red car', 'draw', drawnWords],
    ['make it night', 'edit', editedWords],
  ] as const)(
    'says the trained reply to "%s" as its draft expects, so that it takes no pass for each word',
    async (words, task, reply) => {
      const runtime = new CountingRuntime();
      const open = await openLanguage(runtime, await Bundle.open(openFolder(at('bundle'))));
      const { text } = await sayAbout(open, words, task);
      await open.close();
      await runtime.close();
      expect(text).toBe(`${reply.join('')}<image>`);
      expect(runtime.passes).toBe(2);
    },
  );

  test.each([[['What is this?']], [['这是什么？']], [[]]])('answers the question %j in words', async (question) => {
    expect(await nexus('ask', at('drawn.png'), ...question)).toBe(0);
    expect(terminal.stdout).toBe(`${saidWords.join('')}\n`);
  });

  test('is the same for the same seed, and all its weights are others for another', async () => {
    await make('--size', 'tiny', '--to', at('same'), '--with-t5', '--quiet');
    await make('--size', 'tiny', '--to', at('other'), '--with-t5', '--quiet', '--seed', '1');
    expect(contents(at('same'))).toEqual(contents(at('tiny')));
    const [first, other] = [contents(at('tiny')), contents(at('other'))];
    for (const [path, bytes] of first) {
      expect([path, other.get(path)?.equals(bytes)]).toEqual([path, /\.(json)$/.test(path)]);
    }
  });

  test('with most layers left as holes is converted and draws too', async () => {
    const sparse = planCheckpoint(sizedCheckpoint('tiny', 2), { layers: 1 }, true);
    await writeCheckpoint(sparse, at('sparse'), '0', () => undefined);
    expect(await main(['convert', '--from', at('sparse'), '--to', at('sparse-bundle'), '--quiet'])).toBe(0);
    const job = ['--seed', '1', '--steps', '1', '--size', '64x64', '-o', at('sparse.png'), '--quiet'];
    expect(await main(['draw', 'a red car', '--bundle', at('sparse-bundle'), ...job])).toBe(0);
  });
});

describe('published', () => {
  const planned = (filling: Filling) => planCheckpoint(sizedCheckpoint('published', 2), filling, true);

  test('has every tensor that the converter asks for at the published sizes, and the documented parameters', async () => {
    const files = await writeCheckpoint(planned('layout'), at('published'), '0', () => undefined);
    const plan = await planConversion([openFolder(at('published'))], 'q4');
    expect(plan.missing).toEqual([]);
    const values = (file: WeightFile, name: RegExp) =>
      (plan.weights.get(file) ?? { list: () => [] })
        .list()
        .filter((tensor) => name.test(tensor.name))
        .reduce((sum, { shape }) => sum + shape.reduce((product, size) => product * size, 1), 0);
    // docs/reference.md
    expect(values('language', /^visual\./)).toBe(676_550_144);
    expect(values('language', /^(model\.|lm_head\.)/)).toBe(7_615_616_512);
    expect(values('generation', /^pipe\.dit\./)).toBe(11_901_408_320);
    expect(values('editing', /^pipe\.dit\./)).toBe(11_901_408_320);
    expect(values('autoencoder', /./)).toBe(83_819_683);
    const total = (key: 'bytes' | 'diskBytes') => files.reduce((sum, file) => sum + file[key], 0);
    expect(total('bytes')).toBeGreaterThan(70e9);
    expect(total('diskBytes')).toBeLessThan(50e6);
  });

  test('is filled with few gigabytes', () => {
    const filled = planned({ layers: 1 }).reduce((sum, file) => sum + filledBytes(file), 0);
    expect(filled).toBeGreaterThan(5e9);
    expect(filled).toBeLessThan(9e9);
  });

  test('says words that its tokenizer has as single tokens', async () => {
    const tokenizer = await qwenTokenizer();
    const { vocabulary } = sizedCheckpoint('published', 2);
    expect(drawnWords.join('')).toBe(trainedBeginning('draw', 'en'));
    for (const word of spokenWords) expect([vocabulary.idOf(word)]).toEqual(tokenizer.encode(word, 'plain'));
    for (const words of [drawnWords, saidWords]) {
      expect(tokenizer.encode(words.join(''), 'plain')).toEqual(words.map((word) => vocabulary.idOf(word)));
    }
  });
});

test('the checksum of a run of zeros is that of its bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.nat(5000), (before, zeros) => {
      const start = crc32(before);
      expect(crc32OfZeros(zeros, start)).toBe(crc32(new Uint8Array(zeros), start));
    }),
  );
});

test.each([
  [[], /--size published\|wide\|tiny/],
  [['--size', 'huge', '--to', '/nowhere'], /published, wide, tiny/],
  [['--size', 'tiny'], /--to DIR/],
  [['--size', 'tiny', '--layers', '3', '--to', '/nowhere'], /--layers is for --size wide/],
  [['--size', 'published', '--filled', '0', '--to', '/nowhere'], /--filled is a number/],
])('wrong usage is told at once: %j', async (argv, reason) => {
  expect(await make(...argv)).toBe(2);
  expect(terminal.stderr).toMatch(reason);
});

test('a folder that holds something is left as it is', async () => {
  const before = readdirSync(at('tiny'));
  expect(await make('--size', 'tiny', '--to', at('tiny'))).toBe(2);
  expect(terminal.stderr).toMatch(/is not empty/);
  expect(readdirSync(at('tiny'))).toEqual(before);
});
