import type { PageWords } from '../../words/index.ts';
import type { AppState } from '../state/state.ts';
import { useSelect, useWords } from './context.tsx';

/** Polite progress in words; always there, so that what it says is read out. */
export function Status() {
  const { page } = useWords();
  const sentence = useSelect((state) => statusSentence(state, page.status));
  const hint = useSelect((state) => standing(state, page.status));
  return (
    <div className="status-line">
      <p role="status" className="status">
        {sentence}
      </p>
      {hint !== '' && <p className="hint">{hint}</p>}
    </div>
  );
}

function statusSentence({ activity, model, jobs, outcome }: AppState, words: PageWords['status']): string {
  if (jobs.length > 0 && model.phase === 'opening') return words.waiting;
  switch (activity?.stage) {
    case 'waiting':
    case 'reading':
      return words.reading;
    case 'writing':
      return words.writing;
    case 'imagining':
      return words.imagining;
    case 'developing':
      return words.developing;
    case 'step': {
      const left = Math.round(activity.remainingMs / 1000);
      return `${words.step(activity.step, activity.steps)}${left > 1 ? `, ${words.left(left)}` : ''}`;
    }
    case undefined:
      if (model.phase === 'opening') {
        return model.total > 0 ? words.loading(Math.floor((100 * model.done) / model.total)) : words.opening;
      }
      return outcome === 'done' ? words.done : outcome === 'stopped' ? words.stopped : '';
  }
}

/** What holds as long as the page is open. */
function standing({ model, lasting }: AppState, words: PageWords['status']): string {
  const notice = model.phase === 'ready' ? model.opened.device.notice : null;
  const sentences = [
    notice === 'NO_WEBGPU' ? words.processor : notice === 'SUBGROUPS_DROPPED' ? words.subgroups : '',
    lasting === 'session' ? words.unsaved : '',
  ];
  return sentences.filter((text) => text !== '').join(' ');
}
