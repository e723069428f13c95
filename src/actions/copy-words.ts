/** Words on the clipboard: a message, or a block of code in a reply. */
import { failure } from '../../model/failure.ts';
import { notify } from '../state/notices.ts';
import type { Action } from './app.ts';
import { sayCopied } from './keep-picture.ts';

/** @param id what it is said of that it was copied (`copied` of the state) */
export const copyWords: Action<[words: string, id: string]> = {
  when: (_, words) => words !== '',
  perform({ store }, words, id) {
    const refused = (problem: 'missing' | 'refused') =>
      notify(store, failure('COPY_REFUSED', { problem, what: 'words' }));
    if (!('clipboard' in navigator)) return refused('missing');
    navigator.clipboard.writeText(words).then(
      () => sayCopied(store, id),
      () => refused('refused'),
    );
  },
};
