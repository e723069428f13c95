import type { Failure } from '../../model/failure.ts';
import { failureSentence } from '../../words/index.ts';
import { useWords } from './context.tsx';
import { Icon } from './icon.tsx';

interface AlertProps {
  readonly failure: Failure;
  readonly again?: () => void;
  /** Keeps the picture in another way. */
  readonly save?: () => void;
  readonly dismiss?: () => void;
}

/** What happened, what was kept and what to do, and a button to do it. */
export function Alert({ failure, again, save, dismiss }: AlertProps) {
  const words = useWords();
  return (
    <div role="alert" className="alert">
      <p>{failureSentence(words, failure)}</p>
      {again !== undefined && (
        <button type="button" onClick={again}>
          <Icon name="again" />
          {words.page.failure.retry}
        </button>
      )}
      {save !== undefined && (
        <button type="button" onClick={save}>
          <Icon name="save" />
          {words.page.failure.savePicture}
        </button>
      )}
      {dismiss !== undefined && (
        <button type="button" className="quiet" aria-label={words.page.failure.dismiss} onClick={dismiss}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
