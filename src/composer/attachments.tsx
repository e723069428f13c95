import { lazy, Suspense, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useShallow } from 'zustand/react/shallow';
import type { PictureInWords } from '../../model/text/turn-plan.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { markedKey, namedInWords, pictureToChange } from '../actions/about.ts';
import { editThis, forgetNamedPicture, markPicture, movePicture, removePicture } from '../actions/compose.ts';
import { openCrop, pictureOfKey, referenceKey } from '../actions/crop.ts';
import { selectArea } from '../actions/select-area.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { ErrorBoundary } from '../app/error-boundary.tsx';
import { Icon } from '../app/icon.tsx';
import { WithArea } from '../picture/area-tint.tsx';
import { Thumbnail } from '../picture/thumbnail.tsx';
import type { Attachment } from '../state/state.ts';
import { returnToMessage } from './message.ts';
import { MoveButtons, moveWithFocus, type Step } from './move-buttons.tsx';
import { useDragOrder } from './use-drag-order.ts';

const AttachedRecipe = lazy(() => import('./attached-recipe.tsx'));

/** What goes with the message: pictures that come along, the one to change, the one that the words name. */
export function Attachments() {
  const { page } = useWords();
  const attachments = useSelect((state) => state.attachments);
  const order = useOrder(attachments);
  const reference = useSelect((state) => state.reference);
  const named = useSelect(useShallow(namedInWords));
  const marked = useSelect(markedKey);
  // Among pictures that come along the named one is marked instead.
  const chip = attachments.length < 2 && named !== null;
  if (attachments.length === 0 && reference === null && !chip) return null;
  return (
    <>
      <ul ref={order.list} className="attachments" aria-label={page.composer.attached}>
        {reference !== null && <Reference />}
        {chip && <NamedPicture named={named} />}
        {attachments.map((attachment, at) => (
          <Attached key={attachment.key} attachment={attachment} at={at} order={order} marked={marked} />
        ))}
      </ul>
      <p className="unseen" aria-live="polite">
        {order.told}
      </p>
    </>
  );
}

/** Pictures that come along are put in another order by dragging, or by the buttons of each. */
function useOrder(attachments: readonly Attachment[]) {
  const words = useWords().page.queue;
  const perform = usePerform();
  const list = useRef<HTMLUListElement>(null);
  const [told, setTold] = useState('');
  const tell = (to: number) => setTold(words.moved(to + 1, attachments.length));
  const { dragged, take } = useDragOrder((key, to) => flushSync(() => perform(movePicture, key, to)), tell);
  const move = (key: string, at: number, step: Step) => {
    moveWithFocus(list, at, step, () => perform(movePicture, key, at + step));
    tell(at + step);
  };
  return { list, told, dragged, take, move, count: attachments.length };
}

function Reference() {
  const { page } = useWords();
  const reference = useSelect((state) => state.reference);
  const name = useSelect((state) => pictureOfKey(state, referenceKey)?.original.name);
  const perform = usePerform();
  if (reference === null) return null;
  return (
    <li className="chip">
      <ShownPicture image={reference} label="" />
      {page.composer.editing}
      {name !== undefined && <CropButton of={referenceKey} name={name} />}
      <SelectArea image={reference} />
      <Remove label={page.composer.remove(page.composer.editing)} remove={() => perform(editThis, null)} />
    </li>
  );
}

function NamedPicture({ named: { image, number } }: { readonly named: PictureInWords<ImageId> }) {
  const { page } = useWords();
  const perform = usePerform();
  return (
    <li className="chip">
      <ShownPicture image={image} label="" />
      {page.composer.named(number)}
      <SelectArea image={image} />
      <Remove label={page.composer.forgetNamed(number)} remove={() => perform(forgetNamedPicture)} />
    </li>
  );
}

interface AttachedProps {
  readonly attachment: Attachment;
  /** Its place among those that come along, from 0. */
  readonly at: number;
  readonly order: ReturnType<typeof useOrder>;
  /** The key of the one that an edit would change; null where there is no choice. */
  readonly marked: string | null;
}

function Attached({ attachment, at, order, marked }: AttachedProps) {
  const { page } = useWords();
  const perform = usePerform();
  const { key, name, record } = attachment;
  const by = order.dragged?.key === key ? order.dragged.by : null;
  const isOneOfSeveral = order.count > 1;
  return (
    <li
      className="attached"
      data-row
      data-marked={marked === key}
      data-dragged={by !== null}
      style={by === null ? undefined : { translate: `${by.x}px ${by.y}px` }}
      {...(isOneOfSeveral ? { onPointerDown: order.take(key), onDragStart: (event) => event.preventDefault() } : {})}
    >
      {record === null ? (
        <span className="thumbnail waiting">{page.composer.reading(name)}</span>
      ) : (
        <ShownPicture image={record.id} label={page.result.attached(name)} />
      )}
      {marked === key && <span className="mark-line">{page.composer.marked}</span>}
      {marked !== null && marked !== key && (
        <button
          type="button"
          className="mark-line"
          aria-label={page.composer.mark(name)}
          title={page.composer.mark(name)}
          onClick={() => perform(markPicture, key)}
        >
          <Icon name="edit" />
        </button>
      )}
      {record !== null && (
        <ErrorBoundary>
          <Suspense>
            <AttachedRecipe image={record.id} name={name} />
          </Suspense>
        </ErrorBoundary>
      )}
      <Remove label={page.composer.remove(name)} remove={() => perform(removePicture, key)} />
      {isOneOfSeveral && <Place attachment={attachment} at={at} order={order} />}
      {record !== null && <CropButton of={key} name={name} />}
      {record !== null && <SelectArea image={record.id} />}
    </li>
  );
}

/** Which of the pictures it is for the model, with the buttons that make it another. */
function Place({ attachment: { key, name }, at, order }: Omit<AttachedProps, 'marked'>) {
  const { page } = useWords();
  const id = useId();
  return (
    <span className="place">
      <span id={id} className="number">
        <span className="unseen">{page.composer.place(name, at + 1)}</span>
        <span aria-hidden="true">{at + 1}</span>
      </span>
      <MoveButtons
        movable={(step) => at + step >= 0 && at + step < order.count}
        move={(step) => order.move(key, at, step)}
        name={id}
      />
    </span>
  );
}

/** With the area that is selected on it. */
function ShownPicture({ image, label }: { readonly image: ImageId; readonly label: string }) {
  const { page } = useWords();
  const mask = useSelect(({ area }) => (area?.of === image ? area.mask : null));
  return (
    <WithArea mask={mask}>
      <Thumbnail image={image} label={mask === null ? label : page.composer.withArea(label)} />
    </WithArea>
  );
}

interface CropButtonProps {
  /** The key of the picture. */
  readonly of: string;
  readonly name: string;
}

function CropButton({ of, name }: CropButtonProps) {
  const { page } = useWords();
  const perform = usePerform();
  return (
    <button
      type="button"
      className="below"
      aria-haspopup="dialog"
      aria-label={page.composer.cropOf(name)}
      onClick={() => perform(openCrop, of)}
    >
      {page.composer.crop}
    </button>
  );
}

/** On the picture that the message would change. */
function SelectArea({ image }: { readonly image: ImageId }) {
  const { page } = useWords();
  const perform = usePerform();
  const isToChange = useSelect((state) => pictureToChange(state) === image);
  const available = useSelect((state) => selectArea.when(state, image));
  if (!isToChange) return null;
  return (
    <button
      type="button"
      className="below"
      aria-haspopup="dialog"
      disabled={!available}
      title={available ? undefined : page.result.noEditing}
      onClick={() => perform(selectArea, image)}
    >
      {page.composer.selectArea}
    </button>
  );
}

function Remove({ label, remove }: { readonly label: string; readonly remove: () => void }) {
  return (
    <button
      type="button"
      className="remove"
      aria-label={label}
      title={label}
      onClick={() => {
        remove();
        returnToMessage();
      }}
    >
      <Icon name="close" />
    </button>
  );
}
