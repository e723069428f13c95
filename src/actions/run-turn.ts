/** One turn from Send to its end: what the model says and paints is put into its turn as it comes. */
import { failureOf } from '../../model/failure.ts';
import type { Recipe } from '../../model/recipe/recipe.ts';
import { editedPicture } from '../../model/text/turn-plan.ts';
import type { BundleSummary, Drawing, JobId, Reply, Seed } from '../../workers/protocol.ts';
import { type Settings, settingsOf } from '../settings/fields.ts';
import { changeResult, changeTurn, chatOfTurn } from '../state/chats.ts';
import type { ModelTurn, Result, TurnId } from '../storage/records.ts';
import type { App } from './app.ts';
import { follow } from './follow.ts';
import { openedModel } from './open-model.ts';
import { keepPainting, keepSource } from './paint-result.ts';
import { pathOf } from './path.ts';
import { contentsOf, type PaintPlan, planPainting } from './request.ts';

export async function runTurn(app: App, id: TurnId, seed: Seed, signal: AbortSignal): Promise<void> {
  const { store, live } = app;
  live.set({ turn: id, result: null, text: '', preview: null });
  try {
    await askModel(app, id, seed, signal);
  } catch (error) {
    endTurn(app, id, error);
  } finally {
    live.set(null);
    const turn = modelTurn(app, id);
    store.setState({ activity: null, outcome: outcomeOf(turn) });
  }
}

async function askModel(app: App, id: TurnId, seed: Seed, signal: AbortSignal): Promise<void> {
  const { store, live, session, storage } = app;
  store.setState({ activity: { stage: 'waiting' }, outcome: null });
  const opened = await unlessStopped(openedModel(app), signal);
  const { bundle } = opened;
  const settings = settingsOf(store.getState().good, bundle.defaults);
  const turns = turnsBefore(app, id);
  const job = crypto.randomUUID() as JobId;
  const result = newResult(app, id, seed, settings, bundle);
  const begin = () => {
    if (live.get()?.result === result.id) return;
    live.patch({ result: result.id });
    changeTurn(store, id, (turn) => ({ ...turn, results: [...turn.results, result] }));
  };
  changeTurn(store, id, (turn) => ({ ...turn, state: 'working' }));
  store.setState({ activity: { stage: 'reading' } });
  const request = {
    job,
    turns: pathOf(turns),
    seed,
    reference: asking(app, id)?.reference ?? asking(app, id)?.about ?? null,
    form: asking(app, id)?.form ?? 'auto',
    ...asked(settings),
  } as const;
  const unfollow = follow(app, job, begin);
  let recipe: Recipe | null = null;
  const plan = async (drawing: Drawing, { text, form, turnsLeftOut }: Reply): Promise<PaintPlan> => {
    begin();
    // The words are there; until the first step the picture is what is waited for.
    store.setState({ activity: { stage: 'imagining' } });
    changeTurn(store, id, (turn) => ({ ...turn, text, form, turnsLeftOut }));
    const edited = editedPicture(request, form, drawing.reference?.image ?? null);
    const { recipeOf } = await import('./recipe-of.ts');
    const planned = await planPainting(storage, drawing, edited, settings, bundle, seed);
    const from = await keepSource(storage, drawing, (embeddings) =>
      recipeOf({ request, form, drawing, plan: planned, embeddings, opened, turns }),
    );
    recipe = from.recipe;
    changeResult(store, id, result.id, { from, width: planned.width, height: planned.height });
    return planned;
  };
  try {
    const lacking = await session.lacking(request, signal);
    const contents = await contentsOf(storage, allTurns(app, id), lacking);
    const reply = await session.speak(request, contents, signal);
    const painting =
      reply.drawing === null || reply.end === 'stopped'
        ? null
        : await session.paint({ ...(await plan(reply.drawing, reply)), job, drawing: reply.drawing }, signal);
    if (painting !== null) changeResult(store, id, result.id, await keepPainting(app, painting, recipe));
    const state = reply.end === 'stopped' || painting?.end === 'stopped' ? 'stopped' : 'done';
    const { text, form, turnsLeftOut } = reply;
    changeTurn(store, id, (turn) => settled({ ...turn, state, text, form, turnsLeftOut }, state));
  } finally {
    unfollow();
  }
}

/** A result that nothing has been painted on yet. */
function newResult(app: App, id: TurnId, seed: Seed, { size }: Settings, bundle: BundleSummary): Result {
  return {
    id: crypto.randomUUID(),
    state: 'working',
    prompt: promptOf(app, id),
    seed,
    width: size?.width ?? bundle.defaults.width,
    height: size?.height ?? bundle.defaults.height,
    image: null,
    from: null,
    model: bundle.name,
  };
}

function asked({ task, decoder, prefill, temperature, topP, maxTokens }: Settings) {
  return { task, decoder, prefill, language: 'auto', sampling: { temperature, topP, maxTokens } } as const;
}

/** Keeps what was made: words that streamed in stay, and a picture that was begun is shown as unfinished. */
export function endTurn(app: App, id: TurnId, error: unknown): void {
  const { store, live } = app;
  const failure = failureOf(error);
  if (failure.code === 'TEXT_TOO_LONG') giveBack(app, id);
  const state = failure.code === 'STOPPED' ? 'stopped' : 'failed';
  const streamed = live.get()?.turn === id ? (live.get()?.text ?? '') : '';
  changeTurn(store, id, (turn) =>
    settled({ ...turn, state, text: turn.text || streamed, failure: state === 'failed' ? failure : null }, state),
  );
}

/** A message that has to be shortened lies in the composer again, where that is empty. */
function giveBack(app: App, id: TurnId): void {
  const question = asking(app, id);
  const { text, attachments, current } = app.store.getState();
  const isShown = chatOfTurn(app.store.getState(), id)?.id === current;
  if (question === undefined || !isShown || text !== '' || attachments.length > 0) return;
  const pictures = question.pictures.map((record) => ({ key: crypto.randomUUID(), name: record.name, record }));
  app.store.setState({ text: question.text, attachments: pictures, reference: question.reference });
}

/** A turn that ended has nothing at work. */
function settled(turn: ModelTurn, state: 'done' | 'stopped' | 'failed'): ModelTurn {
  const end = state === 'done' ? 'stopped' : state;
  const results = turn.results.map((result) =>
    result.state === 'working' || result.state === 'queued' ? { ...result, state: end } : result,
  );
  return { ...turn, results };
}

function unlessStopped<Value>(value: Promise<Value>, signal: AbortSignal): Promise<Value> {
  signal.throwIfAborted();
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  return Promise.race([value, promise]);
}

function allTurns({ store }: App, id: TurnId) {
  return chatOfTurn(store.getState(), id)?.turns ?? [];
}

function turnsBefore(app: App, id: TurnId) {
  const turns = allTurns(app, id);
  return turns.slice(
    0,
    turns.findIndex((turn) => turn.id === id),
  );
}

function asking(app: App, id: TurnId) {
  const turn = turnsBefore(app, id).at(-1);
  return turn?.from === 'person' ? turn : undefined;
}

const promptOf = (app: App, id: TurnId) => asking(app, id)?.text ?? '';

function modelTurn(app: App, id: TurnId): ModelTurn | undefined {
  const turn = allTurns(app, id).find((candidate) => candidate.id === id);
  return turn?.from === 'model' ? turn : undefined;
}

function outcomeOf(turn: ModelTurn | undefined): 'done' | 'stopped' | 'failed' | null {
  const state = turn?.state;
  return state === 'done' || state === 'stopped' || state === 'failed' ? state : null;
}
