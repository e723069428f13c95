/** Draw, edit, ask and polish on a tiny bundle that speaks and draws. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openSink } from '../../cli/bundle-sink.ts';
import { decodePicture, imageId, sha256 } from '../../cli/draw/pictures.ts';
import { main } from '../../cli/nexus.ts';
import { identityText } from '../../model/bundle/identity.ts';
import { parseManifest } from '../../model/bundle/manifest.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { writeEmbeddings } from '../../model/recipe/embedding-values.ts';
import { readPngRecipe } from '../../model/recipe/png.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { drawingCheckpoint, replies } from '../helpers/drawing-checkpoint.ts';
import { exampleRecipe } from '../helpers/recipes.ts';
import { typeIn, watchTerminal } from '../helpers/terminal.ts';

vi.setConfig({ testTimeout: 300_000, hookTimeout: 300_000 });

const work = mkdtempSync(join(tmpdir(), 'nexus-draw-'));
const at = (name: string) => join(work, name);
const bytes = (name: string) => new Uint8Array(readFileSync(at(name)));
const recipeOf = (name: string) => readPngRecipe(name, bytes(name));
const terminal = watchTerminal();
const small = ['--steps', '2', '--size', '80x64'];

beforeAll(async () => {
  await writeDrawingBundle(await openSink(at('bundle')));
  await writeDrawingBundle(await openSink(at('fast')), drawingCheckpoint([{ steps: 8, guidance: 3.5, strength: 1 }]));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

const nexus = (...argv: string[]) => main([...argv, '--bundle', at('bundle'), '--threads', '1']);

describe('draw', () => {
  test('writes a picture with its recipe; its path is all of stdout, progress is on stderr', async () => {
    expect(await nexus('draw', 'a red car', '--seed', '7', '-o', at('car.png'), ...small)).toBe(0);
    expect(terminal.stdout).toBe(`${at('car.png')}\n`);
    expect(terminal.stderr).toBe('draw 50 %\ndraw 100 %\n');
    expect(recipeOf('car.png')).toMatchObject({
      format: 'nexus-gen-recipe',
      bundle: {
        id: 'tiny',
        sha256: sha256(encodeUtf8(identityText(parseManifest(bytes('bundle/bundle.json')), 'generation'))),
      },
      task: 'draw',
      form: 'draw',
      messages: [{ from: 'person', text: 'a red car', images: [] }],
      images: [],
      seed: '7',
      steps: 2,
      schedule: { kind: 'flow-match', shift: 3 },
      cfg: 1,
      guidance: 3.5,
      negative: '',
      size: { width: 80, height: 64 },
      decoder: 'generation',
      strength: 1,
      prefill: 'pass',
      versions: { 'nexus-gen-web': expect.any(String), 'onnxruntime-web': expect.any(String) },
      device: { kind: 'wasm', activations: 'float32' },
    });
    expect(new TextDecoder('latin1').decode(bytes('car.png'))).toContain('trainedAlgorithmicMedia');
  });

  test('a file that exists is refused before anything is drawn, and written over with --force', async () => {
    writeFileSync(at('mine.png'), 'mine');
    expect(await nexus('draw', 'a red car', '-o', at('mine.png'))).toBe(1);
    expect(terminal.stderr).toMatch(/^mine\.png exists already.*--force\.\n$/);
    expect(readFileSync(at('mine.png'), 'utf8')).toBe('mine');
    expect(await nexus('draw', 'a red car', '-o', at('mine.png'), '--force', '--quiet', ...small)).toBe(0);
    expect(terminal.stderr).toMatch(/exists already.*\nseed \d+\n$/);
    expect(recipeOf('mine.png').seed).toBe(/seed (\d+)/.exec(terminal.stderr)?.[1]);
  });

  test('names pictures by a pattern where nobody names the file, each differently', async () => {
    const home = process.cwd();
    mkdirSync(at('named'));
    process.chdir(at('named'));
    try {
      const drawn = ['draw', 'a red/blue car', '--seed', '7', '--quiet', ...small];
      expect(await nexus(...drawn, '--names', '{model} {prompt} {seed}')).toBe(0);
      expect(await nexus(...drawn, '--names', '{prompt} {n}', '--count', '2')).toBe(0);
      expect(await nexus(...drawn, '--names', 'car', '--count', '2')).toBe(0);
    } finally {
      process.chdir(home);
    }
    const names = [
      'Tiny a red blue car 7.png',
      'a red blue car 1.png',
      'a red blue car 2.png',
      'car-7.png',
      'car-8.png',
    ];
    expect(terminal.stdout).toBe(names.map((name) => `${name}\n`).join(''));
    expect(readdirSync(at('named')).sort()).toEqual(names.sort());
  });

  test('an answer in words is on stdout and draws nothing: exit 3', async () => {
    expect(await nexus('draw', 'a car?', '--seed', '1', '-o', at('words.png'), '--quiet')).toBe(3);
    expect(terminal).toEqual({ stdout: `${replies.said}\n`, stderr: '' });
    expect(() => bytes('words.png')).toThrow();
  });

  test('an option that the bundle cannot serve is wrong usage', async () => {
    expect(await nexus('draw', 'a car', '--seed', '1', '--negative', 'rain', '-o', at('no.png'))).toBe(2);
    expect(terminal.stderr).toMatch(/--negative: Tiny carries the empty negative prompt alone/);
  });

  test('a folder without a bundle is a failure that names it', async () => {
    expect(
      await main(['draw', 'a car', '--seed', '1', '--threads', '1', '--bundle', at('nowhere'), '-o', at('no.png')]),
    ).toBe(1);
    expect(terminal.stderr).toMatch(/^There is no folder .*nowhere\. .*\n$/);
  });
});

interface BatchLine {
  readonly ok: boolean;
  readonly text: string | null;
  readonly out: string | null;
  readonly seed: string | null;
  readonly failure: { readonly code: string; readonly sentence: string } | null;
}

async function batch(...lines: readonly (object | string)[]): Promise<{ code: number; results: BatchLine[] }> {
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(at('jobs.jsonl'), `${texts.join('\n')}\n`);
  terminal.stdout = '';
  const code = await nexus('draw', '--batch', at('jobs.jsonl'), '--quiet', ...small);
  return {
    code,
    results: terminal.stdout
      .trimEnd()
      .split('\n')
      .map((line): BatchLine => JSON.parse(line)),
  };
}

describe('a batch', () => {
  test('does jobs of every kind on one model, and what a recipe repeats is the same file', async () => {
    const { code, results } = await batch(
      { command: 'draw', recipe: at('car.png'), out: at('again.png') },
      { prompt: 'a red car', seed: '7', count: 2, out: at('two.png') },
      '',
      { command: 'edit', image: at('car.png'), prompt: 'make it night', seed: '9', out: at('night.png') },
      { command: 'edit', image: at('car.png'), recipe: at('night.png'), out: at('night-again.png') },
      {
        command: 'edit',
        image: at('two-8.png'),
        prompt: 'make it night',
        seed: '9',
        prefill: 'loop',
        out: at('loop.png'),
      },
      { command: 'ask', image: at('car.png') },
      { command: 'polish', prompt: 'a fox?', seed: '3' },
      { prompt: 'a car?', seed: '4', out: at('never.png') },
      { prompt: 'a red car', seed: '7', cfg: 3, 'cfg-range': '0-0.5', out: at('part.png') },
      { recipe: at('part.png'), out: at('part-again.png') },
      { recipe: at('part.png'), 'cfg-range': '0-1', out: at('all.png') },
      { prompt: 'a red car', seed: '7', steps: 8, 'step-cache': 1, out: at('cached.png') },
      { recipe: at('cached.png'), steps: 8, out: at('cached-again.png') },
      { recipe: at('cached.png'), 'step-cache': 0, out: at('each-step.png') },
    );
    expect(results.filter(({ failure }) => failure !== null)).toEqual([]);
    expect([code, results.length]).toEqual([0, 15]);
    expect(bytes('again.png')).toEqual(bytes('car.png'));
    expect(bytes('two-7.png')).toEqual(bytes('car.png'));
    expect(bytes('two-8.png')).not.toEqual(bytes('car.png'));
    expect(bytes('night-again.png')).toEqual(bytes('night.png'));
    expect(recipeOf('part.png')).toMatchObject({ cfg: 3, cfg_range: [0, 0.5] });
    expect(bytes('part-again.png')).toEqual(bytes('part.png'));
    expect(recipeOf('all.png')).toMatchObject({ cfg: 3 });
    expect(recipeOf('all.png').cfg_range).toBeUndefined();
    expect(bytes('all.png')).not.toEqual(bytes('part.png'));
    expect(recipeOf('cached.png')).toMatchObject({ steps: 8, step_cache: 1 });
    expect(bytes('cached-again.png')).toEqual(bytes('cached.png'));
    expect(recipeOf('each-step.png').step_cache).toBeUndefined();
    expect(results[2]).toEqual({
      ok: true,
      text: `${replies.drawn} .`,
      out: at('two-8.png'),
      seed: '8',
      failure: null,
    });
    expect(results[6]).toMatchObject({ ok: true, text: replies.said, out: null });
    expect(results[7]).toMatchObject({ ok: true, out: null, seed: '3' });
    expect(results[8]).toEqual({ ok: true, text: replies.said, out: null, seed: '4', failure: null });
    expect(recipeOf('night.png')).toMatchObject({
      task: 'edit',
      decoder: 'editing',
      messages: [{ from: 'person', text: 'make it night', images: [imageId(bytes('car.png'))] }],
      images: [{ sha256: imageId(bytes('car.png')), width: 80, height: 64 }],
    });
  });

  test('what is wrong with a line is in its result, and the other lines are done', async () => {
    const { code, results } = await batch(
      '{"prompt": ',
      { prompt: 'a car', sed: '7' },
      { prompt: 'a car', seed: 'banana' },
      { prompt: 'a car', seed: 2 ** 60 },
      { command: 'edit', prompt: 'make it night' },
      { command: 'edit', image: at('nowhere.png'), prompt: 'make it night' },
      { command: 'edit', recipe: at('night.png'), out: at('never.png') },
      { command: 'edit', image: at('two-8.png'), recipe: at('night.png'), out: at('never.png') },
      { recipe: at('car.png'), prompt: 'a blue car', out: at('never.png') },
      { command: 'polish', prompt: '', seed: '5' },
      { prompt: 'a car', seed: '7', out: at('car.png') },
      { prompt: 'a car?', seed: '1' },
    );
    expect(code).toBe(1);
    expect(results.map(({ ok, failure }) => (ok ? 'ok' : failure?.code))).toEqual([
      'BATCH_LINE',
      'BATCH_LINE',
      'BATCH_LINE',
      'BATCH_LINE',
      'BATCH_LINE',
      'FILE_UNREADABLE',
      'RECIPE_PICTURE_MISSING',
      'RECIPE_PICTURE_OTHER',
      'BATCH_LINE',
      'TEXT_EMPTY',
      'FILE_EXISTS',
      'ok',
    ]);
    expect(results[2]?.failure?.sentence).toMatch(/^Line 3 of the batch .*banana/);
    expect(results[3]?.failure?.sentence).toMatch(/seed: a number beyond 2\^53 loses digits.*as text, in quotes/);
    expect(results[6]?.failure?.sentence).toMatch(
      /not given: the one that came with “make it night” \(80 × 64, SHA-256 .*Give that file, unchanged, .*behind the recipe/,
    );
    expect(results[9]).toMatchObject({ ok: false, text: null, out: null, seed: '5' });
  });
});

test('a batch that takes long says beforehand how long all of it does', async () => {
  // Of a tiny model it takes many; each ends at a picture that is not there.
  const slow = { command: 'edit', image: at('nowhere.png'), prompt: 'make it night', steps: 1000, count: 10_000 };
  writeFileSync(at('jobs.jsonl'), `${JSON.stringify(slow)}\n`.repeat(300));
  terminal.stderr = '';
  expect(await main(['draw', '--batch', at('jobs.jsonl'), '--bundle', at('bundle'), '--threads', '1'])).toBe(1);
  expect(terminal.stderr).toMatch(/^Estimated for this device: about .* for the whole batch\.$/m);
});

describe('a preset', () => {
  const fast = (...argv: string[]) => main([...argv, '--bundle', at('fast'), '--threads', '1', '--quiet']);

  test('of a line of a batch goes before what holds for all lines, and after what the line asks for beside it', async () => {
    const lines = [
      { out: at('all.png') },
      { preset: 'fast', out: at('own.png') },
      { preset: 'fast', steps: 3, out: at('beside.png') },
    ].map((line) => JSON.stringify({ prompt: 'a red car', seed: '7', ...line }));
    writeFileSync(at('jobs.jsonl'), lines.join('\n'));
    expect(
      await fast('draw', '--batch', at('jobs.jsonl'), '--force', '--steps', '2', '--cfg', '2'),
      terminal.stdout,
    ).toBe(0);
    expect(recipeOf('all.png')).toMatchObject({ steps: 2, cfg: 2 });
    expect(recipeOf('own.png')).toMatchObject({ steps: 8, cfg: 1, guidance: 3.5 });
    expect(recipeOf('beside.png')).toMatchObject({ steps: 3, cfg: 1 });
  });

  test('that a model was not made for is refused by every command that draws', async () => {
    typeIn('draw a red car\n');
    for (const argv of [['draw', 'a car'], ['edit', at('car.png'), 'make it night'], ['chat']]) {
      terminal.stderr = '';
      expect(await fast(...argv, '--preset', 'balanced', '-o', at('never.png'))).toBe(2);
      expect(terminal.stderr).toMatch(
        /--preset balanced draws in 28 steps, which .* was not made for: it serves only fast/,
      );
    }
    expect(existsSync(at('never.png'))).toBe(false);
  });
});

const flowMatch = exampleRecipe().schedule;
const schedule = { code: 'RECIPE_INVALID', data: { key: 'schedule' } };
const region = { code: 'RECIPE_INVALID', data: { key: 'region' } };

describe('a recipe', () => {
  const embedding_values = writeEmbeddings({ data: new Float32Array(4), hidden: 4, grid: [1, 2, 2] });
  const elsewhere = { id: 'elsewhere', sha256: 'e'.repeat(64) };

  test('of version 1 repeats its picture', async () => {
    const { schedule: _, ...rest } = recipeOf('car.png');
    const old = { ...rest, version: 1, schedule: 'flow-match', region: null };
    writeFileSync(at('old.json'), JSON.stringify(old));
    expect((await batch({ recipe: at('old.json'), out: at('old.png') })).code).toBe(0);
    const pixels = async (name: string) => (await decodePicture(name, bytes(name))).data;
    expect(await pixels('old.png')).toEqual(await pixels('car.png'));
    expect(recipeOf('old.png')).toMatchObject({ version: 2, schedule: flowMatch, messages: rest.messages });
  });

  test.each<[string, Partial<Recipe>, object]>([
    ['of embeddings that another model imagined', { embedding_values, bundle: elsewhere }, { code: 'MODEL_OTHER' }],
    ['with a schedule that the model does not draw by', { schedule: { ...flowMatch, shift: 1 } }, schedule],
    ['for a region, which cannot be drawn alone', { region: { left: 0, top: 0, width: 8, height: 8 } }, region],
  ])('%s is refused before anything is drawn', async (_, changes, failure) => {
    writeFileSync(at('asked.json'), JSON.stringify({ ...recipeOf('car.png'), ...changes }));
    const { results } = await batch({ recipe: at('asked.json'), out: at('never.png') });
    expect(results).toMatchObject([{ ok: false, out: null, failure }]);
    expect(() => bytes('never.png')).toThrow();
  });
});

describe('wrong usage is told at once', () => {
  test.each([
    [['draw'], /one prompt/],
    [['draw', 'a', 'b'], /one prompt/],
    [['draw', 'a', '-o', 'a.jpg'], /PNG/],
    [['draw', 'a', '--names', 'a/{seed}'], /--names.*"\/"/],
    [['draw', 'a', '--names', '{sed}'], /no part \{sed\}.*\{seed\}/],
    [['draw', 'a', '-o', 'a.png', '--names', '{seed}'], /leave --names out/],
    [['draw', 'a', '--size', '63x64'], /--size/],
    [['draw', 'a', '--strength', '0.5'], /--start/],
    [['draw', 'a', '--device', 'cuda'], /--device/],
    [['draw', 'a', '--batch', 'jobs.jsonl'], /--batch/],
    [['edit', 'a.png'], /picture and an instruction/],
    [['ask'], /picture/],
    [['ask', 'a.png', 'b', 'c'], /one question/],
    [['ask', 'what is it?'], /picture is missing.*nexus ask IN\.png \["QUESTION"\]/],
    [['ask', 'what is it?', 'a.png'], /picture is missing: there is no file "what is it\?"/],
    [['edit', 'make it night', 'a.png'], /picture is missing.*nexus edit IN\.png "INSTRUCTION"/],
    [['draw', 'a', '-o', '-'], /not written to standard output: give -o FILE\.png/],
    [['ask', 'a.png', '--recipe', 'b.png'], /--recipe/],
    [['polish', 'a', '-o', 'a.png'], /-o/],
    [['chat', 'hello'], /stdin/],
    [['chat', '--count', '2'], /--count/],
    [['chat', '--names', '{n'], /brace/],
  ])('%j', async (argv, reason) => {
    expect(await nexus(...argv)).toBe(2);
    expect(terminal.stdout).toBe('');
    expect(terminal.stderr).toMatch(reason);
    expect(terminal.stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
