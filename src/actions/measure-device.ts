/** The benchmark behind a plan's times: it runs where nothing else does, and gives way to what a person asks for. */
import { abilities } from '../../model/bundle/installables.ts';
import { newJobId } from '../../session/job-id.ts';
import type { LibraryModel, ModelKey } from '../../workers/library/protocol.ts';
import type { AppState } from '../state/state.ts';
import { keepThroughput, throughputOf } from '../state/throughputs.ts';
import type { Action, App } from './app.ts';

const beingRead = new Set<ModelKey>();

/** A model is read where nothing else is at work; how fast is of worth only where parts of it are streamed. */
export const measureReading: Action<[model: LibraryModel]> = {
  when: (state, { key, state: now, plan }) => {
    const isStreamed = abilities.some((ability) => (plan?.[ability]?.reads ?? 0) > 0);
    return now === 'installed' && isStreamed && isIdle(state) && state.library.readingRates[key] === undefined;
  },
  perform(app, { key }) {
    if (beingRead.has(key)) return;
    beingRead.add(key);
    app.library
      .ask((worker) => worker.readingRate(key))
      .then(
        (rate) => rate !== null && noteRate(app, key, rate),
        // A plan says what it says without it; what cannot be read is told where the model is used.
        () => undefined,
      )
      .finally(() => beingRead.delete(key));
  },
};

function noteRate({ store }: App, key: ModelKey, rate: number): void {
  store.setState(({ library }) => ({
    library: { ...library, readingRates: { ...library.readingRates, [key]: rate } },
  }));
}

/** An installation takes the processor and the disk, and what is measured would be too little for good. */
function isIdle({ jobs, library }: AppState): boolean {
  return jobs.length === 0 && library.looking === null && Object.keys(library.work).length === 0;
}

/** One at a time, whoever asks. */
const underWay = new WeakSet<App>();

export const measureDevice: Action = {
  when: (state) => {
    return state.model.phase === 'ready' && isIdle(state) && throughputOf(state) === null;
  },
  perform(app) {
    if (underWay.has(app)) return;
    underWay.add(app);
    void measure(app).finally(() => underWay.delete(app));
  },
};

async function measure({ store, session }: App): Promise<void> {
  const { model } = store.getState();
  if (model.phase !== 'ready') return;
  const { device } = model.opened;
  const controller = new AbortController();
  const unsubscribe = store.subscribe((state) => {
    if (state.jobs.length > 0 || state.model !== model) controller.abort();
  });
  try {
    const throughput = await session.throughput(newJobId(), controller.signal);
    keepThroughput(store, device, throughput);
  } catch {
    // A plan says what it says without times too; what is wrong with the device is told where it is used.
  } finally {
    unsubscribe();
  }
}
