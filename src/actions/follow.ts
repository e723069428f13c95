import type { TurnEvent } from '../../session/turn-events.ts';
import type { LiveWork } from '../state/live.ts';
import type { Activity } from '../state/state.ts';
import { tempoAfter } from '../state/tempo.ts';
import type { App } from './app.ts';

/** Shows how far the work is that tells this event. */
export function follow({ store, live }: App, event: TurnEvent): void {
  const activity = activityOf(event);
  const known = store.getState().activity;
  if (activity !== null && (activity.stage !== 'writing' || known?.stage !== 'writing')) store.setState({ activity });
  const work = live.get();
  const change = work === null ? null : changeOf(work, event);
  if (change !== null) live.patch(change);
}

/** What an event changes of the work that it tells of: all at once, for what is shown is written anew at every change. */
function changeOf({ text, tempo }: LiveWork, event: TurnEvent): Partial<LiveWork> | null {
  const tempoNow = () => tempoAfter(tempo, event, performance.now());
  switch (event.type) {
    case 'text':
      return { text: text + event.delta, tempo: tempoNow() };
    case 'step':
      return { tempo: tempoNow() };
    case 'begun again':
      return { text: '', preview: null, tempo: tempoNow() };
    case 'preview':
      return { preview: { width: event.width, height: event.height, data: event.data } };
    default:
      return null;
  }
}

function activityOf(event: TurnEvent): Activity | null {
  switch (event.type) {
    case 'begun again':
    case 'reading':
      return { stage: 'reading' };
    case 'text':
      return { stage: 'writing' };
    // The words are there; until the first step the picture is what is waited for.
    case 'imagining':
    case 'drawn':
      return { stage: 'imagining' };
    case 'step':
      return { stage: 'step', step: event.step, steps: event.steps, remainingMs: event.remainingMs };
    case 'developing':
      return { stage: 'developing' };
    default:
      return null;
  }
}
