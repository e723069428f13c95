import type { TurnEvent } from '../../session/turn-events.ts';
import type { Activity } from '../state/state.ts';
import { tempoAfter } from '../state/tempo.ts';
import type { App } from './app.ts';

/** Shows how far the work is that tells this event. */
export function follow({ store, live }: App, event: TurnEvent): void {
  const activity = activityOf(event);
  const known = store.getState().activity;
  if (activity !== null && (activity.stage !== 'writing' || known?.stage !== 'writing')) store.setState({ activity });
  const work = live.get();
  if (work !== null && (event.type === 'text' || event.type === 'step' || event.type === 'begun again'))
    live.patch({ tempo: tempoAfter(work.tempo, event, performance.now()) });
  if (event.type === 'text') live.patch({ text: (live.get()?.text ?? '') + event.delta });
  if (event.type === 'begun again') live.patch({ text: '', preview: null });
  if (event.type === 'preview') {
    live.patch({ preview: { width: event.width, height: event.height, data: event.data } });
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
