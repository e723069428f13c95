/** The language side's worker. */
import '../../model/schemas-without-eval.ts';
import { expose } from 'comlink';
import { openInPage } from '../bundle/page-locations.ts';
import { holdLivenessLock } from '../liveness-lock.ts';
import { loadOrt } from '../ort.ts';
import { tellRequests } from '../requests.ts';
import { serveLanguage } from './language.ts';

expose(serveLanguage({ loadOrt, openLocation: openInPage }));
holdLivenessLock();
tellRequests();
