/**
 * A runtime that lets no value through that is no number. What a graph of 16 bits overflows in becomes an infinity or a NaN, which every
 * later layer hands on: through norms, attention and residual sums it reaches whatever is read back, the velocity of a step or the
 * logits behind the last segment. So what is read back anyway is looked at, and nothing else has to be.
 */
import { fail } from '../../model/failure.ts';
import { forwarded, type Program, type Runtime, type Tensor } from './runtime.ts';

/** Its programs throw NOT_FINITE where an output on the host holds a value that is infinite or no number. */
export function finiteRuntime(runtime: Runtime): Runtime {
  const { activations } = runtime.report;
  const checked = <Read extends Tensor>(graph: string, tensor: Read): Read =>
    holdsNumbers(tensor) ? tensor : fail('NOT_FINITE', { graph, activations });
  const program = (name: string, loaded: Program): Program => ({
    async run(feeds, places) {
      const outputs = await loaded.run(feeds, places);
      try {
        for (const tensor of Object.values(outputs)) checked(name, tensor);
        return outputs;
      } catch (error) {
        // What it made for the caller goes with the failure.
        for (const [output, place] of Object.entries(places)) {
          const tensor = outputs[output];
          if (tensor?.place === 'device' && place !== tensor) runtime.free(tensor);
        }
        throw error;
      }
    },
    release: () => loaded.release(),
  });
  return {
    ...forwarded(runtime),
    load: async (file) => program(file.name, await runtime.load(file)),
    build: async (graph, readStored) => program(graph.name, await runtime.build(graph, readStored)),
    read: async (tensor) => checked('read', await runtime.read(tensor)),
  };
}

/** Of float32 values on the host; a difference with itself is zero for finite values alone. */
function holdsNumbers(tensor: Tensor): boolean {
  if (tensor.place === 'device' || !(tensor.data instanceof Float32Array)) return true;
  let sum = 0;
  for (const value of tensor.data) sum += value - value;
  return sum === 0;
}
