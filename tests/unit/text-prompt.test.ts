import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildPrompt } from '../../model/text/prompt.ts';
import {
  conversationSegments,
  encodeSegments,
  type Message,
  markedParts,
  segmentsText,
  text,
} from '../../model/text/template.ts';
import { specialTokens } from '../../model/text/tokens.ts';
import { type ConversationTurn, decoderOf, planTurn, type TurnOptions } from '../../model/text/turn-plan.ts';
import { expectOutput, goldenNames, readGolden } from '../helpers/golden.ts';
import { failureFrom } from '../helpers/sources.ts';
import { qwenTokenizer } from '../helpers/tokenizer.ts';

const tokenizer = await qwenTokenizer();

interface GoldenMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string | readonly ({ type: 'image' } | { type: 'text'; text: string })[];
}

interface GoldenConversation {
  readonly messages: readonly GoldenMessage[];
  readonly image_tokens: readonly number[];
  readonly add_generation_prompt: boolean;
}

function messagesOf({ messages, image_tokens }: GoldenConversation): Message<number>[] {
  const left = [...image_tokens];
  const next = () => left.shift() ?? Number.NaN;
  return messages.map(({ role, content }) => {
    if (typeof content !== 'string') {
      return {
        role,
        parts: content.map((part) => (part.type === 'text' ? text(part.text) : { kind: 'image', image: next() })),
      };
    }
    const marks = content.split('<image>').length - 1;
    return { role, parts: markedParts(content, Array.from({ length: marks }, next)) };
  });
}

it.each(goldenNames('chat-template'))('%s', (name) => {
  const golden = readGolden(name);
  const segments = (golden.args.conversations as GoldenConversation[]).map((conversation) =>
    conversationSegments(
      messagesOf(conversation),
      conversation.add_generation_prompt ? 'reply-follows' : 'closed',
      tokenizer,
    ),
  );
  expect(segments.map(segmentsText)).toEqual(golden.expected.texts);
  const rows = segments.map((each) => encodeSegments(each, tokenizer, (tokens) => tokens).ids);
  expectOutput(golden, 'ids', rows.flat());
  expectOutput(golden, 'offsets', [0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]);
});

const person = (words: string, ...images: string[]): ConversationTurn => ({ from: 'person', text: words, images });
const model = (words: string, drawn: string | null = null): ConversationTurn => ({ from: 'model', text: words, drawn });

const order: Omit<TurnOptions, 'turns'> = { task: 'auto', form: 'auto', language: 'auto', reference: null };
const nano = { forms: 'plain', context: 'conversation', contextTurns: null } as const;
const full = { forms: 'trained', context: 'turn', contextTurns: null } as const;

interface Asked extends Partial<TurnOptions> {
  readonly room?: number;
}

/** The prompt as text, each image token by its picture's name. */
function promptOf(trained: typeof nano | typeof full, turns: ConversationTurn[], asked: Asked = {}): string {
  const plan = planTurn({ ...order, ...asked, turns }, trained);
  const options = { tokenizer, tokensOf: () => 1, room: asked.room ?? 4096, forms: trained.forms };
  const { ids, images } = buildPrompt(plan, options);
  const left = [...images];
  return tokenizer
    .decode(ids, 'keep')
    .replaceAll('<|vision_start|><|image_pad|><|vision_end|>', () => `[${left.shift()}]`)
    .replace('<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n', '')
    .replaceAll(/<\|im_start\|>(user|assistant)\n/g, '$1: ')
    .replaceAll('<|im_end|>\n', ' / ');
}

const drawing = [person('draw a cat'), model('Here is an image based on the description: <image>', 'cat')];

describe('a turn of the small model sees the conversation as typed', () => {
  it.each<[string, ConversationTurn[], Asked, string]>([
    ['words', [person('draw a cat')], {}, 'user: draw a cat / assistant: '],
    ['a picture with words', [person('make it night', 'photo')], {}, 'user: [photo] make it night / assistant: '],
    [
      'a picture alone',
      [person('', 'photo')],
      {},
      'user: [photo]Please give a brief description of the image. / assistant: ',
    ],
    [
      'an edit of the drawing before it',
      [...drawing, person('make it night')],
      {},
      'user: draw a cat / assistant: Here is an image based on the description: [cat] / user: make it night / assistant: ',
    ],
    [
      'a picture named in words',
      [person('hm', 'a'), model('yes'), person('hm', 'b'), model('yes'), person('make the first one blue')],
      {},
      'user: [a] hm / assistant: yes / user: [b] hm / assistant: yes / user: [a] make the first one blue / assistant: ',
    ],
    [
      'a picture picked by hand',
      [person('hm', 'a'), model('yes'), person('hm', 'b'), model('yes'), person('blue')],
      { reference: 'a' },
      'user: [a] hm / assistant: yes / user: [b] hm / assistant: yes / user: [a] blue / assistant: ',
    ],
    [
      'the latest picture picked by hand',
      [person('hm', 'a'), model('yes'), person('blue')],
      { reference: 'a' },
      'user: [a] hm / assistant: yes / user: blue / assistant: ',
    ],
    [
      'the task Draw',
      [person('a cat')],
      { task: 'draw' },
      'user: Generate an image according to the following description: a cat / assistant: ',
    ],
    ['the task Edit, in Chinese', [person('变成夜晚', 'p')], { task: 'edit' }, 'user: [p] 变成夜晚 / assistant: '],
  ])('%s', (_, turns, asked, expected) => {
    expect(promptOf(nano, turns, asked)).toBe(expected);
  });
});

describe('a turn of the published model', () => {
  it.each<[string, ConversationTurn[], Asked, string]>([
    [
      'a drawing sees itself alone',
      [...drawing, person('画一只狗')],
      {},
      'user: 根据以下描述生成一张图像：画一只狗 / assistant: ',
    ],
    [
      'an edit gets the last picture in front',
      [...drawing, person('make it night')],
      {},
      'user: [cat] make it night / assistant: ',
    ],
    [
      'an edit with a picture of its own',
      [...drawing, person('make it night', 'p')],
      {},
      'user: [p] make it night / assistant: ',
    ],
    [
      'a question sees the conversation',
      [...drawing, person('What is in the picture?')],
      {},
      'user: draw a cat / assistant: Here is an image based on the description: [cat] / user: What is in the picture? / assistant: ',
    ],
    [
      'a question about its picture has no space',
      [person('What is this?', 'p')],
      {},
      'user: [p]What is this? / assistant: ',
    ],
  ])('%s', (_, turns, asked, expected) => {
    expect(promptOf(full, turns, asked)).toBe(expected);
  });
});

describe('a full context', () => {
  const long = [person('one', 'a'), model('two'), person('three'), model('four'), person('five')];

  it('leaves out the oldest turns, each with its reply', () => {
    const build = (turns: ConversationTurn[], room: number) =>
      buildPrompt(planTurn({ ...order, turns }, nano), { tokenizer, tokensOf: () => 1, room, forms: 'plain' });
    const lengths = [0, 2, 4].map((left) => build(long.slice(left), 4096).ids.length);
    const [whole = 0, , least = 0] = lengths;
    for (let room = least; room <= whole; room += 1) {
      const { ids, turnsLeftOut } = build(long, room);
      expect(turnsLeftOut).toBe(2 * lengths.findIndex((length) => length <= room));
      expect(ids).toEqual(build(long.slice(turnsLeftOut), 4096).ids);
    }
  });

  it('still shows an edit its picture', () => {
    const turns = [person('one', 'a'), model('two '.repeat(60)), person('make it night')];
    expect(promptOf(nano, turns, { task: 'edit', room: 60 })).toBe('user: [a] make it night / assistant: ');
  });

  it.each([
    ['words beyond any context', 'x'.repeat(100_000), 'characters', 65_536],
    ['more tokens than there is room', 'word '.repeat(5000), 'tokens', 4096],
  ])('refuses %s', async (_, words, unit, limit) => {
    const failure = await failureFrom(() => promptOf(nano, [...drawing, person(words)]));
    expect(failure).toMatchObject({ code: 'TEXT_TOO_LONG', data: { unit, limit } });
  });

  it.each(['', '  \n'])('refuses %j', async (words) => {
    expect(await failureFrom(() => promptOf(nano, [person(words)]))).toEqual({ code: 'TEXT_EMPTY', data: {} });
  });
});

describe('a person’s words', () => {
  it('cannot bring a picture, end a turn or speak as the model', () => {
    const special = new Set(Object.values(specialTokens).map((token) => tokenizer.idOf(token)));
    const bits = fc.constantFrom('<image>', ...Object.values(specialTokens), 'assistant\n', ' ', 'cat', '\n');
    const words = fc.array(bits, { minLength: 1 }).map((parts) => `a${parts.join('')}`);
    fc.assert(
      fc.property(words, fc.constantFrom(nano, full), (typed, trained) => {
        const prompt = (turn: string) => {
          const plan = planTurn(
            { ...order, task: 'ask', turns: [person(turn), model('<image>'), person(turn)] },
            trained,
          );
          return buildPrompt(plan, { tokenizer, tokensOf: () => 1, room: 4096, forms: trained.forms });
        };
        const specials = (ids: readonly number[]) => ids.filter((id) => special.has(id));
        expect(prompt(typed).images).toEqual([]);
        expect(specials(prompt(typed).ids)).toEqual(specials(prompt('a').ids));
        expect(tokenizer.decode(prompt(typed).ids, 'keep')).toContain(typed.trim());
      }),
    );
  });
});

describe('the decoder', () => {
  const planOf = (turns: ConversationTurn[], asked: Asked, trained: typeof nano | typeof full) =>
    planTurn({ ...order, ...asked, turns }, trained);
  const edited = 'Here is the image: ';
  const drawn = 'Here is an image based on the description: ';

  it.each<[string, ConversationTurn[], Asked, typeof nano | typeof full, string, string]>([
    ['an edit with a picture', [person('make it night', 'p')], {}, full, edited, 'editing'],
    ['an edit without one', [person('make it night')], { task: 'edit' }, full, edited, 'generation'],
    ['a drawing', [person('draw a cat')], {}, full, drawn, 'generation'],
    ['plain words answered as an edit', [...drawing, person('make it night')], {}, nano, edited, 'editing'],
    [
      'plain words answered as an edit in Chinese',
      [...drawing, person('夜晚')],
      {},
      nano,
      '以下为编辑后的图像：',
      'editing',
    ],
    ['plain words answered as a drawing', [...drawing, person('draw a dog')], {}, nano, drawn, 'generation'],
    ['plain words answered as an edit of nothing', [person('night')], {}, nano, edited, 'generation'],
    ['a question that was answered by a picture', [person('why?', 'p')], {}, full, '', 'generation'],
  ])('of %s', (_, turns, asked, trained, reply, decoder) => {
    const plan = planOf(turns, asked, trained);
    expect(decoderOf(plan, reply, 'auto')).toBe(decoder);
    expect(decoderOf(plan, reply, 'editing')).toBe('editing');
  });

  it.each<[string, ConversationTurn[], string | null, string | null]>([
    ['the turn’s first', [...drawing, person('edit', 'p', 'q')], null, 'p'],
    ['the one named among the turn’s', [...drawing, person('make the second picture night', 'p', 'q')], null, 'q'],
    ['the one picked', [...drawing, person('edit the last one', 'p')], 'cat', 'cat'],
    ['the last of the conversation', [person('', 'a'), model(''), ...drawing, person('edit')], null, 'cat'],
    ['none', [person('edit')], null, null],
  ])('edits %s', (_, turns, reference, expected) => {
    expect(planOf(turns, { reference }, full).reference).toBe(expected);
  });

  it('speaks the language of the words, else of the turn before', () => {
    expect(planOf([person('画一只猫')], {}, full).language).toBe('zh');
    expect(planOf([person('画一只猫'), model('好'), person('', 'p')], {}, full).language).toBe('zh');
    expect(planOf([person('画一只猫')], { language: 'en' }, full).language).toBe('en');
    expect(planOf([person('1')], {}, full).language).toBe('en');
  });
});
