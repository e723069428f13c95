/** Installs models: the only worker that writes them, and the only one whose policy lets it ask other hosts. */
import '../../model/schemas-without-eval.ts';
import { expose } from 'comlink';
import { holdLivenessLock } from '../liveness-lock.ts';
import type { LibrarySaying } from './protocol.ts';
import { serveLibrary } from './serve.ts';

expose(serveLibrary((library) => self.postMessage({ library } satisfies LibrarySaying)));
holdLivenessLock();
