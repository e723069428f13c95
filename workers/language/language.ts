/** The language side as its worker serves it: one bundle open at a time, one reply at a time. */

import type { Throughput } from '../../model/bundle/operations.ts';
import type { Bundle } from '../../model/bundle/reader.ts';
import { decodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { fail } from '../../model/failure.ts';
import { requireTokenIds, type Tokenizer } from '../../model/text/tokens.ts';
import { planMemory } from '../bundle/memory-plan.ts';
import type { Runtime } from '../gpu/runtime.ts';
import { measureThroughput } from '../gpu/throughput.ts';
import { HostedModel, type Surroundings } from '../hosted-model.ts';
import type { ImageContent, LanguageWorker, MemoryPlan, Reply, TurnRequest } from '../protocol.ts';
import { outcomeOf } from '../serve.ts';
import { openBundleLanguage } from './bundle-language.ts';
import { ImageEmbedder } from './image-embedder.ts';
import { LanguageModel } from './model.ts';
import { Reader } from './prefill.ts';
import { createTokenizer } from './tokenizer.ts';
import { Speaker } from './turn.ts';

/** A bundle that can speak, on a runtime of the caller's. */
export interface OpenLanguage {
  readonly speaker: Speaker;
  /** Of the runtime. */
  throughput(signal: AbortSignal): Promise<Throughput>;
  /** Frees the cache and releases the programs; the runtime stays the caller's. */
  close(): Promise<void>;
}

/** @throws BUNDLE_FILE, BUNDLE_LACKS, TOKENIZER_INVALID, CONFIG_INVALID */
export async function openLanguage(
  runtime: Runtime,
  bundle: Bundle,
  { slots, streamed }: MemoryPlan = planMemory(bundle, runtime),
): Promise<OpenLanguage> {
  const { config, manifest } = bundle;
  const tokenizer = await readTokenizer(bundle);
  requireTokenIds(config, tokenizer);
  const weights = openBundleLanguage(runtime, bundle, new Set(streamed));
  const model = new LanguageModel(runtime, weights, config, slots);
  const reader = new Reader(model, config.vision_config.spatial_merge_size);
  const { top_k: topK, repetition_penalty: repetitionPenalty, eos_token_id: ends } = manifest.defaults.sampling;
  const endIds = new Set([config.eos_token_id, ...ends]);
  const imageEmbedder = new ImageEmbedder(weights, config);
  return {
    speaker: new Speaker({
      model,
      reader,
      imageEmbedder,
      tokenizer,
      config,
      sampling: { topK, repetitionPenalty, endIds },
    }),
    throughput: (signal) => measureThroughput(runtime, signal),
    async close() {
      model.close();
      await weights.close();
    },
  };
}

async function readTokenizer(bundle: Bundle): Promise<Tokenizer> {
  const file = 'tokenizer.json';
  const source = await bundle.file(file);
  return createTokenizer(parsedJson(file, decodeUtf8(await source.read(0, source.size)) ?? ''));
}

function parsedJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return fail('FILE_UNREADABLE', { file, problem: 'other', reason: 'no JSON' });
  }
}

export function serveLanguage(surroundings: Surroundings): LanguageWorker {
  const host = new HostedModel<OpenLanguage>('language', surroundings, openLanguage);
  const { events } = host;

  function speak(request: TurnRequest, contents: readonly ImageContent[]): Promise<Reply> {
    const { job } = request;
    const callbacks = {
      reading: (done: number, total: number) => events.send({ type: 'reading', job, done, total }),
      text: (delta: string, tokens: number) => events.send({ type: 'text', job, delta, tokens }),
      imagining: () => events.send({ type: 'imagining', job }),
    };
    return host.run(job, ({ speaker }, signal) => speaker.speak(request, contents, callbacks, signal));
  }

  return {
    open: (options, port) => outcomeOf(() => host.open(options, port)),
    lacking: (request) => outcomeOf(async () => host.model.speaker.lacking(request)),
    speak: (request, contents) => outcomeOf(() => speak(request, contents)),
    throughput: (job) => outcomeOf(() => host.run(job, (language, signal) => language.throughput(signal))),
    cancel: async (job) => host.cancel(job),
    memory: async () => host.memory(),
    close: () => outcomeOf(() => host.close()),
  };
}
