import type { EnlargeWords } from '../../words/enlarge.ts';
import { Alert } from '../app/alert.tsx';
import { useSelect } from '../app/context.tsx';
import type { EnlargementNews } from '../state/enlargement.ts';

interface EnlargeNewsProps {
  readonly result: string;
  readonly words: EnlargeWords;
}

/** How far an enlargement is, and what came of it. */
export function EnlargeNews({ result, words }: EnlargeNewsProps) {
  const news = useSelect(({ enlargements }) => enlargements[result]);
  return (
    <>
      {news?.state === 'working' && (
        <progress
          aria-label={words.progress}
          max={Math.max(1, news.of)}
          value={news.of === 0 ? undefined : news.tiles}
        />
      )}
      <p className="enlarge-news" aria-live="polite">
        {news === undefined ? '' : sentenceOf(news, words)}
      </p>
      {news?.state === 'failed' && <Alert failure={news.failure} />}
    </>
  );
}

function sentenceOf(news: EnlargementNews, words: EnlargeWords): string {
  switch (news.state) {
    case 'waiting':
      return words.waiting;
    case 'working':
      return news.of === 0 ? words.starting : words.working(news.tiles, news.of);
    case 'saved':
      return words.saved(news.name);
    case 'stopped':
      return words.stopped;
    case 'failed':
      return '';
  }
}
