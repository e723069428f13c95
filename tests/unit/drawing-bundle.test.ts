/** The bundle of the browser tests speaks and draws as they expect, on the processor. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { type OpenLanguage, openLanguage } from '../../workers/language/language.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { replies } from '../helpers/drawing-checkpoint.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { say } from '../helpers/say.ts';

const runtime = new WasmRuntime(ort);
let language: OpenLanguage;

beforeAll(async () => {
  const sink = new MemorySink();
  await writeDrawingBundle(sink);
  language = await openLanguage(runtime, await Bundle.open(sink.folder));
});
afterAll(async () => {
  await language.close();
  await runtime.close();
});

test.each(['draw a red car', '画一辆红色的汽车', `draw ${'a very long road '.repeat(30)}`])(
  'draws: %s',
  async (words) => {
    const { text, drawing, end } = await say(language, words);
    expect(text).toBe(`${replies.drawn} <image>.`);
    expect(drawing?.target.grid).toEqual([1, 4, 4]);
    expect(end).toBe('finished');
  },
);

test.each(['what is this?', 'Please tell me', `${'so many words '.repeat(40)} who are you?`])(
  'answers in words: %s',
  async (words) => {
    const { text, drawing } = await say(language, words, { task: 'ask' });
    expect(text).toBe(replies.said);
    expect(drawing).toBeNull();
  },
);

test('goes on to the limit where it is told to', async () => {
  const { text, end } = await say(language, 'draw #');
  expect(text.trim().split(' ')).toEqual(Array(40).fill(replies.endless));
  expect(end).toBe('length');
});

test('draws otherwise for other words', async () => {
  const [one, other] = [await say(language, 'draw a car'), await say(language, 'draw a tree')];
  expect(one.drawing?.target.data).not.toEqual(other.drawing?.target.data);
});
