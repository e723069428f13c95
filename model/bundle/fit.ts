/** Whether a bundle fits a device, and how it would run there: from its own numbers, before anything is loaded. */
import type { NexusConfig } from '../config/nexus.ts';
import type { GraphOptions } from '../onnx/graph.ts';
import { cacheShape, isSegment } from '../pieces/transformer.ts';
import { type Ability, abilities } from './installables.ts';
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
  /** Bytes of the bundle that are read for each token or, of what draws, for each step: of the stages that are streamed. */
  readonly reads: number;
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
  /** Of `total`, what wasm's heap grows to; 0 on a graphics card. */
  readonly heap: number;
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
/** What wasm's heap holds for each byte of a graph's weights beside them: tensors on their way, and gaps (measured likewise). */
const heapShare = 0.2;
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
    grownHeap: 0,
  };
  const slots = Math.min(fewSlots, allSlots);
  const spared: SideNeed = { ...language, cache: cacheBytes(config, slots) };
  const painterStages = stages.filter(({ side }) => side === 'painter');
  const canDraw = painterStages.some(({ runs }) => runs === 'pass');
  const painter: SideNeed | null = canDraw
    ? { stages: painterStages, cache: 0, kept: modulationBytes(manifest, config), grownHeap: 0 }
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
  const beside = painter && { ...painter, grownHeap: speaking.heap };
  const placedDrawing = beside && placed(beside, fitted);
  const isStreamed = speaking.streamed.length + (placedDrawing?.streamed.length ?? 0) > 0;
  const residency = isStreamed ? 'streamed' : 'one at a time';
  const drawer = beside && placedDrawing && { need: beside, plan: placedDrawing };
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
  /** What wasm's heap has grown to before: it never shrinks, and in the terminal both sides share it. */
  readonly grownHeap: number;
}

interface Side {
  readonly need: SideNeed;
  readonly plan: SidePlan;
}

const noStage: ReadonlySet<string> = new Set();

/** A side with these stages streamed; with `ability`, while it serves that alone. */
function sidePlan(need: SideNeed, streamed: ReadonlySet<string>, fitted: FitDevice, ability?: Ability): SidePlan {
  const running = need.stages.filter((stage) => ability === undefined || stage.for.includes(ability));
  const staying = need.stages.filter((stage) => !comesAndGoes(stage, streamed));
  const moments = running.map((stage) => {
    const here = comesAndGoes(stage, streamed) ? [...staying, ...passing(stage)] : staying;
    return fitted.device === 'wasm'
      ? wasmMoment(need, here, stage)
      : graphicsMoment(need, here, stage, { running, streamed });
  });
  const most = (key: keyof Moment) => Math.max(0, ...moments.map((moment) => moment[key]));
  const host = need.kept + Math.max(0, ...running.map(({ stored }) => stored));
  return {
    streamed: [...streamed],
    weights: most('weights'),
    cache: need.cache,
    activations: most('activations'),
    total: most('total'),
    heap: most('heap'),
    host,
  };
}

/** Bytes while a stage runs. */
type Moment = Pick<SidePlan, 'weights' | 'activations' | 'total' | 'heap'>;

function comesAndGoes({ name, runs }: Stage, streamed: ReadonlySet<string>): boolean {
  return runs === 'passing' || streamed.has(name);
}

/** What is on the device of a stage that does not stay: of layers that run in a row the next one is there too. */
function passing(stage: Stage): readonly Stage[] {
  return stage.weightPlacement === 'inputs' && stage.runs === 'pass' ? [stage, stage] : [stage];
}

/**
 * Weights of graphs lie in wasm's heap. Inputs and the cache lie beside it: for a run they are copied into it, of the cache a
 * segment's own part, which comes back anew. A product with a quantised matrix, or with a row block of one, widens the whole of
 * that. The heap gives nothing back.
 */
function wasmMoment({ stages, cache, grownHeap }: SideNeed, here: readonly Stage[], stage: Stage): Moment {
  const ofGraphs = weightsOf(here.filter(({ weightPlacement }) => weightPlacement === 'graph'));
  const weights = weightsOf(here);
  const segments = stages.filter(({ name }) => isSegment(name)).length;
  const ownCache = isSegment(stage.name) ? Math.ceil(cache / segments) : 0;
  const fed = stage.weightPlacement === 'inputs' ? stage.weights : 0;
  const activations = (stage.values + stage.widened) * float32Bytes + fed + 2 * ownCache;
  const heap = Math.max(grownHeap, Math.ceil(ofGraphs * (1 + heapShare)) + activations);
  return { weights, activations, heap, total: heap + weights - ofGraphs + cache };
}

/** What operators leave in WebGPU's cache of buffers stays there for the others. */
function graphicsMoment(
  { cache }: SideNeed,
  here: readonly Stage[],
  stage: Stage,
  { running, streamed }: { readonly running: readonly Stage[]; readonly streamed: ReadonlySet<string> },
): Moment {
  const weights = weightsOf(here);
  const activations = Math.ceil(Math.max(...running.map(({ values }) => values)) * float32Bytes * bufferCache);
  // The card may still compute with a graph's weights when those of the next arrive.
  const arriving = stage.weightPlacement === 'graph' && streamed.has(stage.name) ? stage.weights : 0;
  const total = Math.ceil(weights * (1 + uploadShare)) + arriving + cache + activations;
  return { weights, activations, heap: 0, total };
}

function weightsOf(stages: readonly Stage[]): number {
  return stages.reduce((sum, { weights }) => sum + weights, 0);
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
  if (most > fitted.memoryBytes) return { fit: 'too large', bytes: most, reads: 0 };
  if (streamed) return { fit: 'streamed', bytes: most, reads: readsOf(ability, sides.at(-1) ?? speaker) };
  if (residency === 'both' || sides.length === 1) return { fit: 'fits', bytes: both, reads: 0 };
  return { fit: 'one after the other', bytes: most, reads: 0 };
}

/** Of the side that does what the ability does over and over. */
function readsOf(ability: Ability, { need, plan }: Side): number {
  return need.stages
    .filter(({ name, runs, for: users }) => runs === 'pass' && users.includes(ability) && plan.streamed.includes(name))
    .reduce((sum, { stored }) => sum + stored, 0);
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
