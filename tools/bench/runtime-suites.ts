/** The suites that need nothing but a runtime: they measure the processor in this process, or the graphics card in Chrome. */
import type { Runtime } from '../../workers/gpu/runtime.ts';
import { benchDepth, narrowSizes } from './depth.ts';
import { benchFloat16 } from './float16.ts';
import { publishedSizes } from './pieces.ts';
import { benchPrefill } from './prefill.ts';
import { benchQuantisation } from './quantisation.ts';
import { midSize } from './random-language.ts';
import type { BenchRow, Done } from './row.ts';
import { benchTurns } from './turns.ts';

export type RuntimeSuite = 'quantisation' | 'depth' | 'float16' | 'prefill' | 'turns';

interface Suite {
  /** How often each figure is measured where nobody says. */
  readonly cases: number;
  measure(runtime: Runtime, cases: number, done: Done): Promise<readonly BenchRow[]>;
}

export const runtimeSuites: Readonly<Record<RuntimeSuite, Suite>> = {
  quantisation: {
    cases: 1,
    measure: (runtime, cases, done) => benchQuantisation(runtime, publishedSizes, cases, done),
  },
  depth: { cases: 1, measure: (runtime, cases, done) => benchDepth(runtime, narrowSizes, cases, done) },
  float16: { cases: 1, measure: (runtime, cases, done) => benchFloat16(runtime, publishedSizes, cases, done) },
  prefill: { cases: 5, measure: (runtime, cases, done) => benchPrefill(runtime, midSize, cases, done) },
  turns: { cases: 5, measure: (runtime, cases, done) => benchTurns(runtime, midSize, cases, done) },
};
