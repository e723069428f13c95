import { expect, test, vi } from 'vitest';
import { converterVersion } from '../../model/bundle/conversion-journal.ts';
import { planConversion } from '../../model/bundle/conversion-plan.ts';
import { convert } from '../../model/bundle/convert.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { encodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { tinySizes } from '../../tools/checkpoint/tiny-sizes.ts';
import { converted, files, languageFiles, tools } from '../helpers/conversion.ts';
import { MemorySink, sha256 } from '../helpers/memory-sink.ts';
import { bytesFolder, failureFrom } from '../helpers/sources.ts';
import { type TinyChanges, tinyCheckpoint, type tinyTensors } from '../helpers/tiny-checkpoint.ts';

test('stopped at any write, there is no bundle, and the next try ends in the same bytes', async () => {
  const plan = await planConversion([bytesFolder(languageFiles)], 'q4');
  const whole = new MemorySink();
  await convert(plan, whole, tools);
  for (let failAt = 1; failAt <= whole.operations; failAt += 1) {
    const sink = new MemorySink();
    sink.failAt = failAt;
    expect(await failureFrom(() => convert(plan, sink, tools))).toMatchObject({ code: 'WRITE_FAILED' });
    // Only the journal's removal comes after bundle.json: then the bundle is whole already.
    const last = failAt === whole.operations;
    expect(sink.files.has('bundle.json')).toBe(last);
    if (last) continue;
    sink.failAt = Number.POSITIVE_INFINITY;
    await convert(plan, sink, tools);
    expect(sink.hashes()).toEqual(whole.hashes());
  }
}, 60_000);

test('stopped while one of two equal decoders is written, the next try ends in the same bytes', async () => {
  const whole = await converted('q4');
  expect(whole.files.has('editing_flux-1.bin')).toBe(false);
  const first = 1 + whole.touched.indexOf('editing_flux-1.bin');
  const last = 1 + whole.touched.lastIndexOf('editing_flux-1.bin');
  for (let failAt = first; failAt <= last; failAt += 1) {
    const sink = new MemorySink();
    sink.failAt = failAt;
    await failureFrom(() => converted('q4', sink));
    sink.failAt = Number.POSITIVE_INFINITY;
    await converted('q4', sink);
    expect(sink.hashes()).toEqual(whole.hashes());
  }
  expect(last - first).toBeGreaterThan(3);
});

test('a finished file is not made again, unless it was changed since', async () => {
  const whole = await converted('q4');
  const stopped = new MemorySink();
  stopped.failAt = whole.operations - 4;
  await failureFrom(() => converted('q4', stopped));
  const spoiled = 'transformer-1.bin';
  stopped.files.set(spoiled, new Uint8Array(stopped.files.get(spoiled)?.length ?? 0));
  stopped.failAt = Number.POSITIVE_INFINITY;
  const create = vi.spyOn(stopped, 'create');
  await converted('q4', stopped);
  const made = create.mock.calls.map(([path]) => path).filter((path) => !path.endsWith('.onnx'));
  expect(made).toEqual([spoiled]);
  expect(stopped.hashes()).toEqual(whole.hashes());
});

test('another precision or another checkpoint does not go on where this one stopped', async () => {
  const sink = new MemorySink();
  sink.failAt = 60;
  await failureFrom(() => converted('q4', sink));
  sink.failAt = Number.POSITIVE_INFINITY;
  await converted('q8', sink);
  expect(sink.hashes()).toEqual((await converted('q8')).hashes());
});

const decoderFile = 'Nexus-GenV2/generation_decoder.bin';

/** A checkpoint with the names and sizes of `files`; the file at `path` comes from another training. */
function retrained(path: string, change: TinyChanges['change'] = changeLastValues): Map<string, Uint8Array> {
  const other = tinyCheckpoint(tinySizes, { tokenizer: { version: '2.0' }, change });
  const changed = other.get(path) ?? new Uint8Array(0);
  expect(changed.length).toBe(files.get(path)?.length);
  return new Map([...files, [path, changed]]);
}

function changeLastValues(tensors: ReturnType<typeof tinyTensors>): void {
  for (const { values } of [...tensors.values()].flatMap((file) => [...file.values()]))
    values[values.length - 1] = 0.75;
}

/** The bytes of both tensors stay where they are; only their names change places. */
function exchangeNames(tensors: ReturnType<typeof tinyTensors>): void {
  const decoder = tensors.get('generation') ?? new Map();
  const pair = ['pipe.dit.blocks.0.norm1_a.linear.weight', 'pipe.dit.blocks.0.norm1_b.linear.weight'];
  const entries = [...decoder];
  decoder.clear();
  for (const [name, tensor] of entries) decoder.set(pair[1 - pair.indexOf(name)] ?? name, tensor);
}

test.each<[string, Map<string, Uint8Array>]>([
  ['weights in safetensors', retrained('Nexus-GenV2/model-00002-of-00002.safetensors')],
  ['weights in an archive', retrained(decoderFile)],
  ['an autoencoder', retrained('FLUX.1-dev/ae.safetensors')],
  ['a tokenizer', retrained('Nexus-GenV2/tokenizer.json')],
  ['names in another order', retrained(decoderFile, exchangeNames)],
])('stopped, then started again with %s of another training: nothing of the first is kept', async (_, second) => {
  const wanted = new MemorySink();
  await convert(await planConversion([bytesFolder(second)], 'q4'), wanted, tools);
  const first = await converted('q4');
  expect(wanted.hashes()).not.toEqual(first.hashes());
  for (const share of [0.3, 0.6, 0.9, 0.98]) {
    const sink = new MemorySink();
    sink.failAt = Math.floor(first.operations * share);
    await failureFrom(() => converted('q4', sink));
    sink.failAt = Number.POSITIVE_INFINITY;
    await convert(await planConversion([bytesFolder(second)], 'q4'), sink, tools);
    expect(sink.hashes()).toEqual(wanted.hashes());
  }
});

test('what a version of the converter stores never changes', async () => {
  const { folder, files: written } = await converted('q4');
  const { manifest } = await Bundle.open(folder);
  const stored = manifest.shards.flatMap(({ file, part, tensors }) =>
    tensors.map(({ name, offset, bytes }) => {
      const hash = sha256();
      hash.update(written.get(file)?.subarray(offset, offset + bytes) ?? new Uint8Array(0));
      return `${part} ${name} ${hash.digest()}`;
    }),
  );
  const whole = sha256();
  whole.update(encodeUtf8(stored.sort().join('\n')));
  // Where this fails, raise `converterVersion`, so that no try goes on with what another version began.
  expect([converterVersion, whole.digest()]).toEqual([
    3,
    '33c5b74f1b6d2a57efa52bbe1090c7b1e124ffea49685360d41e49655cfe204b',
  ]);
});

test('a journal of another converter is not gone on with', async () => {
  const whole = await converted('q4');
  const sink = new MemorySink();
  sink.failAt = whole.operations - 4;
  await failureFrom(() => converted('q4', sink));
  const journal = JSON.parse(Buffer.from(sink.files.get('conversion.partial.json') ?? []).toString());
  sink.files.set('conversion.partial.json', Buffer.from(JSON.stringify({ ...journal, plan: '0'.repeat(64) })));
  sink.failAt = Number.POSITIVE_INFINITY;
  const before = sink.operations;
  await converted('q4', sink);
  expect(sink.operations - before).toBe(whole.operations);
});
