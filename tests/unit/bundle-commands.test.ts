import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { cp, mkdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { convert } from '../../cli/convert.ts';
import { openFolder } from '../../cli/files.ts';
import { inspect } from '../../cli/inspect.ts';
import { main } from '../../cli/nexus.ts';
import { verifyBundle } from '../../model/bundle/verify.ts';
import { failureOf } from '../../model/failure.ts';
import { exactOptions, Graph } from '../../model/onnx/graph.ts';
import { printGraph } from '../../model/onnx/print.ts';
import { readModel } from '../../model/onnx/read.ts';
import { writeModel } from '../../model/onnx/write.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { verify } from '../../tools/parity/verify.ts';
import { safetensors } from '../helpers/checkpoints.ts';
import { sha256 } from '../helpers/memory-sink.ts';
import { tinyCheckpoint, type tinyTensors } from '../helpers/tiny-checkpoint.ts';
import { writeFiles } from '../helpers/write-files.ts';

/** Without this both decoders' FLUX holds the same numbers, and a bundle is smaller than its plan could know. */
function differingDecoders(tensors: ReturnType<typeof tinyTensors>): void {
  for (const { values } of tensors.get('editing')?.values() ?? []) values[0] = 0.5;
}

const work = mkdtempSync(join(tmpdir(), 'nexus-bundle-'));
const checkpoint = join(work, 'checkpoint');
const bundle = join(work, 'bundle');
let stdout = '';
let stderr = '';

beforeAll(async () => {
  await writeFiles(checkpoint, tinyCheckpoint(tinySizes, { change: differingDecoders }));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));
beforeEach(() => {
  stdout = '';
  stderr = '';
  vi.stubEnv('LC_ALL', 'en_GB.UTF-8');
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += String(text);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += String(text);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

test('a dry run lists the parts with their bytes and writes nothing', async () => {
  const to = join(work, 'never');
  expect(await convert.run(['--from', checkpoint, '--to', to, '--dry-run', '--json'])).toBe(0);
  const plan = JSON.parse(stdout);
  expect(plan).toMatchObject({ id: 'tiny', precision: 'q4', missing: [] });
  expect(plan.parts.map(({ part }: { part: string }) => part)).toContain('generation_flux');
  expect(readdirSync(work)).not.toContain('never');
  expect(stderr).toContain('Nothing was written.');
});

test('convert writes a whole bundle of just the size that the dry run said', async () => {
  await convert.run(['--from', checkpoint, '--dry-run', '--json']);
  const { bytes } = JSON.parse(stdout);
  stdout = '';
  const folders = [join(checkpoint, 'Nexus-GenV2'), join(checkpoint, 'FLUX.1-dev')];
  expect(await convert.run(['--from', ...folders, '--to', bundle, '--precision', 'q4', '--quiet'])).toBe(0);
  expect(stdout).toMatch(/^total +q4 +[\d,]+$/m);
  const { files, unlisted, manifest } = await verifyBundle(openFolder(bundle), sha256);
  expect(files.filter(({ failure }) => failure !== null)).toEqual([]);
  expect(unlisted).toEqual([]);
  const tokenizer = manifest.files.filter(({ path }) => path.startsWith('tokenizer'));
  const listed = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
  expect(listed - tokenizer.reduce((sum, file) => sum + file.bytes, 0)).toBe(bytes);
});

test('abilities are made one after the other, each told beforehand', async () => {
  const to = join(work, 'by-ability');
  const dryRun = async (...argv: string[]) => {
    stdout = '';
    expect(await convert.run(['--from', checkpoint, '--to', to, '--dry-run', '--json', ...argv])).toBe(0);
    return JSON.parse(stdout);
  };
  const all = await dryRun();
  expect(all.abilities.map(({ ability }: { ability: string }) => ability)).toEqual([
    'chat',
    'draw',
    'edit',
    'negative',
  ]);
  const sum = all.abilities.reduce((bytes: number, row: { bytes: number }) => bytes + row.bytes, 0);
  expect(sum).toBe(all.bytes);
  expect(all.cost).toMatchObject({ written: all.bytes, read: expect.any(Number), free: expect.any(Number) });
  expect(all.cost.rate).toBeGreaterThan(0);

  const chat = await dryRun('--only', 'chat', '--precision', 'q8');
  expect(chat.abilities).toHaveLength(1);
  expect(chat.cost.read).toBeLessThan(all.cost.read);
  expect(readdirSync(work)).not.toContain('by-ability');
  const run = (...argv: string[]) => convert.run(['--from', checkpoint, '--to', to, '--quiet', ...argv]);
  expect(await run('--only', 'chat', '--precision', 'q8')).toBe(0);
  const before = readdirSync(to);
  // What is there is neither counted nor made again, and its precision is the bundle's.
  const rest = await dryRun('--only', 'draw,edit');
  expect(rest.precision).toBe('q8');
  expect(rest.parts.map(({ part }: { part: string }) => part)).not.toContain('transformer');
  expect(readdirSync(to)).toEqual(before);
  expect(await run('--only', 'draw,edit')).toBe(0);
  const { files, unlisted } = await verifyBundle(openFolder(to), sha256);
  expect(files.filter(({ failure }) => failure !== null)).toEqual([]);
  expect(unlisted).toEqual([]);
  expect(readdirSync(to)).toEqual(expect.arrayContaining([...before, 'editing_flux-1.bin']));
}, 60_000);

test('what CFG needs is said to be lacking, and is added from T5 in one file', async () => {
  const flux = join(work, 'flux-without-t5');
  await cp(join(checkpoint, 'FLUX.1-dev'), flux, { recursive: true });
  await rm(join(flux, 'text_encoder_2'), { recursive: true });
  const to = join(work, 'with-cfg');
  const made = ['--from', join(checkpoint, 'Nexus-GenV2'), flux, '--to', to, '--only', 'chat,draw', '--quiet'];
  expect(await convert.run(made)).toBe(0);
  expect(stderr).toContain('text_encoder_2/ (FLUX.1-dev) was not found, nor a T5-XXL encoder in one file');
  const partsOf = async () => {
    stdout = '';
    expect(await inspect.run([to, '--json'])).toBe(0);
    return JSON.parse(stdout).parts.map(({ part }: { part: string }) => part);
  };
  expect(await partsOf()).not.toContain('negative_text');
  const single = join(work, 't5xxl.safetensors');
  await cp(join(checkpoint, 'FLUX.1-dev', 'text_encoder_2', 'model.safetensors'), single);
  expect(await convert.run(['--from', single, '--to', to, '--only', 'negative', '--quiet'])).toBe(0);
  expect(await partsOf()).toContain('negative_text');
  expect(readdirSync(to)).toContain('negative_text.safetensors');
  const { files, unlisted } = await verifyBundle(openFolder(to), sha256);
  expect([...files.filter(({ failure }) => failure !== null), ...unlisted]).toEqual([]);
}, 60_000);

test('words of a negative prompt are added from both text encoders, and said by inspect', async () => {
  const to = join(work, 'with-words');
  const flux = join(checkpoint, 'FLUX.1-dev');
  const made = ['--from', join(checkpoint, 'Nexus-GenV2'), flux, '--to', to, '--only', 'chat,draw', '--quiet'];
  expect(await convert.run(made)).toBe(0);
  const asked = ['--from', flux, '--to', to, '--only', 'negative', '--quiet'];
  expect(await convert.run([...asked, '--negative', ' dull ', '--negative', 'low quality'])).toBe(0);
  stdout = '';
  expect(await inspect.run([to, '--json'])).toBe(0);
  expect(JSON.parse(stdout).negative_texts.map(({ text }: { text: string }) => text)).toEqual(['dull', 'low quality']);
  expect(await inspect.run([to])).toBe(0);
  expect(stdout).toMatch(/^negative prompts +the empty one, "dull", "low quality"$/m);
  const { files, unlisted } = await verifyBundle(openFolder(to), sha256);
  expect([...files.filter(({ failure }) => failure !== null), ...unlisted]).toEqual([]);
  // One file of it says what it is, and does for another bundle.
  const other = join(work, 'with-given-words');
  expect(await convert.run(made.map((word) => (word === to ? other : word)))).toBe(0);
  const given = ['--from', join(to, 'negative_text_2.safetensors'), '--to', other, '--only', 'negative', '--quiet'];
  expect(await convert.run([...given, '--negative', 'low quality'])).toBe(0);
  expect(await readFile(join(other, 'negative_text_1.safetensors'))).toEqual(
    await readFile(join(to, 'negative_text_2.safetensors')),
  );
}, 60_000);

test('a dry run says the cost in a sentence', async () => {
  expect(await convert.run(['--from', checkpoint, '--only', 'chat', '--dry-run', '--threads', '1'])).toBe(0);
  expect(stdout).toMatch(/^for chat +[\d,]+$/m);
  expect(stdout).toMatch(/Reads 0\.0 GB and writes 0\.0 GB; less than a minute, at \d+ MB a second, .* one thread\./);
});

test.each([
  [['--only', 'chat,paint'], '--only is one of chat, draw, edit'],
  [['--only', 'chat,other-schedules'], '--only other-schedules goes with draw or edit, or into a bundle that draws'],
  [['--only', 'negative'], '--only negative goes with draw or edit, or into a bundle that draws'],
  [['--only', 'draw', '--negative', 'dull'], '--negative goes with --only negative'],
  [['--threads', '0'], '--threads is a number from 1 to 4'],
  [['--threads', '5'], '--threads is a number from 1 to 4'],
])('%s is wrong usage', async (argv, told) => {
  const failure = await failureOfRun(['--from', checkpoint, '--dry-run', ...argv]);
  expect(failure).toContain(told);
});

async function failureOfRun(argv: string[]): Promise<string> {
  try {
    await convert.run(argv);
  } catch (error) {
    return String(error);
  }
  return 'none';
}

test('verify tells which files of a bundle are wrong, and which are none of its', async () => {
  const damaged = join(work, 'damaged');
  await cp(bundle, damaged, { recursive: true });
  expect(await verify.run(['--bundle', damaged, '--json'])).toBe(0);
  await rm(join(damaged, 'tokenizer.json'));
  await truncate(join(damaged, 'transformer-1.bin'), 64);
  const graph = join(damaged, 'vision_projector.float16.onnx');
  await writeFile(graph, (await readFile(graph)).reverse());
  await writeFile(join(damaged, 'notes.txt'), 'mine');
  stdout = '';
  expect(await verify.run(['--bundle', damaged, '--json'])).toBe(1);
  const { rows }: { rows: { file: string; ok: boolean; reason: string }[] } = JSON.parse(stdout);
  const wrong = rows.filter(({ ok }) => !ok).map(({ file, reason }) => `${file}: ${reason}`);
  expect(wrong.sort()).toEqual([
    expect.stringMatching(/^tokenizer\.json: .* is missing\./),
    expect.stringMatching(/^transformer-1\.bin: .* has the wrong size\./),
    expect.stringMatching(/^vision_projector\.float16\.onnx: .* was changed\./),
  ]);
  expect(stderr).toBe('notes.txt is not listed in bundle.json; it is ignored\n');
  stdout = '';
  expect(await verify.run(['--bundle', damaged])).toBe(1);
  const [header, ...lines] = stdout.trimEnd().split('\n');
  expect(header).toMatch(/^file +bytes +result$/);
  expect(lines.find((line) => line.startsWith('vision_projector.float16.onnx'))).toMatch(
    / +[\d,]+ +FAILED .* was changed\./,
  );
  expect(lines.find((line) => line.startsWith('tokenizer_config.json'))).toMatch(/ +[\d,]+ +ok$/);
  expect(lines).toHaveLength(rows.length + 1);
  expect(lines.at(-1)).toBe(`${rows.length - 3} passed, 3 failed`);
  await expect(verify.run(['--bundle', damaged, '--component', 'adapter'])).rejects.toThrow(/--component is of golden/);
});

test('a folder that holds a bundle is refused in one line', async () => {
  expect(await main(['convert', '--from', checkpoint, '--to', bundle, '--quiet'])).toBe(1);
  expect(stderr.trim().split('\n')).toEqual([
    'bundle holds a finished model already. It was left as it is. Choose an empty folder or delete that one.',
  ]);
});

test.each([
  [['convert', '--to', 'x']],
  [['convert', '--from', 'x']],
  [['convert', '--from', 'x', '--to', 'y', '--precision', 'q3']],
  [['convert', '--form', 'x']],
  [['inspect']],
  [['inspect', 'a', 'b']],
])('%j is wrong usage', async (argv) => {
  expect(await main(argv)).toBe(2);
  expect(stdout).toBe('');
});

test('inspect says what a checkpoint folder, a file, a bundle and a graph hold', async () => {
  expect(await inspect.run([checkpoint, '--json'])).toBe(0);
  const folder = JSON.parse(stdout);
  expect(folder.files.map(({ looksLike }: { looksLike: string }) => looksLike)).toContain('editing-decoder');
  stdout = '';
  expect(await inspect.run([join(checkpoint, 'Nexus-GenV2/generation_decoder.bin')])).toBe(0);
  expect(stdout).toMatch(/^adapter\.0\.weight +bfloat16 +32 × 64 +4,096$/m);
  stdout = '';
  expect(await inspect.run([bundle])).toBe(0);
  expect(stdout).toMatch(/^generation_flux +1 +\d+ +[\d,]+$/m);
  stdout = '';
  expect(await inspect.run([join(bundle, 'transformer.float32.onnx')])).toBe(0);
  expect(stdout).toContain('weight model.layers.0.self_attn.q_proj.weight.q4: uint8 [64, 2, 16] (transformer-1.bin,');
  expect(stdout).toMatch(/^ {2}input embeddings: float32 \[tokens, 64\]$/m);
  stdout = '';
  expect(await main(['inspect', join(bundle, 'transformer-1.bin')])).toBe(1);
  expect(stderr).toContain('transformer-1.bin');
});

test('inspect of a folder lists what it can, and of the rest the reason', async () => {
  const folder = join(work, 'mixed');
  await mkdir(folder);
  await cp(join(checkpoint, 'FLUX.1-dev/ae.safetensors'), join(folder, 'ae.safetensors'));
  await writeFile(join(folder, 'lost.safetensors'), 'Entry not found');
  await writeFile(join(folder, 'torn.bin'), Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0, 0]));
  await symlink('../blobs/gone', join(folder, 'linked.safetensors'));
  expect(await inspect.run([folder])).toBe(0);
  expect(stdout).toMatch(/^ae\.safetensors \(autoencoder\)$/m);
  expect(stdout).toMatch(/^lost\.safetensors: .* the error message of a server\./m);
  expect(stdout).toMatch(/^torn\.bin: .*damaged/m);
  expect(stdout).toMatch(/^linked\.safetensors: .* link to \.\.\/blobs\/gone, which does not exist\./m);
  expect(stdout).toMatch(/^of them unreadable +3$/m);
  stdout = '';
  expect(await inspect.run([folder, '--json'])).toBe(0);
  const { files } = JSON.parse(stdout);
  expect(files.map(({ failure }: { failure: { code: string } | null }) => failure?.code)).toEqual([
    undefined,
    'LINK_DANGLING',
    'CHECKPOINT_FORMAT',
    'ZIP_MISMATCH',
  ]);
  await rm(join(folder, 'ae.safetensors'));
  expect(await inspect.run([folder])).toBe(1);
  expect(await main(['inspect', join(folder, 'linked.safetensors')])).toBe(1);
  expect(stderr).toContain('link to ../blobs/gone');
});

test('names in a file cannot command the terminal that lists them', async () => {
  const evil = 'w\n\x1b[2Jmodel\u202e';
  const file = join(work, 'evil\x1b[31m.safetensors');
  await writeFile(file, safetensors(new Map([[evil, { shape: [1], values: Float32Array.of(1) }]])));
  expect(await inspect.run([file])).toBe(0);
  expect(stdout).toContain('w\\n\\x1b[2Jmodel\\u202e');
  const graph = new Graph('g\x1b[2J', exactOptions);
  const input = graph.input('in\nout', 'float32', [1]);
  graph.output('out', input);
  const onnx = join(work, 'evil.onnx');
  await writeFile(
    onnx,
    writeModel(graph.build(), () => ({ file: '', offset: 0, bytes: 0 })),
  );
  expect(await inspect.run([onnx])).toBe(0);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  expect(stdout).not.toMatch(/[\x00-\x09\x0b-\x1f\u202e]/);
  expect(stdout).toContain('in\\nout');
});

test.each([
  ['a byte-order mark', (text: string) => `\ufeff${text}`, 'begins with a byte-order mark'],
  ['Infinity', (text: string) => text.replace('{', '{"rope_scale": Infinity,'), 'NaN or Infinity'],
  ['a torn end', (text: string) => text.slice(0, -1), 'another character was expected'],
])('a config.json with %s is refused with its true reason', async (_, change, reason) => {
  const folder = join(work, 'config');
  await cp(checkpoint, folder, { recursive: true });
  const config = join(folder, 'Nexus-GenV2/config.json');
  await writeFile(config, change(await readFile(config, 'utf8')));
  expect(await main(['convert', '--from', folder, '--dry-run'])).toBe(1);
  expect(stderr).toMatch(/config\.json is not valid JSON: .*\(line 1, column \d+\)/);
  expect(stderr).toContain(reason);
});

test('a config.json with CRLF is a config.json like any other', async () => {
  const folder = join(work, 'crlf');
  await cp(checkpoint, folder, { recursive: true });
  const config = join(folder, 'Nexus-GenV2/config.json');
  await writeFile(config, JSON.stringify(JSON.parse(await readFile(config, 'utf8')), null, 2).replaceAll('\n', '\r\n'));
  expect(await main(['convert', '--from', folder, '--dry-run'])).toBe(0);
});

test('a damaged graph file is refused, never worse', async () => {
  const bytes = new Uint8Array(await readFile(join(bundle, 'vision_projector.float16.onnx')));
  expect(printGraph(readModel('graph', bytes).graph)).toContain('output embeddings');
  const change = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.nat(bytes.length), (changes, length) => {
      const damaged = bytes.slice(0, length % 5 === 0 ? length : bytes.length);
      for (const [at, byte] of changes) if (at < damaged.length) damaged[at] = byte;
      try {
        printGraph(readModel('graph', damaged).graph);
      } catch (thrown) {
        expect(failureOf(thrown).code).toBe('GRAPH_FILE');
      }
    }),
    { numRuns: 2000 },
  );
});
