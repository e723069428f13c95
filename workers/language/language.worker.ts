/** The language side's worker. */
import '../../model/schemas-without-eval.ts';
import { expose } from 'comlink';
import { showAlive } from '../alive.ts';
import { loadOrt } from '../ort.ts';
import { serveLanguage } from './language.ts';

expose(serveLanguage(loadOrt));
showAlive();
