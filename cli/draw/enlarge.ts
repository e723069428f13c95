/** A painting's file, enlarged where the recipe that is repeated says so. */
import { fileURLToPath } from 'node:url';
import { withAlpha, withoutAlpha } from '../../model/image/pixels.ts';
import { writePng } from '../../model/recipe/png.ts';
import type { Enlargement, Recipe } from '../../model/recipe/recipe.ts';
import { WasmRuntime } from '../../workers/gpu/wasm-runtime.ts';
import type { Painting } from '../../workers/protocol.ts';
import { enlarge, type WithUpscaler } from '../../workers/upscaler/enlarge.ts';
import { readNamed } from '../files.ts';
import { ort } from '../ort.ts';

/** @throws FILE_UNREADABLE where the network's file is not there, and as writePng */
export async function paintingFile(
  painting: Painting,
  recipe: Recipe | null,
  enlargement: Enlargement | null,
): Promise<Uint8Array> {
  if (enlargement === null) return writePng(painting, recipe);
  const { width, height, ...enlarged } = await enlarge(withoutAlpha(painting), enlargement, onProcessor);
  const data = withAlpha({ width, height, ...enlarged });
  return writePng({ width, height, data }, recipe && { ...recipe, enlarge: enlargement });
}

const onProcessor: WithUpscaler = async (factor, work) => {
  const bytes = await readNamed(fileURLToPath(new URL(`../../public/upscaler/x${factor}.onnx`, import.meta.url)));
  const runtime = new WasmRuntime(ort);
  try {
    return await work(await runtime.load({ name: `upscaler_x${factor}`, bytes, external: [] }));
  } finally {
    await runtime.close();
  }
};
