/** A conversation with more pictures than the model has room for: those that it cannot be shown are neither fetched nor looked at. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ort } from '../../cli/ort.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import type { ConversationTurn } from '../../model/text/turn-plan.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import { type OpenLanguage, openLanguage } from '../../workers/language/language.ts';
import type { ImageContent, ImageId, Reply } from '../../workers/protocol.ts';
import { writeDrawingBundle } from '../helpers/drawing-bundle.ts';
import { MemorySink } from '../helpers/memory-sink.ts';
import { turnRequest } from '../helpers/say.ts';
import { bytesFolder } from '../helpers/sources.ts';

const runtime = new WasmRuntime(ort);
const sink = new MemorySink();
let language: OpenLanguage;
beforeAll(async () => {
  await writeDrawingBundle(sink);
  language = await openLanguage(runtime, await Bundle.open(bytesFolder(sink.files)));
});
afterAll(async () => {
  await language.close();
  await runtime.close();
});

const exchanges = 300;
/** Of the question and its reply, of which each word is some tokens. */
const conversation = Array.from({ length: exchanges }, (_, at): readonly ConversationTurn<ImageId>[] => [
  { from: 'person', text: `what is in picture ${at}?`, images: [pictureAt(at)] },
  { from: 'model', text: 'I can see shapes.', drawn: null },
]).flat();
const asked = 'and in this one?';

function pictureAt(at: number): ImageId {
  return `picture ${at}` as ImageId;
}

function requestOf(turns: readonly ConversationTurn<ImageId>[]) {
  const trained = { forms: 'trained', context: 'conversation', contextTurns: null } as const;
  return turnRequest(asked, { turns: [...turns, { from: 'person', text: asked, images: [] }], task: 'ask', trained });
}

async function answer(turns: readonly ConversationTurn<ImageId>[], contents: readonly ImageContent[]) {
  const told: string[] = [];
  const callbacks = {
    reading: (done: number, total: number) => void told.push(`${done} of ${total}`),
    text: () => undefined,
    imagining: () => undefined,
  };
  const reply: Reply = await language.speaker.speak(
    requestOf(turns),
    contents,
    callbacks,
    new AbortController().signal,
  );
  return { told, reply };
}

function seen(id: ImageId): ImageContent {
  return { id, kind: 'seen', pixels: { width: 64, height: 64, data: new Uint8Array(64 * 64 * 3).fill(90) } };
}

test('a question reads the pictures alone that fit before it, and says how many turns were left out', async () => {
  const lacking = language.speaker.lacking(requestOf(conversation));
  const newest = Array.from({ length: lacking.length }, (_, at) => pictureAt(exchanges - lacking.length + at));
  expect(lacking).toEqual(newest);
  const { told, reply } = await answer(conversation, lacking.map(seen));
  const shown = (2 * exchanges - reply.turnsLeftOut) / 2;
  expect(told).toEqual(Array.from({ length: shown }, (_, at) => `${at} of ${shown}`));
  expect(shown).toBeLessThan(exchanges / 2);

  // As many as the model has room for: with one exchange more the prompt would be too long.
  const fitting = conversation.slice(reply.turnsLeftOut);
  const { prompt } = reply.tokens;
  expect((await answer(fitting, [])).reply).toMatchObject({ turnsLeftOut: 0, tokens: { prompt } });
  const oneMore = conversation.slice(reply.turnsLeftOut - 2);
  expect((await answer(oneMore, lacking.map(seen))).reply.turnsLeftOut).toBe(2);
});
