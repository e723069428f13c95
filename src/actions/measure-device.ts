/** The benchmark behind a plan's times: it runs where nothing else does, and gives way to what a person asks for. */
import { newJobId } from '../../session/job-id.ts';
import { keepThroughput, throughputOf } from '../state/throughputs.ts';
import type { Action, App } from './app.ts';

/** One at a time, whoever asks. */
const underWay = new WeakSet<App>();

export const measureDevice: Action = {
  when: (state) => {
    const { model, jobs, library } = state;
    // An installation takes the processor, and what is measured would be too little for good.
    const isIdle = jobs.length === 0 && library.looking === null && Object.keys(library.work).length === 0;
    return model.phase === 'ready' && isIdle && throughputOf(state) === null;
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
