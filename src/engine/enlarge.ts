/** Pictures are enlarged beside the page, in a worker that ends with the call; stopping it ends the worker. */
import type { Enlargement } from '../../model/recipe/recipe.ts';
import { unlessStopped } from '../../session/unless-stopped.ts';
import type { Outcome, Painting } from '../../workers/protocol.ts';
import type { RgbaPixels, UpscalerPlace, UpscalerSaying } from '../../workers/upscaler/protocol.ts';
import { oneCall } from './one-call.ts';
import { spawnUpscaler } from './spawn.ts';

export interface EnlargingOptions {
  readonly device: UpscalerPlace['device'];
  readonly signal: AbortSignal;
  /** Told how many parts are done, of how many. */
  readonly tell: (done: UpscalerSaying['enlarged']) => void;
}

function placeOn(device: UpscalerPlace['device']): UpscalerPlace {
  return { folder: new URL('upscaler/', document.baseURI).href, device };
}

/**
 * A painted picture's file enlarged, as a PNG file whose recipe says so.
 *
 * @throws STOPPED, PAGE_PART, and what the device throws
 */
export const enlargeFile = (
  file: Blob,
  name: string,
  enlargement: Enlargement,
  { device, signal, tell }: EnlargingOptions,
) =>
  oneCall(spawnUpscaler(tell), (worker) =>
    unlessStopped<Outcome<Uint8Array<ArrayBuffer>>>(
      worker.enlarge(file, name, enlargement, placeOn(device)),
      signal,
      'drawing',
    ),
  );

/**
 * A painting enlarged, at the size at which a file of it is read.
 *
 * @throws as enlargeFile
 */
export const enlargePainting = (
  { width, height, data }: Painting,
  enlargement: Enlargement,
  { device, signal, tell }: EnlargingOptions,
) =>
  oneCall(spawnUpscaler(tell), (worker) =>
    unlessStopped<Outcome<RgbaPixels>>(
      worker.repeat({ width, height, data }, enlargement, placeOn(device)),
      signal,
      'drawing',
    ),
  );
