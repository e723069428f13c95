import { useId } from 'react';
import { copyWords } from '../actions/copy-words.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon } from '../app/icon.tsx';

interface CodeBlockProps {
  readonly code: string;
  readonly language: string | null;
}

/** Code as it is written, with a button that takes it along. */
export function CodeBlock({ code, language }: CodeBlockProps) {
  const words = useWords().page.markdown;
  const perform = usePerform();
  const id = useId();
  const isCopied = useSelect(({ copied }) => copied === id);
  return (
    <figure className="code">
      <figcaption>
        <span>{language}</span>
        <button
          type="button"
          className="quiet"
          aria-label={words.copyCode}
          onClick={() => perform(copyWords, code, id)}
        >
          <Icon name={isCopied ? 'check' : 'copy'} />
        </button>
      </figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is scrolled by keys */}
      <pre dir="ltr" tabIndex={0}>
        <code>{code}</code>
      </pre>
    </figure>
  );
}
