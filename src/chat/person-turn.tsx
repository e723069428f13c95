import { chosenPicture } from '../actions/about.ts';
import { useWords } from '../app/context.tsx';
import { Thumbnail } from '../picture/thumbnail.tsx';
import type { PersonTurn } from '../storage/records.ts';

export function PersonTurnView({ turn }: { readonly turn: PersonTurn }) {
  const { page } = useWords();
  const front = chosenPicture(turn);
  const comesAlong = turn.pictures.some(({ id }) => id === front);
  return (
    <article className="turn person" aria-label={page.you} aria-live="off">
      {(turn.pictures.length > 0 || front !== null) && (
        <div className="sent-pictures">
          {front !== null && !comesAlong && <Thumbnail image={front} label={page.composer.editing} />}
          {turn.pictures.map(({ id, name }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same picture may be sent twice, and a sent turn never changes
            <Thumbnail key={`${id}-${index}`} image={id} label={page.result.attached(name)} />
          ))}
        </div>
      )}
      {turn.text !== '' && (
        <p className="words" dir="auto">
          {turn.text}
        </p>
      )}
    </article>
  );
}
