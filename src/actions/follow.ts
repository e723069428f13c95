import type { JobId } from '../../workers/protocol.ts';
import type { Activity } from '../state/state.ts';
import type { App } from './app.ts';

/** Shows a job's events as they come; `imagining` is called when a picture begins. */
export function follow({ session, store, live }: App, job: JobId, imagining: () => void): () => void {
  const tell = (activity: Activity) => store.setState({ activity });
  return session.subscribe((event) => {
    if (!('job' in event) || event.job !== job) return;
    switch (event.type) {
      case 'reading':
        return tell({ stage: 'reading' });
      case 'text':
        if (store.getState().activity?.stage !== 'writing') tell({ stage: 'writing' });
        return live.patch({ text: (live.get()?.text ?? '') + event.delta });
      case 'imagining':
        imagining();
        return tell({ stage: 'imagining' });
      case 'step':
        return tell({ stage: 'step', step: event.step, steps: event.steps, remainingMs: event.remainingMs });
      case 'preview':
        return live.patch({ preview: { width: event.width, height: event.height, data: event.data } });
      case 'developing':
        return tell({ stage: 'developing' });
    }
  });
}
