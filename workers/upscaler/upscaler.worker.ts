/** Enlarges one picture, beside the page's thread and the model's workers. */
import '../../model/schemas-without-eval.ts';
import { expose, transfer } from 'comlink';
import { holdLivenessLock } from '../liveness-lock.ts';
import { loadOrt } from '../ort.ts';
import { tellRequests } from '../requests.ts';
import { outcomeOf } from '../serve.ts';
import type { UpscalerSaying, UpscalerWorker } from './protocol.ts';
import { enlargeFile, enlargePainting } from './serve.ts';

const onTile = (tiles: number, of: number) => self.postMessage({ enlarged: { tiles, of } } satisfies UpscalerSaying);

const service: UpscalerWorker = {
  async enlarge(file, name, enlargement, place) {
    const outcome = await outcomeOf(() => enlargeFile(file, name, enlargement, { place, loadOrt, onTile }));
    return outcome.ok ? transfer(outcome, [outcome.result.buffer]) : outcome;
  },
  async repeat(painting, enlargement, place) {
    const outcome = await outcomeOf(() => enlargePainting(painting, enlargement, { place, loadOrt, onTile }));
    return outcome.ok ? transfer(outcome, [outcome.result.data.buffer]) : outcome;
  },
};

expose(service);
holdLivenessLock();
tellRequests();
