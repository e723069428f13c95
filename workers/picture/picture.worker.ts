/** Reads and writes picture files beside the page's thread, which a large one would hold up. */
import '../../model/schemas-without-eval.ts';
import { expose, transfer } from 'comlink';
import { isShownWell } from '../../model/image/header.ts';
import { writePng } from '../../model/recipe/png.ts';
import { holdLivenessLock } from '../liveness-lock.ts';
import { tellRequests } from '../requests.ts';
import { outcomeOf } from '../serve.ts';
import { cropPicture } from './crop.ts';
import { previewOf } from './preview.ts';
import type { PictureWorker } from './protocol.ts';
import { readPicture } from './read.ts';
import { keepRestOf, showDifference } from './unedited.ts';

const service: PictureWorker = {
  async encode(painting, recipe) {
    const outcome = await outcomeOf(async () => new Uint8Array(writePng(painting, recipe)));
    return outcome.ok ? transfer(outcome, [outcome.result.buffer]) : outcome;
  },
  judge: (blob, file) =>
    outcomeOf(async () => {
      const { header, size, image } = await readPicture(blob, file);
      return { kind: header.kind, size, preview: isShownWell(header) ? null : await previewOf(image) };
    }),
  async read(blob, file) {
    const outcome = await outcomeOf(async () => (await readPicture(blob, file)).image);
    return outcome.ok ? transfer(outcome, [outcome.result.data.buffer]) : outcome;
  },
  async compare(before, after) {
    const outcome = await outcomeOf(() => showDifference(before, after));
    return outcome.ok ? transfer(outcome, [outcome.result.overlay.buffer]) : outcome;
  },
  async keepRest(before, after, picture) {
    const outcome = await outcomeOf(() => keepRestOf(before, after, picture));
    return outcome.ok ? transfer(outcome, [outcome.result.png.buffer]) : outcome;
  },
  crop: (blob, file, crop) => outcomeOf(() => cropPicture(blob, file, crop)),
  preview: (blob, file) => outcomeOf(async () => previewOf((await readPicture(blob, file)).image)),
};

expose(service);
holdLivenessLock();
tellRequests();
