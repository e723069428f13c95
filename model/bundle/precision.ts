/** Which precision each weight of a bundle is stored in: one table, by what a weight is for. */
import { blockSize } from '../onnx/stored.ts';
import type { Precision, WeightDeclaration } from '../onnx/types.ts';
import { tableNames } from '../pieces/projectors.ts';

/** What a person asks the converter for. */
export const bundlePrecisions = ['q4', 'q8', 'f16'] as const;
export type BundlePrecision = (typeof bundlePrecisions)[number];

export interface PlanRow {
  readonly weights: string;
  readonly matches: (declaration: WeightDeclaration) => boolean;
  readonly stored: Readonly<Record<BundlePrecision, Precision>>;
  /** Errors are relative to float32, as `nexus bench --suite quantisation` prints them. */
  readonly reason: string;
}

const measured = 'nexus bench --suite quantisation';

/** The first row that matches decides. */
export const precisionPlan: readonly PlanRow[] = [
  {
    weights: 'the learned inputs of an image’s positions',
    matches: ({ name }) => name === tableNames.prefill,
    stored: { q4: 'float32', q8: 'float32', f16: 'float32' },
    reason: 'a megabyte that every drawing begins with; nothing is worth losing on it',
  },
  {
    weights: 'biases and scales of norms',
    matches: ({ role, shape }) => role === 'vector' && shape.length < 2,
    stored: { q4: 'float32', q8: 'float32', f16: 'float32' },
    reason: 'under a thousandth of all bytes',
  },
  {
    weights: 'kernels of convolutions and small tables inside graphs',
    matches: ({ role }) => role === 'vector',
    stored: { q4: 'float16', q8: 'float16', f16: 'float16' },
    reason: `no operator multiplies with quantised kernels; ${measured}, rows float16`,
  },
  {
    weights: 'rows looked up by id',
    matches: ({ role }) => role === 'table',
    stored: { q4: 'q8', q8: 'q8', f16: 'float16' },
    reason: `read on the host, so 8 bits cost no speed; ${measured}, rows q8`,
  },
  {
    weights: 'matrices whose error is felt more than others',
    matches: ({ role }) => role === 'sensitive',
    stored: { q4: 'q8', q8: 'q8', f16: 'float16' },
    reason: `projections into and out of the image space and FLUX’s modulation; ${measured}, rows q8 against q4`,
  },
  {
    weights: 'all other matrices',
    matches: ({ role }) => role === 'matrix',
    stored: { q4: 'q4', q8: 'q8', f16: 'float16' },
    reason: `most of the bytes; ${measured}, rows q4; where 8 bits would help most: nexus bench --suite depth`,
  },
];

/** No shard is larger, and no weight but a table is split. */
export const shardLimit = 2 ** 30;

/**
 * The precision of every weight in a bundle. A matrix whose inputs are no multiple of 32 keeps 16 bits, because blocks
 * would not fit; one that is larger than a shard in 16 bits takes 8.
 */
export function precisionOf(requested: BundlePrecision): (declaration: WeightDeclaration) => Precision {
  return (declaration) => {
    const row = precisionPlan.find(({ matches }) => matches(declaration));
    const stored = row?.stored[requested] ?? 'float32';
    const { role, shape } = declaration;
    const blocks = shape.length === 2 && (shape[1] ?? 0) % blockSize === 0;
    if (stored === 'q4' || stored === 'q8') return blocks ? stored : 'float16';
    const bytes = shape.reduce((product, size) => product * size, 2);
    return stored === 'float16' && blocks && role !== 'table' && bytes > shardLimit ? 'q8' : stored;
  };
}
