/** Replies whose likely beginning was read along with the prompt: the same words, and a pass for none that was foreseen. */
import { afterAll, expect, test } from 'vitest';
import { openFolder } from '../../cli/files.ts';
import { nano } from '../../cli/nano.ts';
import { Bundle } from '../../model/bundle/reader.ts';
import { draftReply, planTurn } from '../../model/text/turn-plan.ts';
import { Draft } from '../../workers/language/draft.ts';
import { openLanguage } from '../../workers/language/language.ts';
import type { LanguageModel } from '../../workers/language/model.ts';
import { Reader } from '../../workers/language/prefill.ts';
import { writeReply } from '../../workers/language/reply.ts';
import { CountingRuntime } from '../helpers/counting-runtime.ts';
import { sayAbout } from '../helpers/say.ts';
import { tinyLanguageModel } from '../helpers/tiny-language.ts';

const { model, runtime } = tinyLanguageModel({ headWidth: 32, heads: 8, keyValueHeads: 2 }, 200);
afterAll(() => runtime.close());

const prompt = Array.from({ length: 20 }, (_, place) => 5 + ((place * 7) % 25));
const passes = countPasses(model);

/** Counts how often a model reads. */
function countPasses(counted: LanguageModel): { count: number } {
  const counter = { count: 0 };
  const advance = counted.advance.bind(counted);
  counted.advance = (...order) => {
    counter.count += 1;
    return advance(...order);
  };
  return counter;
}

/** The likeliest word: an id behind the special ones. */
function greedily(logits: Float32Array): number {
  let best = 5;
  for (let id = best; id < logits.length; id += 1) if ((logits[id] ?? 0) > (logits[best] ?? 0)) best = id;
  return best;
}

/** Ids and passes of a greedy reply to the prompt, some ids of which were read along with it. */
async function reply(likely: readonly number[], tokens: number) {
  passes.count = 0;
  const reader = new Reader(model, 2);
  const { logits, position } = await reader.prefillFromScratch(prompt, [], likely);
  const draft = new Draft(model, { ids: likely, logits, start: prompt.length });
  const ids: number[] = [];
  const order = {
    logits: draft.first,
    position,
    grid: [1, 6, 6],
    mergeSize: 2,
    mode: 'pass',
    choose: greedily,
    read: (id: number, at: number) => draft.read(id, at),
    maximumTokens: tokens,
    ends: () => false,
  } as const;
  for await (const part of writeReply(model, order)) if (part.kind === 'token') ids.push(part.id);
  return { ids, passes: passes.count };
}

test('a reply is the same whatever was expected of it, and takes fewer passes the more came true', async () => {
  const plain = await reply([], 12);
  expect(plain.passes).toBe(1 + 12);
  const foreseen = await reply(plain.ids.slice(0, 8), 12);
  expect(foreseen).toEqual({ ids: plain.ids, passes: 1 + 12 - 8 });
  const half = plain.ids.slice(0, 8).with(4, ((plain.ids[4] ?? 0) + 1) % 32);
  expect(await reply(half, 12)).toEqual({ ids: plain.ids, passes: 1 + 12 - 4 });
  expect(await reply([31, 30, 29], 12)).toEqual(plain);
});

test.each([
  ['draw a cat', 0, 'Here is an image based on the description: '],
  ['make it night', 1, 'Here is the image: '],
  ['画一只猫', 0, '这是根据您的描述生成的图像： '],
  ['what is in the picture?', 1, ''],
])('%s, with %d pictures, is likely answered by "%s"', (text, pictures, likely) => {
  const images = ['cat'].slice(0, pictures);
  const order = { task: 'auto', form: 'auto', language: 'auto', reference: null } as const;
  const turns = [{ from: 'person', text, images }] as const;
  expect(
    draftReply(planTurn({ ...order, turns }, { forms: 'plain', context: 'conversation', contextTurns: null })),
  ).toBe(likely);
});

test.each([
  ['draw a red car next to a tree on the beach', 'draw', 'Here is an image based on the description: <image>'],
  ['make it night', 'edit', 'Here is the image: <image>'],
] as const)(
  '"%s": by the model that ships a pass for the prompt and one for the picture',
  async (words, task, said) => {
    const bundle = await Bundle.open(openFolder(nano));
    const counting = new CountingRuntime();
    const open = await openLanguage(counting, bundle);
    const reply = await sayAbout(open, words, task);
    await open.close();
    await counting.close();
    expect(reply.text.trim()).toBe(said);
    expect(counting.passes).toBe(2);
  },
);
