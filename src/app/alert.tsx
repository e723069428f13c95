import type { Failure } from '../../model/failure.ts';
import { failureSentence } from '../../words/words.ts';
import { useWords } from './context.tsx';
import { Icon } from './icon.tsx';

interface AlertProps {
  readonly failure: Failure;
  /** Of the sentence. */
  readonly id?: string;
  readonly again?: () => void;
  /** Lets the processor compute, where the graphics card is at fault. */
  readonly onProcessor?: () => void;
  /** Keeps the picture in another way. */
  readonly save?: () => void;
  readonly dismiss?: () => void;
}

/** What happened, what was kept and what to do, and a button to do it. */
export function Alert({ failure, id, again, onProcessor, save, dismiss }: AlertProps) {
  const words = useWords();
  return (
    <div role="alert" className="alert">
      <p id={id}>{failureSentence(words, failure)}</p>
      {again !== undefined && (
        <button type="button" onClick={again}>
          <Icon name="again" />
          {words.page.failure.retry}
        </button>
      )}
      {onProcessor !== undefined && isOfGraphics(failure) && (
        <button type="button" onClick={onProcessor}>
          {words.page.failure.useProcessor}
        </button>
      )}
      {save !== undefined && (
        <button type="button" onClick={save}>
          <Icon name="save" />
          {words.page.failure.savePicture}
        </button>
      )}
      {dismiss !== undefined && (
        <button type="button" className="quiet dismiss" aria-label={words.page.failure.dismiss} onClick={dismiss}>
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}

/** A graphics card that will not do better when it is tried again. */
function isOfGraphics({ code, data }: Failure): boolean {
  if (code === 'DEVICE_LOST') return data.times > 1;
  return code === 'WEBGPU_MISSING' || code === 'WEBGPU_BROKEN' || code === 'SELF_TEST_FAILED';
}
