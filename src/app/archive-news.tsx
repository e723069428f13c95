import type { PageWords } from '../../words/words.ts';
import { dismissArchiveNews } from '../actions/archive.ts';
import type { ArchiveOutcome } from '../state/archive.ts';
import { Alert } from './alert.tsx';
import { usePerform, useSelect, useWords } from './context.tsx';
import { Icon } from './icon.tsx';

/** How far an export or import is, and what it came to. */
export function ArchiveNews() {
  const { page } = useWords();
  const perform = usePerform();
  const { work, outcome, failure } = useSelect((state) => state.archive);
  const close = () => perform(dismissArchiveNews);
  return (
    <>
      {work !== null && (
        <div className="archive-work">
          <progress
            aria-label={page.data.working[work.doing]}
            value={work.total === 0 ? undefined : work.done}
            max={Math.max(1, work.total)}
          />
          <p className="hint">
            {page.data.working[work.doing]}
            {work.total > 0 && `: ${page.data.progress(work.done, work.total)}`}
          </p>
        </div>
      )}
      {/* No second status: that is the one about what works. */}
      <div aria-live="polite" className="archive-outcome">
        {outcome !== null && (
          <>
            <p>{outcomeSentence(outcome, page.data)}</p>
            <button
              type="button"
              className="quiet small"
              aria-label={page.failure.dismiss}
              title={page.failure.dismiss}
              onClick={close}
            >
              <Icon name="close" />
            </button>
          </>
        )}
      </div>
      {failure !== null && <Alert failure={failure} dismiss={close} />}
    </>
  );
}

/** Where Settings is closed, which shows it else. */
export function ArchiveNewsOfPage() {
  return useSelect(({ panel }) => panel === 'settings') ? null : <ArchiveNews />;
}

function outcomeSentence(outcome: ArchiveOutcome, words: PageWords['data']): string {
  switch (outcome.of) {
    case 'export':
      return words.exported(outcome);
    case 'import':
      return words.imported(outcome);
    case 'clear':
      return words.cleared;
  }
}
