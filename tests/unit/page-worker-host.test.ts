/** The page survives a worker that dies: pending calls reject, the next request works, an old life is not heard. */
import { MessageChannel } from 'node:worker_threads';
import { expose, transfer } from 'comlink';
import { expect, test } from 'vitest';
import { failureOf } from '../../model/failure.ts';
import { WorkerHost } from '../../src/engine/worker-host.ts';
import type { JobId, Outcome, WorkerEvent } from '../../workers/protocol.ts';

interface Speaker {
  open(port: MessagePort): Promise<null>;
  answer(text: string): Promise<Outcome<string>>;
  never(): Promise<null>;
}

/** A worker of this process: the same messages over a channel, and a death that can be caused. */
class ChannelWorker extends EventTarget {
  readonly #channel = new MessageChannel();
  readonly #heard: MessagePort[] = [];
  terminated = false;

  constructor() {
    super();
    const heard = this.#heard;
    const speaker: Speaker = {
      open: async (port) => {
        heard.push(port);
        return null;
      },
      answer: async (text) =>
        text === 'fail'
          ? { ok: false, failure: { code: 'STOPPED', data: { stage: 'test' } } }
          : { ok: true, result: text.toUpperCase() },
      never: () => new Promise(() => undefined),
    };
    expose(speaker, this.#channel.port2 as unknown as Parameters<typeof expose>[1]);
    this.#channel.port1.on('message', (data) => this.dispatchEvent(new MessageEvent('message', { data })));
  }

  postMessage(message: unknown, moved: readonly MessagePort[]): void {
    this.#channel.port1.postMessage(message, moved as never);
  }

  say(event: WorkerEvent): void {
    for (const port of this.#heard) port.postMessage(event);
  }

  die(message: string): void {
    this.dispatchEvent(Object.assign(new Event('error'), { message }));
  }

  terminate(): void {
    this.terminated = true;
    this.#channel.port1.close();
  }
}

function host() {
  const workers: ChannelWorker[] = [];
  const events: WorkerEvent[] = [];
  const spawn = () => {
    const worker = new ChannelWorker();
    workers.push(worker);
    return worker as unknown as Worker;
  };
  const speaker = new WorkerHost<Speaker>('language', spawn, (event) => events.push(event));
  return { speaker, workers, events };
}

const settle = () => new Promise((resolve) => setTimeout(resolve, 20));

test('a call answers, and a failure of the worker is thrown as it is', async () => {
  const { speaker } = host();
  expect(await speaker.result((remote) => remote.answer('cat'))).toBe('CAT');
  const thrown = await speaker.result((remote) => remote.answer('fail')).catch(failureOf);
  expect(thrown).toEqual({ code: 'STOPPED', data: { stage: 'test' } });
  speaker.terminate('end of test');
});

test('when the worker dies every pending call rejects and the next request starts a new one', async () => {
  const { speaker, workers } = host();
  const pending = [1, 2].map(() => speaker.call((remote) => remote.never()).catch(failureOf));
  await settle();
  workers[0]?.die('out of memory');
  const ended = { code: 'WORKER_ENDED', data: { worker: 'language', reason: 'out of memory' } };
  expect(await Promise.all(pending)).toEqual([ended, ended]);
  expect(workers[0]?.terminated).toBe(true);
  expect(speaker.alive).toBe(false);
  expect(await speaker.result((remote) => remote.answer('dog'))).toBe('DOG');
  expect(workers).toHaveLength(2);
  speaker.terminate('end of test');
});

test('events of a life that has ended are not heard', async () => {
  const { speaker, workers, events } = host();
  const event: WorkerEvent = { type: 'imagining', job: 'one' as JobId };
  await speaker.call((remote, port) => remote.open(transfer(port, [port])));
  workers[0]?.say(event);
  await settle();
  expect(events).toEqual([event]);
  speaker.terminate('replaced');
  workers[0]?.say(event);
  await settle();
  expect(events).toHaveLength(1);
});
