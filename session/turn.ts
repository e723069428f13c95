/**
 * One turn from request to result, the same for the page, the terminal and the bare page: it is planned once, the language side
 * answers, and a picture that the answer comes to is painted (docs/design.md, "The life of an edit, from drop to canvas").
 */
import { fail } from '../model/failure.ts';
import { editedPicture, planTurn, type TurnPlan } from '../model/text/turn-plan.ts';
import { planWithout } from '../model/text/without-pictures.ts';
import type {
  Drawing,
  ImageContent,
  ImageId,
  JobId,
  Opened,
  PaintRequest,
  RgbImage,
  TurnRequest,
} from '../workers/protocol.ts';
import { contentsOf } from './contents.ts';
import { deviceOf } from './device-of.ts';
import { draftSteps } from './draft-steps.ts';
import { eventsOf } from './event-stream.ts';
import type { SessionEvent } from './model-session.ts';
import { type PaintingPlan, planPainting } from './painting-plan.ts';
import { retriedOnce } from './retried-once.ts';
import type { AskedTurn, PaintingEvent, Repainting, TurnContext, TurnEvent } from './turn-events.ts';

/**
 * Runs a turn. An aborted signal, or leaving the iteration, stops it: what was made until then is told, else STOPPED is thrown.
 *
 * @throws FailureError
 */
export function runTurn(context: TurnContext, turn: AskedTurn, signal: AbortSignal): AsyncGenerator<TurnEvent, void> {
  return eventsOf((tell, stopped) => {
    const current = { ...context };
    const unsubscribe = follow(current, turn.job, tell);
    return answer(current, turn, tell, stopped).finally(unsubscribe);
  }, signal);
}

/** Paints without asking the language model, as `runTurn` does. */
export function repaint(
  context: TurnContext,
  work: Repainting,
  signal: AbortSignal,
): AsyncGenerator<PaintingEvent, void> {
  return eventsOf((tell, stopped) => {
    const current = { ...context };
    const unsubscribe = follow(current, work.job, (event) => isPainting(event) && tell(event));
    return paint(current, work, tell, stopped).finally(unsubscribe);
  }, signal);
}

type JobEvent = Extract<SessionEvent, { readonly job: JobId }>;

/** What becomes of a turn's context while it runs: a worker may open again elsewhere. */
interface CurrentContext extends TurnContext {
  opened: Opened;
}

function follow(context: CurrentContext, job: JobId, tell: (event: JobEvent) => void): () => void {
  return context.session.subscribe((event) => {
    if (event.type === 'reopened') context.opened = event.opened;
    else if ('job' in event && event.job === job) tell(event);
  });
}

function isPainting(event: JobEvent): event is Extract<JobEvent, PaintingEvent> {
  const types: readonly JobEvent['type'][] = ['step', 'preview', 'reached', 'developing', 'begun again'];
  return types.includes(event.type);
}

async function answer(
  context: TurnContext,
  asked: AskedTurn,
  tell: (event: TurnEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const { area } = asked.painting;
  // Whatever is wrong with it is told before the model works.
  if (area != null) await (await import('./selected-area.ts')).readMask(context.sources, area);
  const speak = async () => {
    // A worker that was opened anew lacks what the one before it had.
    const { turn, plan, contents } = await prepare(context, asked, signal);
    return { turn, plan, reply: await context.session.speak(requestOf(turn, plan), contents, signal) };
  };
  const begunAgain = () => tell({ type: 'begun again', job: asked.job });
  const { turn, plan, reply } = await retriedOnce(speak, signal, begunAgain);
  const { drawing } = reply;
  if (drawing !== null && reply.end !== 'stopped' && turn.wanted === 'pictures') {
    const painting = planOf(context, turn, plan, drawing);
    const { recipeOf } = await import('./recipe.ts');
    const recipe = await recipeOf(context, { turn, reply, drawing, plan: painting });
    tell({ type: 'drawn', reply, drawing, plan: painting, recipe });
    await paint(context, { job: turn.job, drawing, plan: painting, recipe, recipes: turn.recipes }, tell, signal);
  }
  tell({ type: 'ended', reply });
}

interface PreparedTurn {
  readonly turn: AskedTurn;
  readonly plan: TurnPlan<ImageId>;
  readonly contents: readonly ImageContent[];
}

/** Plans a turn and reads the pictures that the worker lacks for it; earlier pictures that are gone are left out. */
async function prepare(context: TurnContext, turn: AskedTurn, signal: AbortSignal): Promise<PreparedTurn> {
  const { session, opened, sources } = context;
  const plan = planTurn(turn, opened.bundle);
  const lacking = await session.lacking(requestOf(turn, plan), signal);
  const { found, missing } = await contentsOf(sources, lacking, opened.bundle);
  if (missing.length === 0) return { turn, plan, contents: found };
  const without = planWithout(turn, missing, opened.bundle) ?? fail('PICTURE_GONE', {});
  return { turn: { ...turn, turns: without.turns }, plan: without.plan, contents: found };
}

/** What the language model is asked. */
export function requestOf(
  { job, imagined, decoder, prefill, sampling, seed }: AskedTurn,
  plan: TurnPlan<ImageId>,
): TurnRequest {
  return { job, plan, imagined, decoder, prefill, sampling, seed };
}

function planOf(
  { opened, sources }: TurnContext,
  turn: AskedTurn,
  plan: TurnPlan<ImageId>,
  drawing: Drawing,
): PaintingPlan {
  const reference = drawing.reference?.image ?? null;
  const edited = turn.painting.area?.of ?? editedPicture(plan, reference);
  const pictures = { edited: edited === null ? null : (sources.size(edited) ?? null), reference };
  const whole = planPainting(turn.painting, opened.bundle, pictures, turn.seed);
  const { decoder } = drawing;
  const steps = turn.painting.draft ? draftSteps(opened.bundle.schedules, { ...whole, decoder }) : null;
  return steps === null ? whole : { ...whole, steps };
}

async function paint(
  context: TurnContext,
  { job, drawing, plan: { composite, area: selected, ...plan }, recipe: planned, recipes, resume }: Repainting,
  tell: (event: PaintingEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const start = plan.start && { pixels: await pixelsOf(context, plan.start.image), strength: plan.start.strength };
  const area = selected && (await (await import('./selected-area.ts')).readArea(context.sources, selected));
  const rest = await restOf(context, composite);
  const painting = await context.session.paint({ ...plan, job, drawing, start, area, rest, resume }, signal);
  const { chooseRecipe, completeRecipe } = await import('./recipe-choice.ts');
  const { device, bundle } = context.opened;
  const recipe = { ...planned, device: deviceOf(device), versions: { ...(await context.sources.versions()) } };
  const isWhole = painting.end === 'finished';
  const chosen = isWhole ? chooseRecipe(recipes, recipe, bundle) : null;
  const fileRecipe = chosen && completeRecipe(chosen, drawing.target);
  tell({ type: 'painted', painting, recipe, fileRecipe });
}

async function restOf(context: TurnContext, composite: PaintingPlan['composite']): Promise<PaintRequest['rest']> {
  if (composite === undefined) return undefined;
  const { picture, ...rule } = composite;
  return { pixels: await pixelsOf(context, picture as ImageId), rule };
}

async function pixelsOf({ sources }: TurnContext, id: ImageId): Promise<RgbImage> {
  const content = await sources.picture(id);
  return content?.pixels ?? fail('PICTURE_GONE', {});
}
