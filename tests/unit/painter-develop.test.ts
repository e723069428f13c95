/** Large pictures go through the autoencoder in tiles, and no seam between two of them is seen. */
import { expect, test } from 'vitest';
import type { Planes } from '../../model/diffusion/latents.ts';
import { type FailureCode, fail, failureOf } from '../../model/failure.ts';
import { hostTensor, type Program } from '../../workers/gpu/runtime.ts';
import { develop, encode, inTilesThatFit } from '../../workers/painter/develop.ts';
import type { AutoencoderSource } from '../../workers/painter/source.ts';

/** Each level but the first doubles the size: a latent is two pixels. */
const vae = {
  base: 1,
  mult: [1, 1],
  latent: 1,
  groups: 1,
  eps: 1e-6,
  resBlocksPerLevel: { encoder: 1, decoder: 1 },
  scale: 1,
  shift: 0,
};
const factor = 2;

/** How wrong a tile is at its edge, where a convolution sees nothing beyond it; it fades over this many latents. */
const [wrongAtEdge, reach] = [1, 8];

/** An autoencoder that only scales, and is wrong near the edges of what it is given. */
function source(seen: (readonly [height: number, width: number])[]): AutoencoderSource {
  const program = (from: string, to: string, scale: number): Program => ({
    async run(feeds) {
      const { shape, data } = planesOf(feeds[from]);
      const [, channels = 0, height = 0, width = 0] = shape;
      seen.push([height, width]);
      const size = [height * scale, width * scale] as const;
      const [rows, columns] = size;
      const out = new Float32Array(channels * rows * columns);
      const fade = from === 'latents' ? reach * factor : reach;
      for (let y = 0; y < rows; y += 1) {
        for (let x = 0; x < columns; x += 1) {
          const edge = Math.min(y, x, rows - 1 - y, columns - 1 - x);
          const wrong = wrongAtEdge * Math.max(0, 1 - edge / fade);
          out[y * columns + x] = (data[Math.floor(y / scale) * width + Math.floor(x / scale)] ?? 0) + wrong;
        }
      }
      return { [to]: hostTensor('float32', [1, channels, rows, columns], out) };
    },
    release: async () => undefined,
  });
  return {
    sizes: { vae },
    using: (name, run) =>
      run(
        name === 'autoencoder_decode' ? program('latents', 'image', factor) : program('image', 'latents', 1 / factor),
      ),
  };
}

function planesOf(tensor: Parameters<Program['run']>[0][string] | undefined) {
  if (tensor?.place !== 'host' || !(tensor.data instanceof Float32Array)) throw new Error('not on the host');
  return { shape: tensor.shape, data: tensor.data };
}

/** The largest error away from the picture's own edges, in the one channel that the double fills. */
function worstInside({ data, width, height }: Planes, margin: number): number {
  let worst = 0;
  for (let y = margin; y < height - margin; y += 1) {
    for (let x = margin; x < width - margin; x += 1) worst = Math.max(worst, Math.abs(data[y * width + x] ?? 0));
  }
  return worst;
}

const flat = (height: number, width: number): Planes => ({
  channels: 1,
  height,
  width,
  data: new Float32Array(height * width),
});

test('latents are developed in overlapping tiles whose seams fade', async () => {
  const seen: (readonly [number, number])[] = [];
  const image = await develop(source(seen), flat(160, 96));
  expect([image.height, image.width]).toEqual([320, 192]);
  expect(seen.length).toBeGreaterThan(1);
  expect(seen.every(([height, width]) => height * width <= 64 * 64)).toBe(true);
  expect(worstInside(image, 2 * reach * factor)).toBeLessThan(wrongAtEdge / 2);
});

test('a picture is encoded in overlapping tiles whose seams fade', async () => {
  const seen: (readonly [number, number])[] = [];
  const latents = await encode(source(seen), flat(320, 192));
  expect([latents.height, latents.width]).toEqual([160, 96]);
  expect(seen.length).toBeGreaterThan(1);
  expect(worstInside(latents, 2 * reach)).toBeLessThan(wrongAtEdge / 2);
});

/** The autoencoder on a device that has memory for so many latents at once. */
function sparing(room: number, code: FailureCode = 'MEMORY_FULL') {
  const seen: (readonly [number, number])[] = [];
  const inner = source(seen);
  const limited: AutoencoderSource = {
    ...inner,
    using: (name, run) =>
      inner.using(name, (program) =>
        run({
          ...program,
          async run(feeds, places) {
            const [, , height = 0, width = 0] = Object.values(feeds)[0]?.shape ?? [];
            if (height * width <= room) return program.run(feeds, places);
            if (code === 'MEMORY_FULL') return fail(code, { graph: name, doing: 'run', bytes: 7 });
            return fail('RUN_FAILED', { graph: name, reason: 'broken' });
          },
        }),
      ),
  };
  return { seen, limited };
}

const waves = (height: number, width: number): Planes => ({
  channels: 1,
  height,
  width,
  data: Float32Array.from({ length: height * width }, (_, at) => Math.sin(at)),
});

/** How often room was made, and what came of it. */
async function developed(latents: Planes, room: number, code?: FailureCode) {
  const { seen, limited } = sparing(room, code);
  let made = 0;
  const makeRoom = async () => {
    made += 1;
  };
  const outcome = await inTilesThatFit(latents, makeRoom, (tiling) => develop(limited, latents, tiling)).then(
    (image) => ({ image, failure: null }),
    (error: unknown) => ({ image: null, failure: failureOf(error) }),
  );
  return { ...outcome, made, seen };
}

test.each<[string, Planes, room: number, side: number]>([
  ['a picture that is usually whole', waves(60, 60), 32 * 32, 32],
  ['one that is usually whole, with very little room', waves(60, 60), 16 * 16, 16],
  ['one that is usually in tiles', waves(96, 70), 32 * 32, 32],
  ['one that is no wider than a tile', waves(100, 20), 32 * 20, 32],
])('where memory is full, the kept latents are developed in smaller tiles: %s', async (_, latents, room, side) => {
  const { image, made, seen } = await developed(latents, room);
  const tiled = await develop(source([]), latents, { size: side, stride: side / 2 });
  expect(image).toEqual(tiled);
  expect(made).toBe(1);
  expect(seen.every(([height, width]) => height * width <= room)).toBe(true);
});

test('a failure that comes once is followed by tiles, and nothing fails where there is room', async () => {
  const latents = waves(40, 40);
  let runs = 0;
  const once = inTilesThatFit(
    latents,
    async () => undefined,
    (tiling) => {
      runs += 1;
      if (runs === 1) fail('MEMORY_FULL', { graph: 'autoencoder_decode', doing: 'load', bytes: 7 });
      return develop(source([]), latents, tiling);
    },
  );
  expect(await once).toEqual(await develop(source([]), latents, { size: 32, stride: 16 }));
  expect(await developed(latents, 40 * 40)).toMatchObject({ image: await develop(source([]), latents), made: 0 });
});

test('where the smallest tiles do not fit either, the first failure is told; others are not tried again', async () => {
  const full = { code: 'MEMORY_FULL', data: { graph: 'autoencoder_decode', doing: 'run', bytes: 7 } };
  expect(await developed(waves(60, 60), 100)).toMatchObject({ image: null, failure: full, made: 1, seen: [] });
  const broken = { code: 'RUN_FAILED', data: { graph: 'autoencoder_decode', reason: 'broken' } };
  expect(await developed(waves(60, 60), 100, 'RUN_FAILED')).toMatchObject({ failure: broken, made: 0 });
});

test('a start picture is encoded in smaller tiles too', async () => {
  const picture = waves(120, 120);
  const { limited } = sparing(64 * 64);
  const latents = { height: 60, width: 60 };
  const encoded = await inTilesThatFit(
    latents,
    async () => undefined,
    (tiling) => encode(limited, picture, tiling),
  );
  expect(encoded).toEqual(await encode(source([]), picture, { size: 32, stride: 16 }));
});
