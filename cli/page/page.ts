/** The bare page of draw, edit, ask, polish and chat: a model session that the terminal calls. */
import { failureOf } from '../../model/failure.ts';
import { createModelSession, type SessionEvent } from '../../session/model-session.ts';
import type { JobId, Outcome } from '../../workers/protocol.ts';
import type { ModelPage } from './messages.ts';
import { modelWorkers } from './spawn.ts';

declare global {
  interface Window {
    nexusModel: ModelPage;
    /** Given by the terminal. */
    nexusEvent(event: SessionEvent): Promise<void>;
  }
}

const device = new URLSearchParams(location.search).get('device') === 'wasm' ? 'wasm' : 'webgpu';
const session = createModelSession(modelWorkers, () => device);
const controllers = new Map<JobId, AbortController>();

session.subscribe((event) => {
  void window.nexusAlive();
  // Nobody sees a preview on the terminal, or resumes there, and what they are would have to cross to it.
  if (event.type !== 'preview' && event.type !== 'reached') void window.nexusEvent(event);
});

async function outcomeOf<Result>(task: () => Promise<Result>): Promise<Outcome<Result>> {
  try {
    return { ok: true, result: await task() };
  } catch (thrown) {
    return { ok: false, failure: failureOf(thrown) };
  }
}

async function stoppable<Result>(job: JobId, task: (signal: AbortSignal) => Promise<Result>): Promise<Outcome<Result>> {
  const controller = new AbortController();
  controllers.set(job, controller);
  try {
    return await outcomeOf(() => task(controller.signal));
  } finally {
    if (controllers.get(job) === controller) controllers.delete(job);
  }
}

window.nexusModel = {
  open: (location) => outcomeOf(() => session.open(location)),
  lacking: (request) => stoppable(request.job, (signal) => session.lacking(request, signal)),
  speak: (request, contents) => stoppable(request.job, (signal) => session.speak(request, contents, signal)),
  paint: (request) =>
    stoppable(request.job, async (signal) => {
      const { reached: _, ...painting } = await session.paint(request, signal);
      return painting;
    }),
  throughput: (job) => stoppable(job, (signal) => session.throughput(job, signal)),
  stop: (job) => controllers.get(job)?.abort(),
  restart: () => session.restart(),
  memory: () => session.memory(),
  close: () => session.close(),
};
