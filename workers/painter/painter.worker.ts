/** The painter's worker. */
import '../../model/schemas-without-eval.ts';
import { expose } from 'comlink';
import { openInPage } from '../bundle/page-locations.ts';
import { holdLivenessLock } from '../liveness-lock.ts';
import { loadOrt } from '../ort.ts';
import { tellRequests } from '../requests.ts';
import { servePainter } from './painter.ts';

expose(servePainter({ loadOrt, openLocation: openInPage }));
holdLivenessLock();
tellRequests();
