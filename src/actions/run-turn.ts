/** One turn from Send to its end: what the model says and paints is put into its turn as it comes. */
import { failureOf } from '../../model/failure.ts';
import { longestReply } from '../../model/text/longest-reply.ts';
import { newJobId } from '../../session/job-id.ts';
import { runTurn } from '../../session/turn.ts';
import type { AskedTurn, TurnEvent } from '../../session/turn-events.ts';
import { unlessStopped } from '../../session/unless-stopped.ts';
import type { BundleSummary, Opened, Seed } from '../../workers/protocol.ts';
import { type Settings, settingsOf } from '../settings/fields.ts';
import { changeResult, changeTurn, chatOfTurn, findResult } from '../state/chats.ts';
import { begunWork } from '../state/live.ts';
import { goodIn } from '../state/own-settings.ts';
import { noTempo, secondsPerStep, tokensPerSecond } from '../state/tempo.ts';
import { pathTo } from '../state/tree.ts';
import type { ModelTurn, ReplyCut, Result, TurnId } from '../storage/records.ts';
import { chosenPicture } from './about.ts';
import type { App } from './app.ts';
import { follow } from './follow.ts';
import { giveBack } from './give-back.ts';
import { ReachedKeeper } from './keep-reached.ts';
import { modelFailed, openedModel } from './open-model.ts';
import { keepPainting, keepSource } from './paint-result.ts';
import { pathOf } from './path.ts';
import { sourcesOf } from './sources.ts';

export async function answerTurn(app: App, id: TurnId, seed: Seed, signal: AbortSignal): Promise<void> {
  const { store, live } = app;
  live.set(begunWork(id));
  try {
    await askModel(app, id, seed, signal);
  } catch (error) {
    modelFailed(app, failureOf(error));
    endTurn(app, id, error);
  } finally {
    live.set(null);
    const turn = modelTurn(app, id);
    store.setState({ activity: null, outcome: outcomeOf(turn) });
  }
}

async function askModel(app: App, id: TurnId, seed: Seed, signal: AbortSignal): Promise<void> {
  const { store, session, storage } = app;
  store.setState({ activity: { stage: 'waiting' }, outcome: null });
  const opened = await unlessStopped(openedModel(app), signal, 'loading');
  changeTurn(store, id, (turn) => ({ ...turn, state: 'working' }));
  store.setState({ activity: { stage: 'reading' } });
  const settings = settingsOf(goodIn(store.getState(), chatOfTurn(store.getState(), id)?.id), opened.bundle);
  const result = newResult(app, id, seed, settings, opened.bundle);
  const sources = sourcesOf(storage, allTurns(app, id));
  const turn = askedTurn(app, id, seed, settings);
  const keeping = { source: Promise.resolve(), reached: new ReachedKeeper(app, id, result.id) };
  const limit = limitOf(settings, opened);
  const { steps } = settings;
  for await (const event of runTurn({ session, opened, sources }, turn, signal)) {
    follow(app, event);
    await take(app, { id, result, signal, steps, limit, keeping }, event);
  }
}

/** The longest a reply may be: as a person set it, and a quarter of what the model holds at most. */
function limitOf({ maxTokens }: Settings, { memory: { slots } }: Opened): ReplyCut {
  const room = longestReply(slots);
  return maxTokens <= room ? { tokens: maxTokens, by: 'setting' } : { tokens: room, by: 'model' };
}

interface Answering {
  readonly id: TurnId;
  readonly result: Result;
  readonly signal: AbortSignal;
  /** Of a whole picture. */
  readonly steps: number;
  readonly limit: ReplyCut;
  /** What a picture is painted from and how far it came, as that goes to the disk beside the painting: what is told of it is not to wait. */
  readonly keeping: { source: Promise<void>; readonly reached: ReachedKeeper };
}

/** Puts what a turn tells into its record. */
async function take(
  app: App,
  { id, result, signal, steps, limit, keeping }: Answering,
  event: TurnEvent,
): Promise<void> {
  const { store, storage } = app;
  switch (event.type) {
    case 'text':
      return keepWords(app, id, 'where many are new');
    case 'imagining':
      keepWords(app, id, 'all');
      return begin(app, id, result);
    case 'begun again':
      return changeTurn(store, id, (turn) => (turn.form === null ? { ...turn, text: '' } : turn));
    case 'drawn': {
      const { text, form, turnsLeftOut } = event.reply;
      const { width, height } = event.plan;
      begin(app, id, result);
      changeTurn(store, id, (turn) => ({ ...turn, text, form, turnsLeftOut }));
      const draft = event.plan.steps < steps ? { fullSteps: steps } : {};
      changeResult(store, id, result.id, { width, height, ...draft });
      keeping.source = keepSource(storage, event.drawing, event.recipe).then((from) =>
        changeResult(store, id, result.id, { from }),
      );
      // Told where it is waited for.
      keeping.source.catch(() => undefined);
      return;
    }
    case 'reached':
      return keeping.reached.take(event.state);
    case 'painted': {
      await keeping.source;
      const from = findResult(store.getState(), result.id)?.result.from ?? null;
      const tempo = app.live.get()?.tempo ?? noTempo;
      const kept = {
        ...(await keepPainting(app, event, signal, keeping.reached)),
        secondsPerStep: secondsPerStep(tempo),
      };
      return changeResult(store, id, result.id, { ...kept, from: from && { ...from, recipe: event.recipe } });
    }
    case 'ended': {
      const { text, form, turnsLeftOut, end } = event.reply;
      const isStopped = end === 'stopped' || findResult(store.getState(), result.id)?.result.state === 'stopped';
      const state = isStopped ? 'stopped' : 'done';
      const cut = end === 'length' ? { cut: limit } : {};
      const speed = { tokensPerSecond: tokensPerSecond(app.live.get()?.tempo ?? noTempo) };
      return changeTurn(store, id, (turn) =>
        settled({ ...turn, state, text, form, turnsLeftOut, ...cut, ...speed }, state),
      );
    }
  }
}

/** Words on the screen outlive the page: as they grow by some part, so that what is written to the disk stays in proportion. */
function keepWords({ store, live }: App, id: TurnId, which: 'all' | 'where many are new'): void {
  const text = live.get()?.text ?? '';
  changeTurn(store, id, (turn) => {
    const fresh = text.length - turn.text.length;
    return fresh > 0 && (which === 'all' || fresh >= Math.max(40, turn.text.length / 8)) ? { ...turn, text } : turn;
  });
}

/** The picture is shown from the moment when the model begins to imagine it. */
function begin({ store, live }: App, id: TurnId, result: Result): void {
  if (live.get()?.result === result.id) return;
  live.patch({ result: result.id });
  changeTurn(store, id, (turn) => ({ ...turn, results: [...turn.results, result] }));
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

function askedTurn(app: App, id: TurnId, seed: Seed, settings: Settings): AskedTurn {
  const { task, decoder, prefill, temperature, topP, maxTokens, ...painting } = settings;
  const question = asking(app, id);
  return {
    job: newJobId(),
    turns: pathOf(turnsBefore(app, id)),
    seed,
    reference: question === undefined ? null : (question.area?.of ?? chosenPicture(question)),
    form: question?.form ?? 'auto',
    task,
    decoder,
    prefill,
    language: 'auto',
    sampling: { temperature, topP, maxTokens },
    painting: { ...painting, start: 'edited', area: question?.area ?? null },
    imagined: null,
    recipes: app.store.getState().recipes,
    wanted: 'pictures',
  };
}

/** Keeps what was made: words that streamed in stay, and a picture that was begun is shown as unfinished. */
export function endTurn(app: App, id: TurnId, error: unknown): void {
  const { store, live } = app;
  const failure = failureOf(error);
  const question = asking(app, id);
  const chat = chatOfTurn(store.getState(), id)?.id;
  // It has to be shortened.
  if (failure.code === 'TEXT_TOO_LONG' && question !== undefined && chat !== undefined) giveBack(app, chat, question);
  const state = failure.code === 'STOPPED' ? 'stopped' : 'failed';
  const streamed = live.get()?.turn === id ? (live.get()?.text ?? '') : '';
  changeTurn(store, id, (turn) =>
    settled(
      {
        ...turn,
        state,
        text: turn.form === null ? streamed || turn.text : turn.text,
        failure: state === 'failed' ? failure : null,
      },
      state,
    ),
  );
}

/** A turn that ended has nothing at work. */
function settled(turn: ModelTurn, state: 'done' | 'stopped' | 'failed'): ModelTurn {
  const end = state === 'done' ? 'stopped' : state;
  const results = turn.results.map((result) =>
    result.state === 'working' || result.state === 'queued' ? { ...result, state: end } : result,
  );
  return { ...turn, results };
}

function allTurns({ store }: App, id: TurnId) {
  return chatOfTurn(store.getState(), id)?.turns ?? [];
}

function turnsBefore(app: App, id: TurnId) {
  return pathTo(allTurns(app, id), id).slice(0, -1);
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
