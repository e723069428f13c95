/** Which turns a recipe keeps: its own and those of the pictures it edits. */
import { describe, expect, test } from 'vitest';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { shortenRecipe } from '../../model/recipe/shorten.ts';
import { exampleRecipe } from '../helpers/recipes.ts';

const hash = (digit: string) => digit.repeat(64);
const [car, night, photo, tree] = [hash('1'), hash('2'), hash('3'), hash('4')];

type Message = Recipe['messages'][number];
const person = (text: string, ...images: string[]): Message => ({ from: 'person', text, images });
const drew = (drawn: string): Message => ({
  from: 'model',
  text: 'Here is an image based on the description:<image>',
  drawn,
});
const edited = (drawn: string): Message => ({ from: 'model', text: 'Here is the image:<image>', drawn });
const said: Message = { from: 'model', text: 'Hello!', drawn: null };

const plain = { forms: 'plain', context: 'conversation', contextTurns: null } as const;
const trained = { forms: 'trained', context: 'turn', contextTurns: null } as const;

function recipe(messages: readonly Message[], changes: Partial<Recipe> = {}): Recipe {
  const images = [car, night, photo, tree].map((sha256) => ({ sha256, width: 64, height: 64 }));
  return { ...exampleRecipe(), decoder: 'generation', reference: null, messages: [...messages], images, ...changes };
}

const secret = [person('my password is tulip'), said];
const drawn = [person('draw a car'), drew(car)];

describe('a drawing', () => {
  test('keeps its own turn alone, and its words fall short where the model saw what came before', () => {
    const own = person('draw a tree');
    const { recipe: kept, words } = shortenRecipe(recipe([...secret, ...drawn, own]), plain);
    expect(kept).toMatchObject({ messages: [own], images: [], reference: null });
    expect(words).toBe('fall short');
  });

  test('that is a first turn stays as it is', () => {
    const whole = recipe([person('draw a car')]);
    expect(shortenRecipe(whole, plain)).toEqual({ recipe: whole, words: 'suffice' });
    expect(shortenRecipe(whole, null)).toEqual({ recipe: whole, words: 'suffice' });
  });

  test('needs no more words where the model sees each turn alone', () => {
    const whole = recipe([...secret, ...drawn, person('a tree')], { form: 'draw' });
    const { recipe: kept, words } = shortenRecipe(whole, trained);
    expect(kept.messages).toEqual([person('a tree')]);
    expect(words).toBe('suffice');
    expect(shortenRecipe(whole, null).words).toBe('fall short');
  });
});

describe('an edit', () => {
  test('keeps the turns of the picture it edits, and of the pictures that one edits', () => {
    const own = person('make it snow', night);
    const between = [person('what is it?'), said];
    const whole = recipe([...secret, ...drawn, person('make it night', car), edited(night), ...between, own], {
      decoder: 'editing',
    });
    const { recipe: kept, words } = shortenRecipe(whole, plain);
    expect(kept.messages).toEqual([...drawn, person('make it night', car), edited(night), own]);
    expect(kept.images.map(({ sha256 }) => sha256)).toEqual([car, night]);
    expect([words, kept.reference]).toEqual(['fall short', night]);
  });

  test('of the latest picture, or of one that its words name, keeps that one', () => {
    const turns = [...drawn, person('draw a tree'), drew(tree)];
    const latest = shortenRecipe(recipe([...turns, person('make it night')], { decoder: 'editing' }), plain).recipe;
    expect(latest).toMatchObject({ messages: [...turns.slice(2), person('make it night')], reference: tree });
    const named = person('make the first picture night');
    const first = shortenRecipe(recipe([...turns, named], { decoder: 'editing' }), plain).recipe;
    expect(first).toMatchObject({ messages: [...drawn, named], reference: car });
  });

  test('of a picture that came with an earlier message names it and leaves the message out', () => {
    const own = person('make it night');
    const whole = recipe([person('my cat Tulip', photo), said, own], { decoder: 'editing' });
    const { recipe: kept, words } = shortenRecipe(whole, plain);
    expect(kept).toMatchObject({ messages: [own], reference: photo, images: [{ sha256: photo }] });
    expect(words).toBe('fall short');
  });

  test('of the only picture of the conversation is whole, and its words suffice', () => {
    const whole = recipe([...drawn, person('make it night', car)], { decoder: 'editing', reference: car });
    expect(shortenRecipe(whole, plain)).toEqual({ recipe: whole, words: 'suffice' });
  });
});

describe('where a model reads two turns before, and one picture', () => {
  const few = { forms: 'plain', context: 'turn', contextTurns: 2 } as const;
  const own = person('make it snow');

  test('an edit’s words suffice without the turns that it did not read', () => {
    const chain = [...drawn, person('make it night'), edited(night)];
    const { recipe: kept, words } = shortenRecipe(recipe([...secret, ...chain, own], { decoder: 'editing' }), few);
    expect(kept).toMatchObject({ messages: [...chain, own], reference: null });
    expect(words).toBe('suffice');
  });

  test('they fall short where it read words that the picture does not need, or was shown a picture that was left out', () => {
    const read = recipe([...drawn, ...secret, own], { decoder: 'editing' });
    expect(shortenRecipe(read, few)).toMatchObject({
      recipe: { messages: [...drawn, own], reference: car },
      words: 'fall short',
    });
    const shown = recipe([...drawn, person('draw a tree')]);
    expect(shortenRecipe(shown, few)).toMatchObject({
      recipe: { messages: [{ text: 'draw a tree' }] },
      words: 'fall short',
    });
  });
});
