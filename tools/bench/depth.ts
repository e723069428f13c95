/**
 * Where 8 bits would help a bundle of 4 most: of each large piece, at its published depth and a fraction of its width, how far the
 * output is from float32's where some of its matrices are stored in 8 bits, and what those cost at the published widths. Blocks of 32
 * values are quantised alone, so that errors relative to a value do not depend on the width.
 */
import { precisionOf } from '../../model/bundle/precision.ts';
import { storedWeights } from '../../model/bundle/shards.ts';
import type { FluxConfig } from '../../model/config/painter.ts';
import { published } from '../../model/config/published.table.ts';
import type { TransformerConfig } from '../../model/config/transformer.ts';
import type { VisionConfig } from '../../model/config/vision.ts';
import { exactOptions, type GraphOptions } from '../../model/onnx/graph.ts';
import { storedBytes } from '../../model/onnx/stored.ts';
import type { WeightDeclaration } from '../../model/onnx/types.ts';
import { fluxDeclarations } from '../../model/pieces/flux.ts';
import { allLayers, transformerSegment } from '../../model/pieces/transformer.ts';
import { visionEncoder } from '../../model/pieces/vision-encoder.ts';
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { deviation, outputsOf } from './deviation.ts';
import { fluxStack } from './flux-stack.ts';
import { usualTokens } from './pieces.ts';
import { RandomWeights } from './random-weights.ts';
import { type BenchRow, benchRow, type Done } from './row.ts';

/** As deep as published. */
export interface DepthSizes {
  readonly vision: VisionConfig;
  readonly transformer: TransformerConfig;
  readonly flux: FluxConfig;
}

/** Small enough for a minute of the processor; what is no multiple of 32 as published is none here. */
export const narrowSizes: DepthSizes = {
  vision: { ...published.vision, hidden_size: 160, num_heads: 2, intermediate_size: 427, out_hidden_size: 256 },
  transformer: {
    ...published.transformer,
    hidden_size: 256,
    num_attention_heads: 2,
    num_key_value_heads: 1,
    intermediate_size: 1344,
  },
  flux: { ...published.dit, hidden: 128, heads: 1 },
};

type Precision = GraphOptions['precision'];

/** Some matrices of a piece: those that would be stored in 8 bits. */
interface Choice {
  readonly name: string;
  readonly has: (weight: string) => boolean;
}

interface DeepPiece {
  readonly name: string;
  /** At the published sizes. */
  readonly declarations: () => readonly WeightDeclaration[];
  readonly outputs: (
    runtime: Runtime,
    weights: RandomWeights,
    precision: Precision,
  ) => Promise<readonly Float32Array[]>;
  readonly choices: readonly Choice[];
}

const all: Choice = { name: 'all matrices', has: () => true };

/** @param numberOf the place of a weight's block; null outside of blocks */
function tenOf(name: string, from: number, numberOf: (weight: string) => number | null): Choice {
  return {
    name,
    has: (weight) => {
      const number = numberOf(weight);
      return number !== null && number >= from && number < from + 10;
    },
  };
}

/** The first and the last ten, and ten in the middle to compare them with. */
function tens(count: number, numberOf: (weight: string) => number | null): readonly Choice[] {
  return [
    tenOf('first ten blocks', 0, numberOf),
    tenOf('ten blocks in the middle', Math.floor((count - 10) / 2), numberOf),
    tenOf('last ten blocks', count - 10, numberOf),
  ];
}

function numbered(pattern: RegExp, before = 0): (weight: string) => number | null {
  return (weight) => {
    const [, number] = pattern.exec(weight) ?? [];
    return number === undefined ? null : before + Number(number);
  };
}

function deepPieces({ vision, transformer, flux }: DepthSizes): readonly DeepPiece[] {
  const joint = numbered(/^pipe\.dit\.blocks\.(\d+)\./);
  const single = numbered(/^pipe\.dit\.single_blocks\.(\d+)\./, flux.joint);
  const language = (config: TransformerConfig) => (options: GraphOptions) =>
    transformerSegment(config, allLayers(config), options);
  const ofGraph = (build: (options: GraphOptions) => ReturnType<typeof visionEncoder>) => {
    return (runtime: Runtime, weights: RandomWeights, precision: Precision) =>
      outputsOf(runtime, { name: '', tokens: usualTokens, build }, weights, {
        ...exactOptions,
        precision,
        weights: 'input',
      });
  };
  const declared = (graph: ReturnType<typeof visionEncoder>) => graph.weights.map(({ declaration }) => declaration);
  return [
    {
      name: 'vision encoder',
      declarations: () => declared(visionEncoder(published.vision, exactOptions)),
      outputs: ofGraph((options) => visionEncoder(vision, options)),
      choices: [...tens(vision.depth, numbered(/^visual\.blocks\.(\d+)\./)), all],
    },
    {
      name: 'transformer',
      declarations: () => declared(language(published.transformer)(exactOptions)),
      outputs: ofGraph(language(transformer)),
      choices: [
        ...tens(transformer.num_hidden_layers, numbered(/^model\.layers\.(\d+)\./)),
        { name: 'down projections', has: (weight) => weight.endsWith('.mlp.down_proj.weight') },
        all,
      ],
    },
    {
      name: 'FLUX',
      declarations: () => fluxDeclarations(published.dit),
      outputs: (runtime, weights, precision) => fluxStack(runtime, flux, weights, precision),
      choices: [
        ...tens(flux.joint + flux.single, (weight) => joint(weight) ?? single(weight)),
        { name: 'down projections', has: (weight) => /\.(ff_[ab]\.2|proj_out)\.weight$/.test(weight) },
        all,
      ],
    },
  ];
}

/** Relative error of each choice, and its gigabytes beyond those of 4 bits. */
export async function benchDepth(
  runtime: Runtime,
  sizes: DepthSizes,
  cases: number,
  done: Done,
): Promise<readonly BenchRow[]> {
  const pieces = deepPieces(sizes);
  const total = cases * pieces.reduce((sum, { choices }) => sum + choices.length + 2, 0);
  let count = 0;
  const told = () => {
    count += 1;
    done(count, total);
  };
  const rows: BenchRow[] = [];
  for (const piece of pieces) {
    const choices = [{ name: 'none', has: () => false }, ...piece.choices];
    const errors = choices.map((): number[] => []);
    for (let seed = 0; seed < cases; seed += 1) {
      const weights = new RandomWeights(String(seed));
      const reference = await piece.outputs(runtime, weights, exactOptions.precision);
      told();
      for (const [at, choice] of choices.entries()) {
        const found = await piece.outputs(runtime, weights, inEightBits(choice));
        errors[at]?.push(deviation(found, reference).relative);
        told();
      }
    }
    const declarations = piece.declarations();
    for (const [at, choice] of choices.entries()) {
      const name = `${piece.name}, 8 bits: ${choice.name}`;
      rows.push(benchRow(`${name}, relative error`, '1', errors[at] ?? []));
      rows.push(benchRow(`${name}, more`, 'GB', [moreBytes(declarations, choice) / 1e9]));
    }
  }
  return rows;
}

const [q4, q8] = [precisionOf('q4'), precisionOf('q8')];

/** A bundle of 4 bits with the chosen matrices in 8. */
function inEightBits({ has }: Pick<Choice, 'has'>): Precision {
  return (declaration) => (has(declaration.name) ? q8(declaration) : q4(declaration));
}

function moreBytes(declarations: readonly WeightDeclaration[], choice: Choice): number {
  const bytes = (precision: Precision) =>
    declarations
      .flatMap((declaration) => storedWeights(declaration, precision(declaration)))
      .flatMap(({ tensors }) => tensors)
      .reduce((sum, tensor) => sum + storedBytes(tensor), 0);
  return bytes(inEightBits(choice)) - bytes(q4);
}
