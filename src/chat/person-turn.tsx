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

export function PersonTurnView({ turn }: { readonly turn: PersonTurn }) {
  const { page } = useWords();
  const front = chosenPicture(turn);
  const [edited, setEdited] = useState<TurnId | null>(null);
  const button = useRef<HTMLButtonElement>(null);
  const comesAlong = turn.pictures.some(({ id }) => id === front);
  return (
    <article id={turnElement(turn.id)} tabIndex={-1} className="turn person" aria-label={page.you} aria-live="off">
      {(turn.pictures.length > 0 || front !== null) && (
        <div className="sent-pictures">
          {front !== null && !comesAlong && (
            <SentPicture image={front} label={page.composer.editing} area={turn.area} />
          )}
          {turn.pictures.map(({ id, name }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same picture may be sent twice, and a sent turn never changes
            <SentPicture key={`${id}-${index}`} image={id} label={page.result.attached(name)} area={turn.area} />
          ))}
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
            <p className="words" dir="auto">
              {turn.text}
            </p>
          )}
          <TurnButtons turn={turn} edit={{ open: () => setEdited(turn.id), button }} />
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
