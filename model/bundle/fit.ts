/** Whether a bundle fits a device, and how it would run there: from its own numbers, before anything is loaded. */
import type { NexusConfig } from '../config/nexus.ts';
import type { GraphOptions } from '../onnx/graph.ts';
import { cacheShape } from '../pieces/transformer.ts';
import { type Ability, abilities } from './abilities.ts';
import { modulationRanges, servedSchedules } from './modulation-tables.ts';
import { decoderNames } from './parts.ts';
import { type Shards, type Stage, stagesOf } from './stages.ts';

/**
 * `both`: language and painter stay on the device together. `one at a time`: one side is released before the other is loaded.
 * `streamed`: so too, and some stages are loaded for each of their runs and released behind it.
 */
export type Residency = 'both' | 'one at a time' | 'streamed';

/** How an ability is served. `too large`: not even with all its stages streamed. */
export type AbilityFit = 'fits' | 'one after the other' | 'streamed' | 'too large';

export interface AbilityPlan {
  readonly fit: AbilityFit;
  /** The most bytes that it takes on the device. */
  readonly bytes: number;
}

/** One side of the model while it works, in bytes. */
export interface SidePlan {
  /** Stages that are loaded for each run and released behind it. */
  readonly streamed: readonly string[];
  /** The most weights on the device at once. */
  readonly weights: number;
  /** Key/value cache; the painter has none. */
  readonly cache: number;
  /** What operators hold at their worst moment: an estimate. */
  readonly activations: number;
  /** All that it takes on the device at once, upload buffers too. */
  readonly total: number;
  /** Beside the device: what is being loaded, and what is kept. */
  readonly host: number;
}

export interface FitPlan {
  readonly residency: Residency;
  /** Tokens that the key/value cache has room for. */
  readonly slots: number;
  readonly language: SidePlan;
  /** Null where the bundle cannot draw. */
  readonly painter: SidePlan | null;
  /** Null for what the bundle cannot do. */
  readonly abilities: Readonly<Record<Ability, AbilityPlan | null>>;
}

export interface FitDevice {
  readonly device: 'webgpu' | 'wasm';
  /** What it has for us; a browser does not tell, so whoever asks decides or guesses. */
  readonly memoryBytes: number;
  /** Values stored in 16 bits are widened where graphs compute in float32. */
  readonly activations: GraphOptions['activations'];
}

const float32Bytes = 4;
/** Bytes that stay in use as upload buffers for each byte loaded, until a worker ends (measured with onnxruntime-web). */
const uploadShare = 0.2;
/**
 * What operators leave in onnxruntime's cache of GPU buffers, which rounds sizes up and gives nothing back: this many times
 * what they need at their worst moment (measured with nano: 1.6 for language, 2.3 for the painter).
 */
const bufferCache = 2.5;
/** Room for a turn with two pictures and its reply: what is left of a longer context where memory is short. */
const fewSlots = 1024;

/** What workers keep beside the device, at most. */
export const keptOnHost = {
  /** Embeddings of pictures: about thirty of the published model's, of 4.6 MB each. */
  embeddingBytes: 128 * 2 ** 20,
  /** The modulation of the positive and of the negative branch. */
  modulationTables: 2,
} as const;

export function planFit(manifest: Shards, config: NexusConfig, fitted: FitDevice): FitPlan {
  const stages = stagesOf(manifest, config, fitted.activations);
  const { context_length: allSlots } = config.nexus_gen;
  const language: SideNeed = {
    stages: stages.filter(({ side }) => side === 'language'),
    cache: cacheBytes(config, allSlots),
    kept: keptOnHost.embeddingBytes,
  };
  const slots = Math.min(fewSlots, allSlots);
  const spared: SideNeed = { ...language, cache: cacheBytes(config, slots) };
  const painterStages = stages.filter(({ side }) => side === 'painter');
  const canDraw = painterStages.some(({ runs }) => runs === 'pass');
  const painter: SideNeed | null = canDraw
    ? { stages: painterStages, cache: 0, kept: modulationBytes(manifest, config) }
    : null;

  const resident = (need: SideNeed) => sidePlan(need, noStage, fitted);
  const drawing = painter && resident(painter);
  for (const [need, count] of [[language, allSlots] as const, [spared, slots] as const]) {
    const speaking = resident(need);
    if (speaking.total + (drawing?.total ?? 0) > fitted.memoryBytes) continue;
    return planOf('both', count, { need, plan: speaking }, painter && drawing && { need: painter, plan: drawing });
  }
  const isSpared = resident(language).total > fitted.memoryBytes;
  const need = isSpared ? spared : language;
  const speaking = placed(need, fitted);
  const placedDrawing = painter && placed(painter, fitted);
  const isStreamed = speaking.streamed.length + (placedDrawing?.streamed.length ?? 0) > 0;
  const residency = isStreamed ? 'streamed' : 'one at a time';
  const drawer = painter && placedDrawing && { need: painter, plan: placedDrawing };
  return planOf(residency, isSpared ? slots : allSlots, { need, plan: speaking }, drawer);

  function planOf(how: Residency, count: number, speaker: Side, drawer: Side | null): FitPlan {
    const served = abilities.map((ability) => [ability, abilityPlan(ability, how, speaker, drawer, fitted)] as const);
    const { chat = null, draw = null, edit = null } = Object.fromEntries(served);
    return {
      residency: how,
      slots: count,
      language: speaker.plan,
      painter: drawer?.plan ?? null,
      abilities: { chat, draw, edit },
    };
  }
}

/** What one side is planned from. */
interface SideNeed {
  readonly stages: readonly Stage[];
  readonly cache: number;
  /** Bytes beside the device. */
  readonly kept: number;
}

interface Side {
  readonly need: SideNeed;
  readonly plan: SidePlan;
}

const noStage: ReadonlySet<string> = new Set();

/** A side with these stages streamed; with `ability`, while it serves that alone. */
function sidePlan(
  { stages, cache, kept }: SideNeed,
  streamed: ReadonlySet<string>,
  { device }: FitDevice,
  ability?: Ability,
): SidePlan {
  const comesAndGoes = ({ name, runs }: Stage) => runs === 'passing' || streamed.has(name);
  const running = stages.filter((stage) => ability === undefined || stage.for.includes(ability));
  const resident = stages.reduce((sum, stage) => sum + (comesAndGoes(stage) ? 0 : stage.weights), 0);
  const moments = running.map((stage) => {
    const weights = resident + (comesAndGoes(stage) ? stage.weights : 0);
    const activations = operatorBytes(device, stage, running);
    // The device may still compute with a stage's weights when those of the next arrive.
    const arriving = streamed.size > 0 && comesAndGoes(stage) ? stage.weights : 0;
    return { weights, activations, total: Math.ceil(weights * (1 + uploadShare)) + arriving + cache + activations };
  });
  const most = (key: 'weights' | 'activations' | 'total') => Math.max(0, ...moments.map((moment) => moment[key]));
  const [weights, activations, total] = [most('weights'), most('activations'), most('total')];
  const host = kept + Math.max(0, ...running.map(({ stored }) => stored));
  return { streamed: [...streamed], weights, cache, activations, total, host };
}

/**
 * What operators hold while a stage runs. What they leave in WebGPU's cache of buffers stays there for the others; wasm gives it
 * back, but its product with a quantised matrix, or with a row block of one, widens the whole of that.
 */
function operatorBytes(device: FitDevice['device'], stage: Stage, running: readonly Stage[]): number {
  if (device === 'wasm') return (stage.values + stage.widened) * float32Bytes;
  return Math.ceil(Math.max(...running.map(({ values }) => values)) * float32Bytes * bufferCache);
}

/**
 * The side with as few stages streamed as serve the most of its abilities: first those that run once a picture, then layers,
 * and the text projector, which is read for every token, last.
 */
function placed(need: SideNeed, fitted: FitDevice): SidePlan {
  const uses = abilities.filter((ability) => need.stages.some((stage) => stage.for.includes(ability)));
  const order = streamingOrder(need.stages);
  let best = { served: -1, plan: sidePlan(need, noStage, fitted) };
  for (let count = 0; count <= order.length; count += 1) {
    const streamed = new Set(order.slice(0, count));
    const served = uses.filter(
      (ability) => sidePlan(need, streamed, fitted, ability).total <= fitted.memoryBytes,
    ).length;
    const plan = sidePlan(need, streamed, fitted);
    // Where something is too large all the same, what comes closest to fitting tells how much is lacking.
    const isCloser = served === best.served && plan.total < best.plan.total;
    if (served > best.served || isCloser) best = { served, plan };
    if (served === uses.length) break;
  }
  return best.plan;
}

function streamingOrder(stages: readonly Stage[]): readonly string[] {
  const names = (wanted: (stage: Stage) => boolean) => stages.filter(wanted).map(({ name }) => name);
  const isProjector = ({ name }: Stage) => name === 'text_projector';
  return [
    ...names(({ runs }) => runs === 'picture'),
    ...names((stage) => stage.runs === 'pass' && !isProjector(stage)).reverse(),
    ...names(isProjector),
  ];
}

function abilityPlan(
  ability: Ability,
  residency: Residency,
  speaker: Side,
  drawer: Side | null,
  fitted: FitDevice,
): AbilityPlan | null {
  const canDraw = drawer?.need.stages.some((stage) => stage.runs === 'pass' && stage.for.includes(ability));
  if (ability !== 'chat' && !canDraw) return null;
  const sides = ability === 'chat' || drawer === null ? [speaker] : [speaker, drawer];
  const streamed = sides.some(({ need, plan }) =>
    need.stages.some((stage) => stage.for.includes(ability) && plan.streamed.includes(stage.name)),
  );
  const totals = sides.map(({ need, plan }) => sidePlan(need, new Set(plan.streamed), fitted, ability).total);
  const most = Math.max(...totals);
  const both = totals.reduce((sum, total) => sum + total, 0);
  if (most > fitted.memoryBytes) return { fit: 'too large', bytes: most };
  if (streamed) return { fit: 'streamed', bytes: most };
  if (residency === 'both' || sides.length === 1) return { fit: 'fits', bytes: both };
  return { fit: 'one after the other', bytes: most };
}

function cacheBytes(config: NexusConfig, slots: number): number {
  const values = cacheShape(config, slots).reduce((product, size) => product * size, 1);
  return 2 * config.num_hidden_layers * values * float32Bytes;
}

/** The modulation that the painter keeps: what it computed of two whole schedules, or one step of a table. */
function modulationBytes(manifest: Shards, { dit, nexus_gen: settings }: NexusConfig): number {
  const computes = decoderNames.some((decoder) => servedSchedules(manifest, decoder) === null);
  const rows = computes ? keptOnHost.modulationTables * settings.defaults.steps : 1;
  return rows * modulationRanges(dit).width * float32Bytes;
}
