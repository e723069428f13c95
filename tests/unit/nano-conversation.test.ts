/**
 * Two conversations with the model that ships, pinned to the last bit on the processor with one thread. A change that is meant
 * to change them renews the pins with `npm run pins`.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { Conversation } from '../../cli/chat/conversation.ts';
import { Album } from '../../cli/draw/album.ts';
import { contextOf } from '../../cli/draw/answer.ts';
import { prepare } from '../../cli/draw/job.ts';
import { neverStopped, type OpenModel, openModel } from '../../cli/draw/model.ts';
import { readSettings } from '../../cli/draw/options.ts';
import { perform, servedJob } from '../../cli/draw/perform.ts';
import { decodePicture, type Picture, readPicture } from '../../cli/draw/pictures.ts';
import { nano } from '../../cli/nano.ts';
import { readEmbeddings } from '../../model/recipe/embedding-values.ts';
import { readPngRecipe, writePng } from '../../model/recipe/png.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { repaint } from '../../session/turn.ts';
import { planOfRecipe, variationOf } from '../../session/variation.ts';
import type { JobId, Seed } from '../../workers/protocol.ts';

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

const sentences = {
  en: [
    'draw a red car next to a tree on the beach',
    'make it night',
    'what is in the picture?',
    'draw a house and a cat in the meadow',
    'red car beach',
  ],
  zh: ['画一辆红色的汽车', '变成夜晚', '图片里有什么？', '画一只狗', '狗，海滩'],
} as const;

const work = mkdtempSync(join(tmpdir(), 'nexus-nano-'));
const at = (name: string) => join(work, name);
let model: OpenModel;
beforeAll(async () => {
  model = await openModel({ kind: 'wasm', threads: 1 }, nano);
});
afterAll(async () => {
  await model.session.close();
  rmSync(work, { recursive: true });
});

interface Turn {
  readonly said: string;
  readonly text: string;
  /** SHA-256 of the picture's size and pixels; null where there is none. */
  readonly pixels: string | null;
  /** SHA-256 of the embeddings that it was painted from. */
  readonly embeddings: string | null;
}

interface Spoken {
  readonly turns: readonly Turn[];
  readonly pictures: readonly (Picture | null)[];
}

/** Draws, edits the result, asks about it, draws anew, and goes on where the reply is not the one that is likely. */
async function converse(lines: readonly string[]): Promise<Spoken> {
  const conversation = new Conversation({ model, album: new Album() }, readSettings({}));
  const turns: Turn[] = [];
  const pictures: (Picture | null)[] = [];
  for (const [index, said] of lines.entries()) {
    if (index === 1 && conversation.last !== null) conversation.edit(conversation.last);
    const { reply, picture } = await conversation.say(said, 7n + BigInt(index), `${index}.png`);
    const embeddings = picture && readPngRecipe(picture.file, picture.bytes).embeddings;
    turns.push({ said, text: reply.text, pixels: picture && hashOf(picture), embeddings });
    pictures.push(picture);
  }
  return { turns, pictures };
}

function hashOf({ pixels: { width, height, data } }: Pick<Picture, 'pixels'>): string {
  return createHash('sha256').update(`${width} × ${height} `).update(data).digest('hex');
}

function pictureAt({ pictures }: Spoken, index: number): Picture {
  const picture = pictures[index];
  if (picture == null) throw new Error(`turn ${index} came to no picture`);
  return picture;
}

/** The pixels of a saved file that is repeated, beside the pictures it was made from. */
async function repeated(name: string, bytes: Uint8Array, ...beside: readonly Picture[]): Promise<string> {
  writeFileSync(at(name), bytes);
  for (const { file, bytes: own } of beside) writeFileSync(at(file), own);
  const out = at(`again-${name}.png`);
  const pictures = beside.map(({ file }) => at(file));
  const job = { command: 'draw', words: null, pictures, out, given: { recipe: at(name) } } as const;
  const prepared = await prepare(job, 'replace', async () => '');
  for await (const _ of perform(model, servedJob(prepared, model.opened.bundle), 'replace'));
  return hashOf(await readPicture(out));
}

describe.each(['en', 'zh'] as const)('a conversation (%s)', (language) => {
  let spoken: Spoken;
  beforeAll(async () => {
    spoken = await converse(sentences[language]);
  });

  test('says and draws what it always did', async () => {
    const pinned = `../fixtures/nano-conversation-${language}.json`;
    await expect(`${JSON.stringify(spoken.turns, null, 2)}\n`).toMatchFileSnapshot(pinned);
  });

  test('has an edit that its own words and the picture before it repeat', async () => {
    const [car, night] = [pictureAt(spoken, 0), pictureAt(spoken, 1)];
    expect(readEmbeddings(readPngRecipe('night.png', night.bytes))).toBeNull();
    expect(await repeated('night.png', night.bytes, car)).toBe(spoken.turns[1]?.pixels);
  });

  test('has a last drawing that repeats without the words before it', async () => {
    const { bytes } = pictureAt(spoken, 3);
    const recipe = readPngRecipe('last.png', bytes);
    expect(recipe.messages).toEqual([{ from: 'person', text: sentences[language][3], images: [] }]);
    expect(await repeated('last.png', bytes)).toBe(spoken.turns[3]?.pixels);
  });

  test('has a last drawing that the whole conversation repeats too, beside the pictures it shows', async () => {
    const pictures = [pictureAt(spoken, 0), pictureAt(spoken, 1)];
    const [car, night] = pictures;
    const { embedding_values: _, ...shortened } = readPngRecipe('last.png', pictureAt(spoken, 3).bytes);
    const messages = spoken.turns.slice(0, 3).flatMap(({ said, text }, index): Recipe['messages'] => [
      { from: 'person', text: said, images: index === 1 && car ? [car.id] : [] },
      { from: 'model', text, drawn: [car, night][index]?.id ?? null },
    ]);
    const recipe = {
      ...shortened,
      messages: [...messages, ...shortened.messages],
      images: pictures.map(({ id, pixels: { width, height } }) => ({ sha256: id, width, height })),
    };
    const bytes = new TextEncoder().encode(JSON.stringify(recipe));
    expect(await repeated('whole.json', bytes, ...pictures)).toBe(spoken.turns[3]?.pixels);
  });

  test('has an edit whose variation repeats from its own recipe', async () => {
    const [car, night] = [pictureAt(spoken, 0), pictureAt(spoken, 1)];
    const album = new Album();
    album.add(car);
    const again = await prepare(
      { command: 'draw', words: null, pictures: [at(car.file)], out: at('x.png'), given: { recipe: at('night.png') } },
      'replace',
      async () => '',
    );
    const drawings = [];
    const served = servedJob(again, model.opened.bundle);
    for await (const { reply } of perform(model, served, 'replace')) drawings.push(reply.drawing);
    const [drawing] = drawings;
    if (drawing == null) throw new Error('nothing was drawn');
    const recipe = variationOf(readPngRecipe('night.png', night.bytes), '99' as Seed);
    const work = { job: 'job' as JobId, drawing, plan: planOfRecipe(recipe), recipe, recipes: 'picture' } as const;
    for await (const event of repaint(contextOf({ model, album }), work, neverStopped)) {
      if (event.type !== 'painted') continue;
      const bytes = writePng(event.painting, event.fileRecipe);
      const pixels = hashOf({ pixels: await decodePicture('varied.png', bytes) });
      expect(pixels).not.toBe(spoken.turns[1]?.pixels);
      expect(await repeated('varied.png', bytes, car)).toBe(pixels);
    }
  });
});
