/** What a person has after a year: a chat of many turns and pictures, and short ones, as the file that Import reads. */
import { createHash } from 'node:crypto';
import { BlobReader, BlobWriter, TextReader, ZipWriter } from '@zip.js/zip.js/lib/zip-core-native.js';
import { writePng } from '../../model/recipe/png.ts';

export const longTitle = 'A long conversation';
export const shortTitle = 'A short one';
const shortTitles = [shortTitle, 'Another short one'];
const side = 512;

interface Drawn {
  readonly hash: string;
  readonly png: Uint8Array<ArrayBuffer>;
}

/** @param count of pictures, and of questions with their answers, of the long chat */
export async function fullStore(count: number): Promise<Buffer> {
  const zip = new ZipWriter(new BlobWriter('application/zip'), { useWebWorkers: false, level: 0 });
  const picture = gradient();
  const pictures = Array.from({ length: count }, (_, index) => drawn(picture, index));
  const manifest = { format: 'nexus-gen-archive', version: 1 };
  await zip.add('nexus-gen-archive.json', new TextReader(JSON.stringify(manifest)));
  const records = [
    ...chat('long', longTitle, pictures),
    ...shortTitles.flatMap((title, at) => chat(`short${at}`, title)),
  ];
  await zip.add('records.jsonl', new TextReader(records.map((record) => JSON.stringify(record)).join('\n')));
  for (const { hash, png } of pictures) await zip.add(`files/${hash}.png`, new BlobReader(new Blob([png])));
  return Buffer.from(await (await zip.close()).arrayBuffer());
}

/** A chat of one question without a picture where none are given. */
function chat(id: string, title: string, pictures: readonly (Drawn | null)[] = [null]): readonly object[] {
  const turns = pictures.flatMap((picture, at) => {
    const question = `${id}-question-${at}`;
    const before = at === 0 ? null : `${id}-answer-${at - 1}`;
    const said = { id: question, from: 'person', text: sentence(at), pictures: [], reference: null, about: null };
    const answer = { from: 'model', state: 'done', text: `<image>${sentence(at + 3)}`, form: 'draw', failure: null };
    return [
      { kind: 'turn', chat: id, id: question, parent: before, turn: { ...said, form: 'auto' }, results: [] },
      {
        kind: 'turn',
        chat: id,
        id: `${id}-answer-${at}`,
        parent: question,
        turn: { ...answer, id: `${id}-answer-${at}`, turnsLeftOut: 0 },
        results: picture === null ? [] : [resultOf(`${id}-result-${at}`, picture, sentence(at))],
      },
    ];
  });
  return [{ kind: 'chat', id, title, changed: 1_700_000_000_000 }, ...turns];
}

function resultOf(id: string, { hash }: Drawn, prompt: string): object {
  const model = 'Nexus-Gen nano';
  return { id, state: 'done', prompt, seed: '7', width: side, height: side, image: hash, from: null, model };
}

function sentence(at: number): string {
  return `draw a red car next to ${1 + (at % 9)} trees on the beach. `.repeat(1 + (at % 5)).trim();
}

/** The same to look at, and no two alike: pictures are kept by their bytes, and what lies behind a PNG's end is not looked at. */
function drawn(picture: Uint8Array, at: number): Drawn {
  const png = new Uint8Array(picture.length + 4);
  png.set(picture);
  new DataView(png.buffer).setUint32(picture.length, at);
  return { hash: createHash('sha256').update(png).digest('hex'), png };
}

function gradient(): Uint8Array {
  const data = new Uint8Array(side * side * 4);
  for (let pixel = 0; pixel < side * side; pixel += 1) {
    const [x, y] = [pixel % side, Math.floor(pixel / side)];
    data[pixel * 4] = x / 2;
    data[pixel * 4 + 1] = y / 2;
    data[pixel * 4 + 2] = (x ^ y) / 2;
    data[pixel * 4 + 3] = 255;
  }
  return writePng({ width: side, height: side, data }, null);
}
