import type { GraphRunner } from '../../model/bundle/graph-runner.ts';
import { fail } from '../../model/failure.ts';
import { hostTensor, type Runtime } from './runtime.ts';

/** Runs the converter's graphs, each once, on a runtime. */
export function graphRunner(runtime: Runtime): GraphRunner {
  return {
    async run(graph, readWeight, feeds, output) {
      const program = await runtime.build(graph, readWeight);
      try {
        const inputs = Object.entries(feeds).map(([name, { type, shape, data }]) => [
          name,
          hostTensor(type, shape, data),
        ]);
        const results = await program.run(Object.fromEntries(inputs), { [output]: 'host' });
        const result = results[output];
        if (result?.place === 'host' && result.data instanceof Float32Array) return result.data;
        return fail('RUN_FAILED', { graph: graph.name, reason: `no float32 output ${output}` });
      } finally {
        await program.release();
      }
    },
  };
}
