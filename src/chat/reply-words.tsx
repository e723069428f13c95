import { lazy, Suspense } from 'react';
import { ErrorBoundary } from '../app/error-boundary.tsx';

const Markdown = lazy(() => import('./markdown.tsx'));

/** What a model says: as it is, or as Markdown where anything in it is a sign of it, whose code comes then. */
export function ReplyWords({ text }: { readonly text: string }) {
  const plain = (
    <p className="words" dir="auto">
      {text}
    </p>
  );
  if (!hasMarks(text)) return plain;
  return (
    <ErrorBoundary>
      <Suspense fallback={plain}>
        <Markdown text={text} />
      </Suspense>
    </ErrorBoundary>
  );
}

/** Whether a text could be other than plain paragraphs in CommonMark. */
export function hasMarks(text: string): boolean {
  return /[*_`#[\]<&\\~]|^\s*([-+=]|\d+[.)]|> ?)|^( {4}|\t)|\n\s*\n/m.test(text);
}
