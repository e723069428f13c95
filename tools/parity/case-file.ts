import { z } from 'zod';
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import { fail } from '../../model/failure.ts';
import type { HostTensor, ReadStored } from '../../workers/gpu/runtime.ts';
import type { GoldenCase } from './component.ts';
import { readTensors, weightReader } from './tensors.ts';

const outputSchema = z.object({
  dtype: z.string(),
  shape: z.array(z.number().int().nonnegative()),
  tolerance: z.record(z.string(), z.number()),
});

const caseSchema = z.looseObject({
  component: z.string(),
  config: z.unknown().optional(),
  args: z.record(z.string(), z.unknown()).default({}),
  outputs: z.record(z.string(), outputSchema).default({}),
  expected: z.unknown().optional(),
});

export type CaseFile = z.infer<typeof caseSchema>;
export type ExpectedTensor = z.infer<typeof outputSchema>;

/** A case with its reference answers. */
export interface ReadCase {
  readonly file: CaseFile;
  readonly golden: GoldenCase;
  /** The tensors `out.*`, without their prefix. */
  readonly reference: ReadonlyMap<string, HostTensor>;
}

/** Reads case.json alone: which component a folder is for. */
export async function readCaseFile(folder: SourceFolder): Promise<CaseFile> {
  const source = await folder.open('case.json');
  const text = new TextDecoder('utf-8', { fatal: true }).decode(await source.read(0, source.size));
  return caseSchema.parse(JSON.parse(text));
}

export async function readCase(folder: SourceFolder): Promise<ReadCase> {
  const file = await readCaseFile(folder);
  const paths = new Set(await folder.list());
  const tensors = paths.has('io.safetensors') ? await readTensors(await folder.open('io.safetensors')) : new Map();
  const weights: ReadStored = paths.has('weights.safetensors')
    ? await weightReader(await folder.open('weights.safetensors'))
    : async (tensor) => fail('TENSOR_MISSING', { file: 'weights.safetensors', tensor });
  const golden = {
    config: file.config,
    args: file.args,
    inputs: withPrefix(tensors, 'in.'),
    weights,
    files: folder,
    expected: file.expected,
    caseJson: file,
  };
  return { file, golden, reference: withPrefix(tensors, 'out.') };
}

function withPrefix(tensors: ReadonlyMap<string, HostTensor>, prefix: string): ReadonlyMap<string, HostTensor> {
  const chosen = [...tensors].filter(([name]) => name.startsWith(prefix));
  return new Map(chosen.map(([name, tensor]) => [name.slice(prefix.length), tensor]));
}
