/** Keeps chats and pictures on the disk beside the page's thread: only a worker has a file's synchronous handle. */
import { expose } from 'comlink';
import { holdLivenessLock } from '../liveness-lock.ts';
import { tellRequests } from '../requests.ts';
import type { StorageSaying } from './protocol.ts';
import { serveStorage } from './serve.ts';

expose(serveStorage((storage) => self.postMessage({ storage } satisfies StorageSaying)));
holdLivenessLock();
tellRequests();
