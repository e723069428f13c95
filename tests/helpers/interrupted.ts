/** A drawing that tells how far it is and then hangs, as one does that something interrupts. */
import type { Result } from '../../src/storage/records.ts';
import type { SamplerState } from '../../workers/protocol.ts';
import type { openPage } from './page.ts';

type Page = ReturnType<typeof openPage>;

/** What the painter tells behind a step. */
export const stateBehind = (step: number): SamplerState => ({ step, latents: Float32Array.of(step, 0.5, -1) });

/** Has the painter tell these steps and then wait for ever. */
export function hang({ session }: Pick<Page, 'session'>, ...steps: readonly number[]): void {
  session.painting = ({ job }) => {
    for (const step of steps) session.emit({ type: 'reached', job, state: stateBehind(step) });
    return new Promise(() => undefined);
  };
}

/** The result of the last answer, which has one. */
export function onlyResult(page: Pick<Page, 'answer'>): Result {
  const [result] = page.answer().results;
  if (result === undefined) throw new Error('nothing was drawn');
  return result;
}
