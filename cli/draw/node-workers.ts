/**
 * The workers' code in this process, on the wasm provider. They fetch their bundle as they do in a page, so its files are
 * checked as they are there.
 */
import { serveLanguage } from '../../workers/language/language.ts';
import { servePainter } from '../../workers/painter/painter.ts';
import type { OpenOrder, WorkerEvent } from '../../workers/protocol.ts';
import { ort } from '../ort.ts';
import { listenOnFreePort, type StaticSite, serveFolders } from '../static-server.ts';
import { TakingTurns } from './taking-turns.ts';
import type { Listener, StartedWorkers } from './workers.ts';

export async function startInNode(directory: string, tell: Listener): Promise<StartedWorkers> {
  // While wasm computes this thread answers nobody: a connection that is kept for the next file would time out meanwhile.
  const headers = () => ({ Connection: 'close' });
  const site: StaticSite = { prefix: '/', folder: directory, links: 'followed', headers };
  const server = await listenOnFreePort(serveFolders([site]), 0);
  const base = `http://localhost:${server.port}/`;
  const language = serveLanguage(async () => ort);
  const painter = servePainter(async () => ort);
  const order: OpenOrder = { location: { kind: 'http', base }, device: 'wasm' };
  const openLanguage = () => language.open(order, portTo(tell));
  const openPainter = () => painter.open(order, portTo(tell));
  const turns = new TakingTurns({
    language: { open: openLanguage, close: () => language.close() },
    painter: { open: openPainter, close: () => painter.close() },
  });
  return {
    async open() {
      // Both use one onnxruntime, which allows one call at a time.
      const opened = await openLanguage();
      if (!opened.ok) return opened;
      const painting = await openPainter();
      turns.begin(opened.result.memory);
      return painting.ok ? opened : painting;
    },
    lacking: (request) => turns.call('language', () => language.lacking(request)),
    speak: (request, contents) => turns.call('language', () => language.speak(request, contents)),
    paint: (paintOrder) => turns.call('painter', () => painter.paint(paintOrder)),
    memory: async () => ({ language: await language.memory(), painter: await painter.memory() }),
    async close() {
      await painter.close();
      await language.close();
      await server.close();
    },
  };
}

function portTo(tell: Listener): MessagePort {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = ({ data }: MessageEvent<WorkerEvent>) => tell(data);
  return port2;
}
