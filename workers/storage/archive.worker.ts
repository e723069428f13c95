/** Packs and unpacks archives beside the page's thread. */
import { expose } from 'comlink';
import { holdLivenessLock } from '../liveness-lock.ts';
import { tellRequests } from '../requests.ts';
import { serveArchive } from './serve-archive.ts';

expose(serveArchive());
holdLivenessLock();
tellRequests();
