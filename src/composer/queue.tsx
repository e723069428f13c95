import { useRef, useState } from 'react';
import { pauseQueue, resumeQueue } from '../actions/queue.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';
import { waitingIn } from '../state/queue.ts';
import { QueuedRow } from './queued-row.tsx';

/** What works, what waits behind it, and what can be done with that; nothing where nothing waits. */
export function Queue() {
  const words = useWords().page.queue;
  const jobs = useSelect((state) => state.jobs);
  const paused = useSelect((state) => state.paused);
  const perform = usePerform();
  const [told, setTold] = useState('');
  const list = useRef<HTMLOListElement>(null);
  const waiting = waitingIn({ jobs });
  if (waiting.length === 0) return null;
  return (
    <section className="queue" aria-label={words.queue}>
      <header>
        <p>{(paused ? words.pausedAt : words.waiting)(waiting.length)}</p>
        <button type="button" className="quiet" onClick={() => perform(paused ? resumeQueue : pauseQueue)}>
          <Icon name={paused ? 'play' : 'pause'} />
          {paused ? words.resume : words.pause}
        </button>
      </header>
      <ol ref={list}>
        {jobs.map((job, at) => (
          <QueuedRow key={job.id} job={job} at={at} list={list} tell={setTold} />
        ))}
      </ol>
      <p className="unseen" aria-live="polite">
        {told}
      </p>
    </section>
  );
}
