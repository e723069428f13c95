/** A picture's file, or a painting, enlarged where a page runs. */
import { fail } from '../../model/failure.ts';
import { readingSize } from '../../model/image/bounds.ts';
import { withAlpha, withoutAlpha } from '../../model/image/pixels.ts';
import { AreaReduction } from '../../model/image/reduce.ts';
import { findPngRecipe, writePng } from '../../model/recipe/png.ts';
import type { Enlargement } from '../../model/recipe/recipe.ts';
import { openRuntime } from '../gpu/open-runtime.ts';
import type { Ort } from '../gpu/ort-library.ts';
import { readPicture } from '../picture/read.ts';
import { enlarge, type OnTile, type WithUpscaler } from './enlarge.ts';
import type { RgbaPixels, UpscalerPlace } from './protocol.ts';

interface Surroundings {
  readonly place: UpscalerPlace;
  readonly loadOrt: () => Promise<Ort>;
  readonly onTile: OnTile;
}

/** @throws as readPicture, openRuntime and the runtime; PAGE_PART where the network's file does not come */
export async function enlargeFile(
  file: Blob,
  name: string,
  enlargement: Enlargement,
  { onTile, ...surroundings }: Surroundings,
): Promise<Uint8Array<ArrayBuffer>> {
  const { image } = await readPicture(file, name);
  const recipe = findPngRecipe(name, new Uint8Array(await file.arrayBuffer()));
  const enlarged = await enlarge(image, enlargement, upscalerIn(surroundings), onTile);
  const { width, height } = enlarged;
  const saying = recipe && { ...recipe, enlarge: enlargement };
  return new Uint8Array(writePng({ width, height, data: withAlpha(enlarged) }, saying));
}

/** @throws as enlargeFile */
export async function enlargePainting(
  painting: RgbaPixels,
  enlargement: Enlargement,
  { onTile, ...surroundings }: Surroundings,
): Promise<RgbaPixels> {
  const enlarged = await enlarge(withoutAlpha(painting), enlargement, upscalerIn(surroundings), onTile);
  const reduction = new AreaReduction(enlarged, readingSize(enlarged));
  reduction.add(enlarged.data, 3);
  const image = reduction.image();
  return { width: image.width, height: image.height, data: withAlpha(image) };
}

function upscalerIn({ place, loadOrt }: Omit<Surroundings, 'onTile'>): WithUpscaler {
  return async (factor, work) => {
    const [bytes, ort] = await Promise.all([fetchFile(`${place.folder}x${factor}.onnx`), loadOrt()]);
    const runtime = await openRuntime(ort, place.device);
    try {
      const program = await runtime.load({ name: `upscaler_x${factor}`, bytes, external: [] });
      return await work(program);
    } finally {
      await runtime.close();
    }
  };
}

async function fetchFile(address: string): Promise<Uint8Array> {
  try {
    const response = await fetch(address);
    if (response.ok) return new Uint8Array(await response.arrayBuffer());
    throw new Error(`status ${response.status}`);
  } catch (error) {
    return fail('PAGE_PART', { reason: `${address}: ${String(error)}` });
  }
}
