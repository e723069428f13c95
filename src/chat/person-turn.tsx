import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import type { ImageId } from '../../workers/protocol.ts';
import { chosenPicture } from '../actions/about.ts';
import { useWords } from '../app/context.tsx';
import { WithArea } from '../picture/area-tint.tsx';
import { StatedThumbnail } from '../picture/thumbnail.tsx';
import { usePictureAddress } from '../picture/use-picture.ts';
import { ViewButton } from '../picture/view-button.tsx';
import type { PersonTurn, TurnId } from '../storage/records.ts';
import { MessageEditor } from './message-editor.tsx';
import { TurnButtons, turnElement } from './turn-buttons.tsx';

interface PersonTurnProps {
  readonly turn: PersonTurn;
  /** With its pictures and buttons. */
  readonly isWhole: boolean;
}

export function PersonTurnView({ turn, isWhole }: PersonTurnProps) {
  const { page } = useWords();
  const front = chosenPicture(turn);
  const [edited, setEdited] = useState<TurnId | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const comesAlong = turn.pictures.some(({ id }) => id === front);
  return (
    <article id={turnElement(turn.id)} tabIndex={-1} className="turn person" aria-label={page.you} aria-live="off">
      {(turn.pictures.length > 0 || front !== null) && (
        <div className="sent-pictures">
          {front !== null && !comesAlong && isWhole && (
            <SentPicture image={front} label={page.composer.editing} area={turn.area} />
          )}
          {turn.pictures.map(({ id, name }, index) => {
            const label = page.result.attached(name);
            // The same picture may be sent twice, and a sent turn never changes.
            const key = `${id}-${index}`;
            if (isWhole) return <SentPicture key={key} image={id} label={label} area={turn.area} />;
            return <span key={key} className="thumbnail waiting" role="img" aria-label={label} />;
          })}
        </div>
      )}
      {edited === turn.id ? (
        <MessageEditor
          turn={turn}
          leave={() => {
            flushSync(() => setEdited(null));
            button.current?.focus();
          }}
        />
      ) : (
        <>
          {turn.text !== '' && (
            <p className="words" dir="auto" tabIndex={isLong(turn.text) ? 0 : undefined}>
              {turn.text}
            </p>
          )}
          {isWhole ? (
            <TurnButtons turn={turn} edit={{ open: () => setEdited(turn.id), button }} />
          ) : (
            <div className="turn-buttons" />
          )}
        </>
      )}
    </article>
  );
}

interface SentPictureProps {
  readonly image: ImageId;
  readonly label: string;
  readonly area: PersonTurn['area'];
}

/** Whether it may be higher than its place, also on a narrow screen. */
function isLong(text: string): boolean {
  return text.length > 300 || text.split('\n', 13).length > 12;
}

function SentPicture({ image, label, area }: SentPictureProps) {
  const { page } = useWords();
  const picture = usePictureAddress(image);
  const mask = area?.of === image ? area.mask : null;
  return (
    <span className="sent-picture">
      <WithArea mask={mask}>
        <StatedThumbnail picture={picture} label={mask === null ? label : page.composer.withArea(label)} />
      </WithArea>
      {picture.state === 'there' && <ViewButton image={image} label={label} />}
    </span>
  );
}
