/** Pictures as PNG files (W3C, third edition) that say how they were made. */
import { Unzlib, zlibSync } from 'fflate';
import { crc32 } from '../checkpoint/crc32.ts';
import { decodeUtf8, encodeUtf8 } from '../checkpoint/utf8.ts';
import { type FailureData, fail } from '../failure.ts';
import { requirePictureSize } from '../image/bounds.ts';
import { type Recipe, readRecipe, recipeFormat, recipeLimit, writeRecipe } from './recipe.ts';

type Problem = FailureData['PNG_DAMAGED']['problem'];

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Length, name and checksum around a chunk's data. */
const chunkFrame = 12;
const headerBytes = 13;
const pixelBytes = 4;
/** One push of 16 KiB inflates to 16 MiB at most. */
const inflateBytes = 2 ** 14;

/** IPTC's digital source type in an XMP packet (ISO 16684-1): made by a trained model. */
const mark = [
  '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>',
  '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">',
  '<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"',
  ' Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"/>',
  '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>',
].join('');

/**
 * A PNG file of 8-bit sRGB pixels with alpha; the same picture and recipe give the same bytes. It always carries the mark
 * of a generated picture, and the recipe unless the person chose to leave it out.
 *
 * @param rgba [height, width, 4], row by row
 * @throws PICTURE_EMPTY, PICTURE_TOO_LARGE, RECIPE_INVALID, PNG_DAMAGED where the pixels do not fill the size
 */
export function writePng(
  width: number,
  height: number,
  rgba: Uint8Array | Uint8ClampedArray,
  recipe: Recipe | 'left-out',
): Uint8Array<ArrayBuffer> {
  requirePictureSize({ width, height });
  if (rgba.length !== width * height * pixelBytes) fail('PNG_DAMAGED', { file: `${width}×${height}`, problem: 'size' });
  const header = new Uint8Array(headerBytes);
  new DataView(header.buffer).setUint32(0, width);
  new DataView(header.buffer).setUint32(4, height);
  // 8 bits a sample, colour with alpha, deflate, adaptive filters, not interlaced.
  header.set([8, 6, 0, 0, 0], 8);
  const texts = recipe === 'left-out' ? [] : [chunk('iTXt', recipeText(recipe))];
  return joined([
    signature,
    chunk('IHDR', header),
    // Rendering intent 0, perceptual.
    chunk('sRGB', Uint8Array.of(0)),
    ...texts,
    chunk('iTXt', internationalText('XML:com.adobe.xmp', encodeUtf8(mark))),
    chunk('IDAT', zlibSync(filtered(rgba, width, height), { level: 6 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

function recipeText(recipe: Recipe): Uint8Array {
  const text = encodeUtf8(writeRecipe(recipe));
  if (text.length > recipeLimit) {
    fail('RECIPE_INVALID', { key: 'recipe', expected: `≤ ${recipeLimit} B`, actual: `${text.length} B` });
  }
  return internationalText(recipeFormat, text);
}

/** Section 11.3.3.4: keyword, not compressed, method 0, no language, no translated keyword, text. */
function internationalText(keyword: string, text: Uint8Array): Uint8Array {
  return joined([encodeUtf8(keyword), new Uint8Array(5), text]);
}

function chunk(name: string, data: Uint8Array): Uint8Array {
  const bytes = joined([new Uint8Array(4), encodeUtf8(name), data, new Uint8Array(4)]);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** Predicts a byte from the pixel to the left, the row above and the pixel above left (section 9). */
type Predictor = (left: number, above: number, aboveLeft: number) => number;

/** Filter types 0 … 4. */
const predictors: readonly Predictor[] = [
  () => 0,
  (left) => left,
  (_, above) => above,
  (left, above) => (left + above) >> 1,
  paeth,
];

function paeth(left: number, above: number, aboveLeft: number): number {
  const toLeft = Math.abs(above - aboveLeft);
  const toAbove = Math.abs(left - aboveLeft);
  const toAboveLeft = Math.abs(left + above - 2 * aboveLeft);
  if (toLeft <= toAbove && toLeft <= toAboveLeft) return left;
  return toAbove <= toAboveLeft ? above : aboveLeft;
}

/** Each row by the filter whose differences are smallest in sum, as section 12.7 advises, its type in front. */
function filtered(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number): Uint8Array {
  const stride = width * pixelBytes;
  const rows = new Uint8Array((stride + 1) * height);
  const candidate = new Uint8Array(stride + 1);
  for (let row = 0; row < height; row += 1) {
    let smallest = Number.POSITIVE_INFINITY;
    for (const [type, predict] of predictors.entries()) {
      candidate[0] = type;
      const sum = filterRow(rgba, row * stride, candidate, predict);
      if (sum >= smallest) continue;
      smallest = sum;
      rows.set(candidate, row * (stride + 1));
    }
  }
  return rows;
}

/** Writes the differences behind the type; their sum as signed bytes. */
function filterRow(rgba: Uint8Array | Uint8ClampedArray, from: number, into: Uint8Array, predict: Predictor): number {
  const stride = into.length - 1;
  let sum = 0;
  for (let at = 0; at < stride; at += 1) {
    const left = at < pixelBytes ? 0 : (rgba[from + at - pixelBytes] ?? 0);
    const above = rgba[from + at - stride] ?? 0;
    const aboveLeft = at < pixelBytes ? 0 : (rgba[from + at - pixelBytes - stride] ?? 0);
    const difference = ((rgba[from + at] ?? 0) - predict(left, above, aboveLeft)) & 0xff;
    into[at + 1] = difference;
    sum += difference < 128 ? difference : 256 - difference;
  }
  return sum;
}

/**
 * The recipe inside a PNG file. Every chunk up to the end is checked; pixels and other texts are not decoded.
 *
 * @param file named in failures
 * @throws PNG_DAMAGED, RECIPE_MISSING, RECIPE_INVALID
 */
export function readPngRecipe(bytes: Uint8Array, file: string): Recipe {
  const damaged = (problem: Problem) => fail('PNG_DAMAGED', { file, problem });
  let found: Uint8Array | null = null;
  for (const { name, data } of chunks(bytes, damaged)) {
    if (name !== 'iTXt' || !startsWith(data, recipeKey)) continue;
    // Two recipes contradict each other.
    if (found !== null) damaged('text');
    found = data.subarray(recipeKey.length);
  }
  if (found === null) return fail('RECIPE_MISSING', { file });
  return readRecipe(decodeUtf8(textOf(found, damaged)) ?? damaged('text'));
}

const recipeKey = encodeUtf8(`${recipeFormat}\0`);

interface Chunk {
  readonly name: string;
  readonly data: Uint8Array;
}

/** What follows IEND is no part of the picture. */
function* chunks(bytes: Uint8Array, damaged: (problem: Problem) => never): Generator<Chunk> {
  if (!startsWith(bytes, signature)) damaged('signature');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = signature.length;
  for (let name = ''; name !== 'IEND'; ) {
    if (at + chunkFrame > bytes.length) damaged('truncated');
    const length = view.getUint32(at);
    if (length > bytes.length - at - chunkFrame) damaged('truncated');
    const end = at + 8 + length;
    if (view.getUint32(end) !== crc32(bytes.subarray(at + 4, end))) damaged('checksum');
    const first = name === '';
    name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (first && (name !== 'IHDR' || length !== headerBytes)) damaged('size');
    yield { name, data: bytes.subarray(at + 8, end) };
    at = end + 4;
  }
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  return beginning.every((byte, at) => bytes[at] === byte);
}

/** The text's bytes, from what follows the keyword of an iTXt chunk. */
function textOf(data: Uint8Array, damaged: (problem: Problem) => never): Uint8Array {
  const [flag, method] = data;
  const languageEnd = data.indexOf(0, 2);
  const keywordEnd = languageEnd < 0 ? -1 : data.indexOf(0, languageEnd + 1);
  if (keywordEnd < 0 || flag === undefined || flag > 1 || method !== 0) return damaged('text');
  const text = data.subarray(keywordEnd + 1);
  if (text.length > recipeLimit) damaged('limit');
  return flag === 0 ? text : inflated(text, damaged);
}

/** Inflates piece by piece, so that a bomb is stopped at the limit and not after it. */
function inflated(text: Uint8Array, damaged: (problem: Problem) => never): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const stream = new Unzlib((piece) => {
    size += piece.length;
    pieces.push(piece);
  });
  for (let at = 0; at < text.length && size <= recipeLimit; at += inflateBytes) {
    try {
      stream.push(text.subarray(at, at + inflateBytes), at + inflateBytes >= text.length);
    } catch {
      return damaged('text');
    }
  }
  return size > recipeLimit ? damaged('limit') : joined(pieces);
}
