/**
 * What a golden case gives and what a component answers. Components and the judge know neither Node nor a page, so that
 * the same code is checked on every device.
 */
import type { SourceFolder } from '../../model/checkpoint/source.ts';
import type { HostTensor, ReadStored, Runtime } from '../../workers/gpu/runtime.ts';

/** One case folder, read. */
export interface GoldenCase {
  readonly config: unknown;
  readonly args: Readonly<Record<string, unknown>>;
  /** The tensors `in.*` of io.safetensors, without their prefix. */
  readonly inputs: ReadonlyMap<string, HostTensor>;
  /** The tensors of weights.safetensors, float32, by official name; a case without that file has none to read. */
  readonly weights: ReadStored;
  /** The case's own folder, for components that read a whole checkpoint. */
  readonly files: SourceFolder;
  readonly expected?: unknown;
  /** The whole of case.json. */
  readonly caseJson: unknown;
}

/**
 * A judgement that is no comparison of tensors. The judge demands one for every entry of `args.refused` (named by
 * `refusedName`) and of `args.variants` and `args.broken` (named by the entry's `file`); more may be given.
 */
export interface Check {
  readonly output: string;
  readonly ok: boolean;
  /** What was found, for the row; for a failure, what is wrong. */
  readonly reason: string;
}

/** The name of the check that a size of `args.refused` is refused, for instance "refused 1x201". */
export function refusedName(size: readonly unknown[]): string {
  return `refused ${size.join('x')}`;
}

export interface ComponentResult {
  /** By the output's name in case.json. */
  readonly outputs: ReadonlyMap<string, HostTensor>;
  /** Compared exactly with the case's `expected`, key by key. */
  readonly expected?: unknown;
  readonly checks?: readonly Check[];
  /** `plain`: computed by TypeScript alone, whatever the device. */
  readonly computedBy: 'graph' | 'plain';
}

/** Computes a case. What it throws fails the case with its message. */
export type Component = (golden: GoldenCase, runtime: Runtime) => Promise<ComponentResult>;
