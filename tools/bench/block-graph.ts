/** One FLUX block of each kind with random weights, small enough for a graphics card in software, and its inputs. */
import { published } from '../../model/config/published.table.ts';
import { type BuiltGraph, exactOptions } from '../../model/onnx/graph.ts';
import { fluxJointBlock, fluxSingleBlock } from '../../model/pieces/flux-blocks.ts';
import type { HostTensor, Program, ReadStored, Runtime } from '../../workers/gpu/runtime.ts';
import { randomInputs } from './deviation.ts';
import { RandomWeights } from './random-weights.ts';

export type BlockName = 'joint' | 'single';
export const blockNames: readonly BlockName[] = ['joint', 'single'];

const config = { ...published.dit, hidden: 256, heads: 2, joint: 1, single: 1 };
/** Of each input. */
const tokens = 96;
const weights = new RandomWeights('0');

export function blockGraph(name: BlockName): BuiltGraph {
  return name === 'joint' ? fluxJointBlock(config, exactOptions) : fluxSingleBlock(config, exactOptions);
}

export function blockFeeds(graph: BuiltGraph): Readonly<Record<string, HostTensor>> {
  return randomInputs(graph, weights, tokens);
}

export function blockWeights(graph: BuiltGraph): ReadStored {
  return weights.reading(graph);
}

interface LoadedBlock {
  readonly program: Program;
  readonly feeds: Readonly<Record<string, HostTensor>>;
  readonly places: Readonly<Record<string, 'host'>>;
}

/** Runs blocks, each loaded when it is first asked for. */
export class BlockRunner {
  readonly #runtime: Runtime;
  readonly #loaded = new Map<BlockName, Promise<LoadedBlock>>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /** Milliseconds from the inputs on the host to the outputs on the host. */
  async run(name: BlockName): Promise<number> {
    const loading = this.#loaded.get(name) ?? this.#load(name);
    this.#loaded.set(name, loading);
    const { program, feeds, places } = await loading;
    const begin = performance.now();
    await program.run(feeds, places);
    return performance.now() - begin;
  }

  async #load(name: BlockName): Promise<LoadedBlock> {
    const graph = blockGraph(name);
    const places = Object.fromEntries(graph.outputs.map((output) => [output.name, 'host'] as const));
    return { program: await this.#runtime.build(graph, blockWeights(graph)), feeds: blockFeeds(graph), places };
  }
}
