/** Where a reply ends: at any id that the checkpoint's generation config names, and at config.json's own. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { openLanguage } from '../../workers/language/language.ts';
import { createTokenizer } from '../../workers/language/tokenizer.ts';
import type { Reply } from '../../workers/protocol.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { replies } from '../helpers/drawing-checkpoint.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { say } from '../helpers/say.ts';
import { bytesFolder } from '../helpers/sources.ts';

const runtime = new WasmRuntime(ort);
const sink = new MemorySink();
beforeAll(() => writeDrawingBundle(sink));
afterAll(() => runtime.close());

const decoder = new TextDecoder();
const textOf = (path: string) => decoder.decode(sink.files.get(path));

/** Asks the bundle whose generation config names these ids as ends. */
async function askWith(ends: readonly number[]): Promise<Reply> {
  const manifest: { defaults: { sampling: object } } = JSON.parse(textOf('bundle.json'));
  const { defaults } = manifest;
  const sampling = { ...defaults.sampling, eos_token_id: ends };
  const bundleJson = new TextEncoder().encode(JSON.stringify({ ...manifest, defaults: { ...defaults, sampling } }));
  const bundle = await Bundle.open(bytesFolder(new Map([...sink.files, ['bundle.json', bundleJson]])));
  const { speaker, close } = await openLanguage(runtime, bundle);
  const reply = await say({ speaker }, 'what is this?', { task: 'ask' });
  await close();
  return reply;
}

test('a reply ends at the end of turn where the generation config names no other id', async () => {
  expect(await askWith([])).toMatchObject({ text: replies.said, end: 'finished' });
});

test('a reply ends at every id that the generation config names', async () => {
  const [see] = (await createTokenizer(JSON.parse(textOf('tokenizer.json')))).encode(' see', 'plain');
  expect(await askWith([0, see ?? -1])).toMatchObject({ text: 'I can', end: 'finished' });
});
