/** Turns of a model that reads few of the turns before: its prompts are those of its training, however long the conversation. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Form } from '../../model/text/forms.ts';
import { buildPrompt } from '../../model/text/prompt.ts';
import { specialTokens } from '../../model/text/tokens.ts';
import { type ConversationTurn, draftReply, picturesOfPlan, planTurn } from '../../model/text/turn-plan.ts';
import { planWithout } from '../../model/text/without-pictures.ts';
import { qwenTokenizer } from '../helpers/tokenizer.ts';

interface TrainedPrompt {
  readonly kind: string;
  readonly form: Form | 'auto';
  readonly turns: readonly ConversationTurn[];
  /** One image token stands for all of a picture. */
  readonly ids: readonly number[];
}

const fixture = new URL('../fixtures/nano-prompts.json', import.meta.url);
const training: { readonly contextTurns: number; readonly prompts: readonly TrainedPrompt[] } = JSON.parse(
  readFileSync(fixture, 'utf8'),
);
const tokenizer = await qwenTokenizer();
const trained = { forms: 'plain', context: 'turn', contextTurns: training.contextTurns } as const;
const order = { task: 'auto', form: 'auto', language: 'auto', reference: null } as const;

const person = (text: string, ...images: string[]): ConversationTurn => ({ from: 'person', text, images });
const drew = (drawn: string): ConversationTurn => ({
  from: 'model',
  text: 'Here is an image based on the description: <image>',
  drawn,
});
const said = (text: string): ConversationTurn => ({ from: 'model', text, drawn: null });

type Asked = Partial<Omit<Parameters<typeof planTurn>[0], 'turns'>>;

function promptOf(turns: readonly ConversationTurn[], asked: Asked = {}) {
  const plan = planTurn({ ...order, ...asked, turns }, trained);
  return buildPrompt(plan, { tokenizer, tokensOf: () => 1, room: 4096, forms: 'plain' });
}

/** As text, each picture by its name. */
function shown(turns: readonly ConversationTurn[], asked: Asked = {}): string {
  const { ids, images } = promptOf(turns, asked);
  const left = [...images];
  const { imageStart, image, imageEnd } = specialTokens;
  return tokenizer
    .decode(ids, 'keep')
    .replaceAll(imageStart + image + imageEnd, () => `[${left.shift()}]`)
    .replace('<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n', '')
    .replaceAll(/<\|im_start\|>(user|assistant)\n/g, '$1: ')
    .replaceAll('<|im_end|>\n', ' / ');
}

describe('a prompt is token for token that of training', () => {
  test.each(training.prompts.map((prompt, at) => [`${prompt.kind} ${at}`, prompt] as const))('%s', (_, prompt) => {
    expect(promptOf(prompt.turns, { form: prompt.form }).ids).toEqual(prompt.ids);
  });

  test('of every kind there is one with turns before, and one with a picture', () => {
    const kinds = new Set(training.prompts.map(({ kind }) => kind));
    expect(kinds.size).toBeGreaterThan(8);
    expect(training.prompts.filter(({ turns }) => turns.length > 1).length).toBeGreaterThan(kinds.size);
    expect(training.prompts.filter(({ turns }) => picturesIn(turns) > 0).length).toBeGreaterThan(kinds.size);
  });
});

function picturesIn(turns: readonly ConversationTurn[]): number {
  return turns.filter((turn) => (turn.from === 'person' ? turn.images.length > 0 : turn.drawn !== null)).length;
}

/** So many turns, each an edit that was drawn, and one to be answered. */
function edits(count: number): readonly ConversationTurn[] {
  const before = Array.from({ length: count - 1 }, (_, at) => [person('make it night'), drew(`p${at + 1}`)]);
  return [...before.flat(), person('make it day')];
}

describe('a long conversation', () => {
  test('costs its hundredth turn what it cost the fourth, in words and in pictures', () => {
    const [fourth, hundredth] = [edits(4), edits(100)].map((turns) => promptOf(turns));
    expect(hundredth?.ids).toEqual(fourth?.ids);
    expect([fourth?.images, hundredth?.images]).toEqual([['p3'], ['p99']]);
    expect(hundredth?.turnsLeftOut).toBe(0);
    const plan = planTurn({ ...order, turns: edits(100) }, trained);
    expect(picturesOfPlan(plan)).toEqual(['p99']);
  });

  const long = [...edits(100).slice(0, -1)];
  const before = 'user: make it night / assistant: Here is an image based on the description: / '.repeat(
    training.contextTurns,
  );

  test.each<[string, ConversationTurn, Asked, string]>([
    ['the latest picture', person('add a dog'), {}, '[p99] add a dog'],
    ['a picture named from long ago', person('make the first picture blue'), {}, '[p1] make the first picture blue'],
    ['a picture marked from long ago', person('add a dog'), { reference: 'p7' }, '[p7] add a dog'],
    ['a picture that came along', person('add a dog', 'photo'), {}, '[photo] add a dog'],
    ['the first of five that came along', person('add a dog', 'a', 'b', 'c', 'd', 'e'), {}, '[a] add a dog'],
    [
      'the one named among five',
      person('add a dog to the third picture', 'a', 'b', 'c'),
      {},
      '[c] add a dog to the third picture',
    ],
    ['a picture alone', person('', 'photo'), {}, '[photo]Please give a brief description of the image.'],
  ])('shows %s in front of the words, and no other', (_, own, asked, expected) => {
    expect(shown([...long, own], asked)).toBe(`${before}user: ${expected} / assistant: `);
  });

  test('recalls the picture in front as what it was drawn from, however long ago', () => {
    const plan = planTurn({ ...order, turns: [...long, person('make the first picture blue')] }, trained);
    expect(plan.drawn).toContain('p1');
  });

  test('shows a new drawing, asked for by its task, neither pictures nor turns', () => {
    const asked = 'user: Generate an image according to the following description: a dog / assistant: ';
    expect(shown([...long, person('a dog')], { task: 'draw' })).toBe(asked);
    expect(shown([...long, person('a dog', 'photo')], { task: 'draw' })).toBe(asked);
  });

  test('reads turns that were answered; one that failed or was stopped before a word is none of them', () => {
    const turns = [person('hello'), said('Hello!'), person('draw'), said(''), person('again'), person('thanks')];
    expect(shown(turns)).toBe('user: hello / assistant: Hello! / user: thanks / assistant: ');
  });

  test('drafts an edit where there is a picture, though no turn before shows it', () => {
    const drafted = (turns: readonly ConversationTurn[]) => draftReply(planTurn({ ...order, turns }, trained));
    expect(drafted([...long, person('remove the tree')])).toBe('Here is the image: ');
    expect(drafted([person('remove the tree')])).toBe('');
  });

  test('goes on where its latest picture is gone, but not with an edit of it', () => {
    const without = (words: string) =>
      planWithout({ ...order, turns: [...long, person(words)] }, ['p99'], trained)?.plan.reference;
    expect(without('hello')).toBeNull();
    expect(without('remove the tree')).toBeUndefined();
  });
});
