import { useShallow } from 'zustand/react/shallow';
import { editThis } from '../actions/compose.ts';
import { usePerform, useWords } from '../app/context.tsx';
import { useSelectNear } from '../app/near-state.ts';
import { dragPicture } from '../composer/dropped.ts';
import { focusMessage } from '../composer/message.ts';
import { shownTurns } from '../state/chats.ts';
import type { Result } from '../storage/records.ts';
import { type ChainPicture, editChain, imageOf, pictureNumber } from './edit-chain.ts';
import { Thumbnail } from './thumbnail.tsx';

/** The pictures that led to an edit, from which any of them is changed again; nothing below other pictures. */
export function ChainStrip({ result }: { readonly result: Result }) {
  const words = useWords().page.chain;
  const chain = useSelectNear(useShallow((state) => editChain(shownTurns(state), result)));
  if (chain.length === 0) return null;
  return (
    <ol className="chain" aria-label={words.chain}>
      {chain.map((picture) => (
        <ChainLink key={picture.id} picture={picture} isLast={picture === result} />
      ))}
    </ol>
  );
}

interface ChainLinkProps {
  readonly picture: ChainPicture;
  /** It is the one that the strip stands below. */
  readonly isLast: boolean;
}

/** Pressed, or dragged onto the page, it is what the next message changes. */
function ChainLink({ picture, isLast }: ChainLinkProps) {
  const { page } = useWords();
  const perform = usePerform();
  const image = imageOf(picture);
  const number = useSelectNear((state) => (image === null ? undefined : pictureNumber(shownTurns(state), image)));
  const isChosen = useSelectNear((state) => state.reference === image);
  const isEditable = useSelectNear((state) => editThis.when(state, image));
  if (image === null) return null;
  const label = page.chain.edit(number ?? null, 'prompt' in picture ? picture.prompt : picture.name);
  const choose = () => {
    perform(editThis, isChosen ? null : image);
    focusMessage();
  };
  return (
    <li>
      <button
        type="button"
        aria-label={label}
        title={isEditable ? label : page.result.noEditing}
        aria-pressed={isChosen}
        aria-current={isLast ? 'step' : undefined}
        aria-disabled={isEditable ? undefined : true}
        draggable={isEditable}
        onDragStart={({ dataTransfer }) => dragPicture(dataTransfer, image)}
        onClick={isEditable ? choose : undefined}
      >
        <Thumbnail image={image} label="" />
      </button>
    </li>
  );
}
