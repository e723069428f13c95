/** The language side's worker. */
import { expose } from 'comlink';
import { loadOrt } from '../ort.ts';
import { serveLanguage } from './language.ts';

expose(serveLanguage(loadOrt));
