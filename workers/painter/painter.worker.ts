/** The painter's worker. */
import { expose } from 'comlink';
import { loadOrt } from '../ort.ts';
import { servePainter } from './painter.ts';

expose(servePainter(loadOrt));
