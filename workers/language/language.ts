/** The language side as its worker serves it: one bundle open at a time, one reply at a time. */
import type { Bundle } from '../../model/bundle/reader.ts';
import { decodeUtf8 } from '../../model/checkpoint/utf8.ts';
import { FailureError, fail } from '../../model/failure.ts';
import { requireTokenIds, type Tokenizer } from '../../model/text/tokens.ts';
import { planMemory } from '../bundle/memory-plan.ts';
import { openBundle } from '../bundle/open-bundle.ts';
import { summarise } from '../bundle/summary.ts';
import { openRuntime } from '../gpu/open-runtime.ts';
import type { Runtime } from '../gpu/runtime.ts';
import type { Ort } from '../ort-library.ts';
import type { ImageContent, LanguageWorker, MemoryUse, Opened, OpenOrder, Reply, TurnRequest } from '../protocol.ts';
import { EventPort, Jobs, outcomeOf } from '../serve.ts';
import { openBundleLanguage } from './bundle-language.ts';
import { LanguageModel } from './model.ts';
import { Reader } from './reading.ts';
import { Sight } from './see.ts';
import { Speaker } from './speak.ts';
import { createTokenizer } from './tokenizer.ts';

/** A bundle that can speak, on a runtime of the caller's. */
export interface OpenLanguage {
  readonly speaker: Speaker;
  /** Frees the cache and releases the programs; the runtime stays the caller's. */
  close(): Promise<void>;
}

/** @throws BUNDLE_FILE, BUNDLE_LACKS, TOKENIZER_INVALID, CONFIG_INVALID */
export async function openLanguage(runtime: Runtime, bundle: Bundle): Promise<OpenLanguage> {
  const { config, manifest } = bundle;
  const tokenizer = await readTokenizer(bundle);
  requireTokenIds(config, tokenizer);
  const weights = openBundleLanguage(runtime, bundle);
  const model = new LanguageModel(runtime, weights, config, config.nexus_gen.context_length);
  const reader = new Reader(model, config.vision_config.spatial_merge_size);
  const { top_k: topK, repetition_penalty: repetitionPenalty, eos_token_id: ends } = manifest.defaults.sampling;
  const endIds = new Set([config.eos_token_id, ...ends]);
  const sight = new Sight(weights, config);
  return {
    speaker: new Speaker({ model, reader, sight, tokenizer, config, sampling: { topK, repetitionPenalty, endIds } }),
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
    return fail('FILE_UNREADABLE', { file, reason: 'no JSON' });
  }
}

interface Open {
  readonly runtime: Runtime;
  readonly language: OpenLanguage;
}

export function serveLanguage(loadOrt: () => Promise<Ort>): LanguageWorker {
  const events = new EventPort();
  const jobs = new Jobs();
  let open: Open | null = null;
  /** Of the last runtime, closed or not: after `close` it has to be empty. */
  let memory: () => MemoryUse = () => ({ owners: {}, peak: 0 });
  const opened = (): Open => open ?? fail('MODEL_CLOSED', { worker: 'language' });

  async function close(): Promise<null> {
    await jobs.cancelAll();
    const closing = open;
    open = null;
    await closing?.language.close();
    await closing?.runtime.close();
    events.close();
    return null;
  }

  async function openAs(order: OpenOrder, port: MessagePort): Promise<Opened> {
    await close();
    events.connect(port);
    const progress = (part: string, done: number, total: number) => events.send({ type: 'loading', part, done, total });
    const { bundle, sha256 } = await openBundle(order.location, progress);
    const runtime = await openRuntime(await loadOrt(), order.device);
    memory = () => ({ owners: runtime.ledger(), peak: runtime.peakBytes() });
    try {
      const plan = planMemory(bundle, runtime);
      open = { runtime, language: await openLanguage(runtime, bundle) };
      return { bundle: await summarise(bundle, sha256), device: runtime.report, memory: plan };
    } catch (error) {
      open = null;
      await runtime.close();
      throw error;
    }
  }

  async function speak(request: TurnRequest, contents: readonly ImageContent[]): Promise<Reply> {
    const { job } = request;
    const callbacks = {
      reading: (done: number, total: number) => events.send({ type: 'reading', job, done, total }),
      text: (delta: string) => events.send({ type: 'text', job, delta }),
      imagining: () => events.send({ type: 'imagining', job }),
    };
    try {
      const { speaker } = opened().language;
      return await jobs.run(job, (signal) => speaker.speak(request, contents, callbacks, signal));
    } catch (error) {
      const lost = error instanceof FailureError && error.failure.code === 'DEVICE_LOST';
      if (lost) events.send({ type: 'lost', failure: error.failure });
      throw error;
    }
  }

  return {
    open: (order, port) => outcomeOf(() => openAs(order, port)),
    lacking: (request) => outcomeOf(async () => opened().language.speaker.lacking(request)),
    speak: (request, contents) => outcomeOf(() => speak(request, contents)),
    cancel: async (job) => jobs.cancel(job),
    memory: async () => memory(),
    close: () => outcomeOf(close),
  };
}
