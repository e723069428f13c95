/** What is asked of the model beside an answer: from when it waits to what came of it. */
import { type Failure, failureOf } from '../../model/failure.ts';
import type { App } from './app.ts';
import { modelFailed } from './open-model.ts';

/** @param tell says where it belongs that the work was stopped, or how it failed */
export async function atWork(
  app: App,
  work: () => Promise<void>,
  tell: (outcome: 'stopped' | 'failed', failure: Failure) => void,
): Promise<void> {
  const { store, live } = app;
  store.setState({ activity: { stage: 'waiting' }, outcome: null });
  try {
    await work();
  } catch (error) {
    const failure = failureOf(error);
    modelFailed(app, failure);
    const outcome = failure.code === 'STOPPED' ? 'stopped' : 'failed';
    tell(outcome, failure);
    store.setState({ outcome });
  } finally {
    live.set(null);
    store.setState({ activity: null });
  }
}
