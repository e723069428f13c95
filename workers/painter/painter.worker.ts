/** The painter's worker. */
import '../../model/no-eval.ts';
import '../../model/schemas-without-eval.ts';
import { expose } from 'comlink';
import { loadOrt } from '../ort.ts';
import { servePainter } from './painter.ts';

expose(servePainter(loadOrt));
