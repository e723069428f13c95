import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { installedFiles } from '../model/bundle/abilities.ts';
import { type ConversionPlan, planConversion, tokenizerFileNames } from '../model/bundle/conversion-plan.ts';
import { convert as carryOut } from '../model/bundle/convert.ts';
import { extras, type Installable, installables } from '../model/bundle/installables.ts';
import { checkManifest, type Manifest, manifestFile } from '../model/bundle/manifest.ts';
import { hasDecoder } from '../model/bundle/parts.ts';
import { bundlePrecisions } from '../model/bundle/precision.ts';
import type { SourceFolder } from '../model/checkpoint/source.ts';
import { storedBytes } from '../model/onnx/stored.ts';
import type { ConversionCost } from '../words/conversion-sentences.ts';
import { enConversion } from '../words/en/conversion.ts';
import { zhConversion } from '../words/zh/conversion.ts';
import { graphRunner } from '../workers/gpu/graph-runner.ts';
import { WasmRuntime } from '../workers/gpu/wasm-runtime.ts';
import { openTokenizer } from '../workers/language/words-tokenizer.ts';
import { nodeHashing, nodeSha256, openSink } from './bundle-sink.ts';
import { type Command, choice, parseCommandLine, UsageError } from './command.ts';
import { bytesByAbility, freeBytes, quantisingRate, requireRoom, sourceBytes } from './conversion-estimate.ts';
import { isFolder, openFile, openFolder } from './files.ts';
import { lockFolder } from './folder-lock.ts';
import { sweepLeftovers } from './leftovers.ts';
import { ort } from './ort.ts';
import { progress } from './progress.ts';
import { openQuantiser } from './quantiser.ts';
import { inLanguage } from './say.ts';
import { textTable } from './table.ts';
import { usualLimit, usualThreads } from './threads.ts';
import { jsonLine } from './visible.ts';

const usage = `nexus convert --from DIR… --to DIR [--precision q4|q8|f16] [--only chat,draw,edit]
              [--negative TEXT…] [--threads N] [--dry-run]

Makes a bundle that the page and the other commands can run from the published files: Nexus-GenV2 (config.json,
model-*.safetensors, generation_decoder.bin, edit_decoder.bin, tokenizer.json …) and FLUX.1-dev (ae.safetensors,
text_encoder, text_encoder_2). In place of text_encoder_2 a T5-XXL encoder in one file does (t5xxl_fp16.safetensors,
t5xxl_fp8_e4m3fn.safetensors …), or the negative_text.safetensors of any bundle. The checkpoint is only read. Where the disk has
too little room nothing is begun. Stopped half-way, also by a full disk, the same command goes on.

  --from DIR            a folder of the checkpoint, or one .safetensors file; may be given several times, or name several
  --to DIR              where the bundle goes; may hold one only where --only adds to it
  --precision q4|q8|f16 how matrices are stored (default q4)
  --only ABILITIES      of chat, draw and edit those named, with commas; their files must all be there. In a folder that holds
                        this model they are added to it, and what it has is kept and not needed in the checkpoint. Pictures
                        are then drawn in the steps that a bundle has tables for (50, 28 and 8); other-schedules, named too,
                        adds the layers for any other steps, guidance and a start, and negative what CFG needs, from T5
  --negative TEXT       with --only negative: a negative prompt that the bundle will hold beside the empty one; may be given
                        several times. Both text encoders make it, with tokenizer and tokenizer_2 of FLUX.1-dev, or the
                        file of one who has it. Pictures steer away from it with other-schedules
  --threads N           threads that quantise, 1 to ${usualLimit} (default: the cores of this machine, at most ${usualLimit}); the bundle is
                        the same with any number
  --dry-run             says what would be made: bytes by part and ability, room on the disk, minutes; writes nothing, and
                        fails where the room is too little
  --json                the table as one JSON object
  --quiet               no progress on stderr

Exit: 0 done, 1 failed, 2 wrong usage.`;

const options = {
  from: { type: 'string', multiple: true },
  to: { type: 'string' },
  precision: { type: 'string' },
  only: { type: 'string' },
  negative: { type: 'string', multiple: true },
  threads: { type: 'string' },
  'dry-run': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
} as const;

export const convert: Command = {
  usage,
  async run(argv) {
    const { values, positionals } = parseCommandLine(argv, options);
    // `--from A B` names two folders: what stands free belongs to it.
    const folders = [...(values.from ?? []), ...positionals];
    if (values.from === undefined) throw new UsageError('convert needs --from DIR');
    const threads = threadsOf(values.threads);
    const only =
      values.only === undefined ? null : values.only.split(',').map((word) => choice('only', word, installables));
    const asked = values.precision === undefined ? null : choice('precision', values.precision, bundlePrecisions);
    const to = values.to ?? null;
    if (to === null && !values['dry-run']) throw new UsageError('convert needs --to DIR, or --dry-run');

    const installed = to === null || only === null ? null : await installedIn(to);
    requireDecoder(only, installed);
    const negativeTexts = negativeTextsOf(values.negative ?? [], only);
    const plan = await planConversion(
      await Promise.all(folders.map(openFolderOrFile)),
      asked ?? installed?.precision ?? 'q4',
      { only, installed, negativeTexts },
    );
    const words = inLanguage(enConversion, zhConversion);
    for (const source of plan.missing) process.stderr.write(`${words.missing[source]}\n`);
    if (to !== null && !values['dry-run']) await write(plan, to, threads, values.quiet);
    const cost = values['dry-run'] ? await costOf(plan, to, threads) : null;
    const made = planJson(plan, only);
    process.stdout.write(`${values.json ? jsonLine({ ...made, cost }) : planText(made, cost)}\n`);
    if (to !== null && values['dry-run']) await requireRoom(plan, to);
    if (values['dry-run']) process.stderr.write(`${words.nothingWritten}\n`);
    return 0;
  },
};

async function installedIn(to: string): Promise<Manifest | null> {
  if (!existsSync(join(to, manifestFile))) return null;
  const source = await openFolder(to).open(manifestFile);
  return checkManifest(await source.read(0, source.size), nodeSha256);
}

/** A folder, or a single file of weights as a folder that holds nothing else. */
async function openFolderOrFile(path: string): Promise<SourceFolder> {
  if (!path.endsWith('.safetensors') || (await isFolder(path))) return openFolder(path);
  const name = basename(path);
  return { list: async () => [name], open: () => openFile(path, name) };
}

/** Extras belong to a decoder: one that is made now or is there. */
function requireDecoder(only: readonly Installable[] | null, installed: Manifest | null): void {
  const draws = only?.some((ability) => ability === 'draw' || ability === 'edit') ?? true;
  const has = installed !== null && hasDecoder(installedFiles(installed));
  const extra = extras.find((name) => only?.includes(name));
  if (extra !== undefined && !draws && !has) {
    throw new UsageError(`--only ${extra} goes with draw or edit, or into a bundle that draws`);
  }
}

/** The words of negative prompts, without the spaces around them, which no text encoder reads. */
function negativeTextsOf(texts: readonly string[], only: readonly Installable[] | null): readonly string[] {
  if (texts.length > 0 && !only?.includes('negative')) throw new UsageError('--negative goes with --only negative');
  return texts.map((text) => text.trim());
}

async function costOf(plan: ConversionPlan, to: string | null, threads: number): Promise<ConversionCost> {
  const read = sourceBytes(plan);
  const written = planJson(plan, null).bytes;
  const free = to === null ? null : await freeBytes(to);
  const quantiser = await openQuantiser(threads);
  try {
    const rate = await quantisingRate(quantiser);
    return { read, written, free, rate, threads, minutes: read / rate / 60 };
  } finally {
    await quantiser.close();
  }
}

function threadsOf(text: string | undefined): number {
  if (text === undefined) return usualThreads;
  const threads = /^\d$/.test(text) ? Number(text) : 0;
  // More than these wait for the disk and for the hashes, which are made in one.
  if (threads >= 1 && threads <= usualLimit) return threads;
  throw new UsageError(`--threads is a number from 1 to ${usualLimit}, not "${text}"`);
}

async function write(plan: ConversionPlan, to: string, threads: number, quiet: boolean): Promise<void> {
  // What a killed try left half-written may be the room that is missing.
  await sweepLeftovers(to, 'files');
  await requireRoom(plan, to);
  const sink = await openSink(resolve(to));
  await using _ = await lockFolder(to);
  const runtime = new WasmRuntime(ort);
  const quantiser = await openQuantiser(threads);
  const thousandths = 1000;
  const bar = progress('convert', thousandths, quiet);
  try {
    await carryOut(plan, sink, {
      ...nodeHashing,
      runner: graphRunner(runtime),
      openTokenizer,
      quantiser,
      progress: ({ share, kept }) => bar.done(share * thousandths, kept * thousandths),
    });
  } finally {
    bar.end();
    await quantiser.close();
    await runtime.close();
  }
}

interface PartRow {
  readonly part: string;
  readonly files: readonly string[];
  /** Bytes by the way they are stored. */
  readonly stored: Readonly<Record<string, number>>;
  readonly bytes: number;
}

function partRows(plan: ConversionPlan): readonly PartRow[] {
  const rows = new Map<string, PartRow>();
  for (const { layout } of plan.shards) {
    const known = rows.get(layout.part) ?? { part: layout.part, files: [], stored: {}, bytes: 0 };
    const stored = { ...known.stored };
    for (const { precision, tensors } of layout.weights) {
      const bytes = tensors.reduce((sum, tensor) => sum + storedBytes(tensor), 0);
      stored[precision] = (stored[precision] ?? 0) + bytes;
    }
    const files = [...known.files, layout.file];
    rows.set(layout.part, { part: layout.part, files, stored, bytes: known.bytes + layout.bytes });
  }
  return [...rows.values()];
}

function planJson(plan: ConversionPlan, only: readonly Installable[] | null) {
  const parts = partRows(plan);
  const graphs = plan.graphs.map(({ file, entries, bytes }) => ({ file, serves: entries, bytes: bytes.length }));
  return {
    id: plan.config.nexus_gen.id,
    precision: plan.precision,
    parts,
    graphs,
    tokenizer: tokenizerFileNames(plan),
    missing: plan.missing,
    abilities: bytesByAbility(plan, only),
    bytes: [...parts, ...graphs].reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

function planText(made: ReturnType<typeof planJson>, cost: ConversionCost | null): string {
  const words = inLanguage(enConversion, zhConversion);
  const { parts, graphs, bytes, precision } = made;
  const rows = parts.map(({ part, files, stored, bytes: size }) => [
    part,
    files.length,
    Object.keys(stored).sort().join(', '),
    size,
  ]);
  const graphBytes = graphs.reduce((sum, graph) => sum + graph.bytes, 0);
  const { part, files, stored, bytes: size } = words.columns;
  const table = textTable([
    [part, files, stored, size],
    ...rows,
    [words.graphs, graphs.length, 'ONNX', graphBytes],
    ...made.abilities.map((row) => [words.abilities[row.ability], '', '', row.bytes]),
    [words.total, '', precision, bytes],
  ]);
  return cost === null ? table : `${table}\n\n${words.cost(cost)}`;
}
