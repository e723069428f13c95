/** What the terminal asks of the language worker and the painter, in this process or in Chrome. */
import type { Opened, Outcome, WorkerEvent } from '../../workers/protocol.ts';
import type { ModelPage } from '../page/messages.ts';

export type Listener = (event: WorkerEvent) => void;

/** Both, with one bundle. */
export interface StartedWorkers extends Omit<ModelPage, 'open'> {
  open(): Promise<Outcome<Opened>>;
}
