/** Writes a painting's PNG beside the page's thread: compressing a large picture would hold the page up. */
import '../../model/schemas-without-eval.ts';
import { expose, transfer } from 'comlink';
import { writePng } from '../../model/recipe/png.ts';
import { holdLivenessLock } from '../liveness-lock.ts';
import type { PictureWorker } from '../protocol.ts';
import { outcomeOf } from '../serve.ts';

const service: PictureWorker = {
  async encode(painting, recipe) {
    const outcome = await outcomeOf(async () => new Uint8Array(writePng(painting, recipe)));
    return outcome.ok ? transfer(outcome, [outcome.result.buffer]) : outcome;
  },
};

expose(service);
holdLivenessLock();
