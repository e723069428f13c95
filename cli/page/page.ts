/** The bare page of draw, edit, ask, polish and chat: starts the model's own workers and hands the terminal's calls to them. */
import { type Remote, transfer, wrap } from 'comlink';
import { failure } from '../../model/failure.ts';
import type {
  BundleLocation,
  LanguageWorker,
  Opened,
  OpenOrder,
  Outcome,
  PainterWorker,
  WorkerEvent,
} from '../../workers/protocol.ts';
import { TakingTurns } from '../draw/taking-turns.ts';
import type { ModelPage } from './messages.ts';

declare global {
  interface Window {
    nexusModel: ModelPage;
    /** Given by the terminal. */
    nexusEvent(event: WorkerEvent): Promise<void>;
  }
}

interface Started<Service> {
  readonly service: Remote<Service>;
  /** Comlink never settles a call to a dead worker: fulfilled when it dies. */
  readonly death: Promise<Outcome<never>>;
}

function started<Service>(name: 'language' | 'painter', worker: Worker): Started<Service> {
  const death = new Promise<Outcome<never>>((resolve) => {
    worker.onerror = ({ message, filename, lineno }) =>
      resolve({
        ok: false,
        failure: failure('WORKER_ENDED', { worker: name, reason: `${message} ${filename}:${lineno}` }),
      });
  });
  return { service: wrap<Service>(worker), death };
}

const language = started<LanguageWorker>(
  'language',
  new Worker(new URL('../../workers/language/language.worker.ts', import.meta.url), { type: 'module' }),
);
const painter = started<PainterWorker>(
  'painter',
  new Worker(new URL('../../workers/painter/painter.worker.ts', import.meta.url), { type: 'module' }),
);

function openIn(
  { service, death }: Started<LanguageWorker> | Started<PainterWorker>,
  order: OpenOrder,
): Promise<Outcome<Opened>> {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<WorkerEvent>) => {
    void window.nexusAlive();
    // Nobody sees a preview on the terminal, and its pixels would have to cross to it.
    if (data.type !== 'preview') void window.nexusEvent(data);
  };
  return Promise.race([service.open(order, transfer(port2, [port2])), death]);
}

let location: BundleLocation = { kind: 'http', base: document.baseURI };
const openSide = (side: Started<LanguageWorker> | Started<PainterWorker>) =>
  openIn(side, { location, device: 'webgpu' });
const turns = new TakingTurns({
  language: { open: () => openSide(language), close: () => language.service.close() },
  painter: { open: () => openSide(painter), close: () => painter.service.close() },
});

window.nexusModel = {
  async open(base) {
    location = { kind: 'http', base };
    const [opened, painting] = await Promise.all([openSide(language), openSide(painter)]);
    if (opened.ok) turns.begin(opened.result.memory);
    return painting.ok ? opened : painting;
  },
  lacking: (request) => turns.call('language', () => Promise.race([language.service.lacking(request), language.death])),
  speak: (request, contents) =>
    turns.call('language', () => Promise.race([language.service.speak(request, contents), language.death])),
  paint: (order) => turns.call('painter', () => Promise.race([painter.service.paint(order), painter.death])),
  memory: async () => ({ language: await language.service.memory(), painter: await painter.service.memory() }),
  async close() {
    await language.service.close();
    await painter.service.close();
  },
};
