/** The shard of a negative prompt: computed by the text encoders, or read from the file of one who has. */
import { joinSources } from '../checkpoint/folder.ts';
import type { TensorSource } from '../checkpoint/tensors.ts';
import type { NexusConfig } from '../config/nexus.ts';
import { fail } from '../failure.ts';
import {
  bytesBehind,
  type Computation,
  type ComputedStep,
  type ComputedTensors,
  type PlannedStep,
  resultBytes,
} from './computed-steps.ts';
import type { GraphRunner } from './graph-runner.ts';
import type { NegativeSource } from './negative-source.ts';
import { negativeHeader } from './negative-text.ts';
import { constantNames } from './parts.ts';
import type { PlannedShard } from './planned-parts.ts';
import { bytesOf } from './row-block.ts';
import { plannedPooled, plannedStates, pooledOf, statesOf } from './text-constants.ts';
import { clipIds, type OpenTokenizer, openClipTokenizer, openT5Tokenizer, t5Ids } from './text-ids.ts';

type NegativeShard = Extract<PlannedShard, { kind: 'negative' }>;

/** What words are read and run with. */
interface Encoding {
  readonly runner: GraphRunner;
  readonly openTokenizer: OpenTokenizer;
}

/** The most bytes that it takes of the disk beside its own while it is made. */
export function negativeBytesBeside({ source, layout }: NegativeShard, config: NexusConfig): number {
  const tokens = config.nexus_gen.negative_length;
  switch (source.kind) {
    case 'file':
      return bytesBehind(source.weights, plannedReads(layout));
    case 't5':
      return bytesBehind(source.t5.weights, plannedStates(source.t5.config, tokens));
    case 'encoders': {
      const states = plannedStates(source.t5.config, tokens);
      return bytesBehind(joined(source), [...states, behind(states, plannedPooled(source.clip.config))]);
    }
  }
}

/** @throws MODEL_MISMATCH, TOKENIZER_INVALID, and what reading its source finds */
export async function negativeTensors(
  { source, layout, text }: NegativeShard,
  config: NexusConfig,
  encoding: Encoding,
): Promise<ComputedTensors> {
  const computation = await computationOf(source, layout, text, config.nexus_gen.negative_length, encoding);
  return {
    computation,
    async tensors(resultOf) {
      const tensors = new Map<string, Uint8Array>([['header', negativeHeader(config, text)]]);
      const names = [constantNames.negative, constantNames.pooled];
      for (const [at, step] of computation.wanted.entries()) tensors.set(names[at] ?? '', await resultOf(step));
      return tensors;
    },
  };
}

async function computationOf(
  source: NegativeSource,
  layout: NegativeShard['layout'],
  text: string,
  tokens: number,
  { runner, openTokenizer }: Encoding,
): Promise<Computation> {
  if (source.kind === 'file') return readFrom(source.weights, layout);
  if (source.kind === 't5') return statesOf(t5Ids([], tokens), source.t5, runner);
  const { t5, clip, tokenizers } = source;
  const [t5Words, clipWords] = [
    await openT5Tokenizer(tokenizers, openTokenizer),
    await openClipTokenizer(tokenizers, openTokenizer),
  ];
  const states = await statesOf(t5Ids(t5Words(text), tokens), t5, runner);
  const [pooled] = pooledOf(clipIds(clipWords(text), clip.config), clip, runner).steps;
  if (pooled === undefined) return fail('UNEXPECTED', { message: 'CLIP has no step' });
  return {
    source: joined(source),
    steps: [...states.steps, behind(states.steps, pooled)],
    wanted: [...states.wanted, states.steps.length],
  };
}

function joined({ t5, clip }: Extract<NegativeSource, { kind: 'encoders' }>): TensorSource {
  return joinSources(t5.weights.name, [t5.weights, clip.weights]);
}

/** A step whose result lies behind those of the others. */
function behind<Step extends PlannedStep>(others: readonly PlannedStep[], step: Step): Step {
  return { ...step, at: resultBytes(others) };
}

/** A step for each tensor of the file. */
function plannedReads({ tensors }: NegativeShard['layout']): readonly PlannedStep[] {
  let at = 0;
  return tensors
    .filter(({ type }) => type === 'float32')
    .map(({ name, bytes }) => {
      const step = { weights: [name], takes: [], at, bytes };
      at += bytes;
      return step;
    });
}

function readFrom(source: TensorSource, layout: NegativeShard['layout']): Computation {
  const steps = plannedReads(layout).map(
    (planned): ComputedStep => ({
      ...planned,
      async compute(read) {
        const [name = ''] = planned.weights;
        return bytesOf(await read(name));
      },
    }),
  );
  return { source, steps, wanted: steps.map((_, at) => at) };
}
