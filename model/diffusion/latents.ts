/** Images and latents as planes, and FLUX's tokens of them. */

/** [1, channels, height, width], row-major: latents, or a picture with values about −1 … 1. */
export interface Planes {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

/** Calls `visit` with each value's place in the planes and in the tokens [rows · columns, channels · patch · patch]. */
function eachPatchValue(
  { channels, height, width }: Omit<Planes, 'data'>,
  patch: number,
  visit: (plane: number, token: number) => void,
): void {
  const columns = width / patch;
  const features = channels * patch * patch;
  for (let channel = 0; channel < channels; channel += 1) {
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const token = Math.floor(y / patch) * columns + Math.floor(x / patch);
        const feature = (channel * patch + (y % patch)) * patch + (x % patch);
        visit((channel * height + y) * width + x, token * features + feature);
      }
    }
  }
}

/** Tokens [height / patch · width / patch, channels · patch²]; features are channel, then row, then column in the patch. */
export function patchify(planes: Planes, patch: number): Float32Array {
  const tokens = new Float32Array(planes.data.length);
  eachPatchValue(planes, patch, (plane, token) => {
    tokens[token] = planes.data[plane] ?? 0;
  });
  return tokens;
}

/** The inverse of `patchify`, in the shape of `like`. */
export function unpatchify(tokens: Float32Array, like: Planes, patch: number): Planes {
  const data = new Float32Array(tokens.length);
  eachPatchValue(like, patch, (plane, token) => {
    data[plane] = tokens[token] ?? 0;
  });
  return { ...like, data };
}
