/** The language side's worker. */
import '../../model/no-eval.ts';
import '../../model/schemas-without-eval.ts';
import { expose } from 'comlink';
import { loadOrt } from '../ort.ts';
import { serveLanguage } from './language.ts';

expose(serveLanguage(loadOrt));
