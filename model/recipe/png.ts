/** Pictures as PNG files that say how they were made. */
import { zlibSync } from 'fflate';
import { concatenate } from '../bytes.ts';
import { FailureError, fail } from '../failure.ts';
import type { RgbaImage } from '../image/pixels.ts';
import { chunk, type FoundChunk, pngSignature, readChunks, textChunk, textKeyword, textOf } from './png-chunks.ts';
import { filteredRows } from './png-rows.ts';
import { parseRecipe, type Recipe, recipeText } from './recipe.ts';

const recipeKeyword = 'nexus-gen-recipe';
const xmpKeyword = 'XML:com.adobe.xmp';

/** IPTC's mark of a picture made by a trained model, as an XMP packet. */
const madeByModel = `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/">
<Iptc4xmpExt:DigitalSourceType>http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia</Iptc4xmpExt:DigitalSourceType>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>`;

/**
 * A PNG file: 8 bits a channel, sRGB, the same bytes for the same picture and recipe. The recipe may be left out; the mark
 * that a model made the picture is always there.
 *
 * @throws PICTURE_EMPTY, RECIPE_INVALID
 */
export function writePng(image: RgbaImage, recipe: Recipe | null): Uint8Array {
  const { width, height } = image;
  if (width * height === 0 || image.data.length !== width * height * 4) fail('PICTURE_EMPTY', { width, height });
  const { colourType, data } = filteredRows(image);
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colourType, 0, 0, 0], 8);
  return concatenate([
    pngSignature,
    chunk('IHDR', header),
    chunk('sRGB', Uint8Array.of(0)),
    textChunk(xmpKeyword, madeByModel),
    ...(recipe === null ? [] : [textChunk(recipeKeyword, recipeText(recipe))]),
    chunk('IDAT', zlibSync(data, { level: 6 })),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/**
 * A PNG file that `writePng` wrote, with another recipe or without one: the same bytes that it would have been with that recipe
 * from the start.
 *
 * @param file name to be shown in failures
 * @throws PNG_DAMAGED, RECIPE_INVALID
 */
export function replaceRecipe(file: string, bytes: Uint8Array, recipe: Recipe | null): Uint8Array {
  const written = recipe === null ? [] : [textChunk(recipeKeyword, recipeText(recipe))];
  const parts: Uint8Array[] = [pngSignature];
  for (const found of readChunks(file, bytes)) {
    if (isRecipe(found)) continue;
    if (found.type === 'IDAT') parts.push(...written.splice(0));
    // As it is: a checksum of a large picture's pixels would hold up the page.
    parts.push(found.bytes);
  }
  return concatenate(parts);
}

/** Whether a PNG file has the mark of a picture that a model made; not where its chunks cannot be told apart. */
export function isMadeByModel(bytes: Uint8Array): boolean {
  try {
    for (const found of readChunks('', bytes)) {
      if (found.type !== 'iTXt' || textKeyword(found.data) !== xmpKeyword) continue;
      return textOf('', found).includes('/trainedAlgorithmicMedia');
    }
  } catch (error) {
    // A picture that is shown need not be a file by the book.
    if (!(error instanceof FailureError)) throw error;
  }
  return false;
}

function isRecipe({ type, data }: FoundChunk): boolean {
  return type === 'iTXt' && textKeyword(data) === recipeKeyword;
}

/**
 * The recipe inside a PNG file; the pixels are not looked at.
 *
 * @param file name to be shown in failures
 * @throws RECIPE_MISSING, RECIPE_INVALID, PNG_DAMAGED
 */
export function readPngRecipe(file: string, bytes: Uint8Array): Recipe {
  return findPngRecipe(file, bytes) ?? fail('RECIPE_MISSING', { file });
}

/** As `readPngRecipe`; null where there is none. */
export function findPngRecipe(file: string, bytes: Uint8Array): Recipe | null {
  for (const found of readChunks(file, bytes)) {
    if (isRecipe(found)) return parseRecipe(textOf(file, found));
  }
  return null;
}
