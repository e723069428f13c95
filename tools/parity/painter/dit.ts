import { imageIds } from '../../../model/tables/flux-positions.ts';
import { type HostTensor, hostTensor } from '../../../workers/gpu/runtime.ts';
import { FluxDecoder } from '../../../workers/painter/flux-decoder.ts';
import { allResident } from '../../../workers/painter/flux-weights.ts';
import { velocityOf } from '../../../workers/painter/paint.ts';
import type { Component } from '../component.ts';
import { float32Input, joined } from '../language/inputs.ts';
import { BuiltPainter } from './built-painter.ts';
import { planesInput, unhurried } from './inputs.ts';

/** The whole decoder once for each pair of timestep and guidance, as the steps of one schedule. */
export const dit: Component = async (golden, runtime) => {
  const source = new BuiltPainter(golden, runtime, 'dit');
  const flux = new FluxDecoder(runtime, source, 'generation', allResident);
  try {
    const latents = planesInput(golden, 'latents');
    const timesteps = float32Input(golden, 'timestep');
    const guidance = float32Input(golden, 'guidance');
    const key = { timesteps, guidance, pooled: await source.pooled() };
    const pace = unhurried(runtime);
    const ids = imageIds([latents.height, latents.width], flux.config.patch);
    const order = {
      context: float32Input(golden, 'context'),
      textIds: float32Input(golden, 'text_ids'),
      imageIds: ids,
    };
    const branch = await flux.begin(order, await flux.modulation(key, pace));
    const runs: Float32Array[] = [];
    for (const step of timesteps.keys()) runs.push((await velocityOf(flux, branch, latents, step, pace)).data);
    flux.end(branch);
    const shape = [runs.length, latents.channels, latents.height, latents.width];
    const outputs = new Map<string, HostTensor>([['velocity', hostTensor('float32', shape, joined(runs))]]);
    return { outputs, computedBy: 'graph' };
  } finally {
    await flux.close();
    await source.release();
  }
};
