import type { ImageId } from '../../workers/protocol.ts';
import { editThis } from '../actions/compose.ts';
import { openEnlarge } from '../actions/enlarge.ts';
import { canShare, copyPicture, savePicture, sharePicture } from '../actions/keep-picture.ts';
import { keepRest } from '../actions/keep-rest.ts';
import { finish, isUnfinishedDraft, vary, whyNotVaried } from '../actions/vary.ts';
import { openRecipe } from '../actions/view.ts';
import { useApp, usePerform, useWords } from '../app/context.tsx';
import { Icon, type IconName } from '../app/icon.tsx';
import { Menu } from '../app/menu.tsx';
import { useSelectNear } from '../app/near-state.ts';
import { turnElement } from '../chat/turn-buttons.tsx';
import { focusMessage } from '../composer/message.ts';
import { recipeChoices } from '../settings/recipe-choices.ts';
import { findResult } from '../state/chats.ts';
import { isRestKept } from '../state/rest.ts';
import type { Result } from '../storage/records.ts';
import { VariationsChoice } from './variations-choice.tsx';

/** How an edit is looked at: by itself, beside the picture before it, or for what changed. */
export type Look = 'alone' | 'compared' | 'difference';

interface ResultButtonsProps {
  readonly result: Result;
  /** The picture from before the edit; null where it is none. */
  readonly before: ImageId | null;
  readonly look: Look;
  readonly choose: (look: Look) => void;
}

export function ResultButtons({ result, before, look, choose }: ResultButtonsProps) {
  const { page } = useWords();
  const perform = usePerform();
  const notVaried = useSelectNear((state) => whyNotVaried(state, result.id));
  const editable = useSelectNear((state) => editThis.when(state, result.image));
  const copied = useSelectNear((state) => state.copied === result.id);
  const words = page.result;
  const edit = () => {
    perform(editThis, result.image);
    focusMessage();
  };
  return (
    <div className="buttons">
      <div className="main-tools">
        <Tool icon="edit" label={words.editThis} press={edit} {...(editable ? {} : { unavailable: words.noEditing })} />
        <span className="save">
          <Tool icon="save" label={words.save} press={() => perform(savePicture, result.id)} />
          <Menu
            label={words.saveWith}
            title={page.settings.savedRecipe}
            groups={[{ items: recipeChoices.map((choice) => [choice, page.settings.recipes[choice]] as const) }]}
            choose={(choice) => perform(savePicture, result.id, choice)}
          />
        </span>
        <Tool icon={copied ? 'check' : 'copy'} label={words.copy} press={() => perform(copyPicture, result.id)} />
        <span className="variations">
          <Tool
            icon="variations"
            label={words.variations}
            press={() => perform(vary, result.id)}
            {...(notVaried === null ? {} : { unavailable: words.notVaried[notVaried] })}
          />
          <VariationsChoice result={result.id} disabled={notVaried !== null} />
        </span>
        {result.fullSteps !== undefined && <FinishTool result={result} />}
      </div>
      <RareTools result={result} before={before} look={look} choose={choose} />
    </div>
  );
}

/** What is wanted less often, smaller, and what only edits have. */
function RareTools({ result, before, look, choose }: ResultButtonsProps) {
  const { page } = useWords();
  const perform = usePerform();
  const words = page.result;
  return (
    <div className="rare-tools">
      {canShare() && <Tool icon="share" label={words.share} press={() => perform(sharePicture, result.id)} />}
      <Tool
        icon="compare"
        label={words.compare}
        press={() => choose('compared')}
        pressed={look === 'compared'}
        {...(before === null ? { unavailable: words.onlyEdited } : {})}
      />
      {before !== null && (
        <>
          <Tool
            icon="difference"
            label={words.difference}
            press={() => choose('difference')}
            pressed={look === 'difference'}
          />
          <Tool
            icon="rest"
            label={words.keepRest}
            press={() => perform(keepRest, result.id, before)}
            pressed={isRestKept(result)}
          />
        </>
      )}
      <Tool
        icon="enlarge"
        label={words.enlarge}
        title={words.enlargeTitle}
        press={() => perform(openEnlarge, result.id)}
      />
      <Tool icon="recipe" label={words.recipe} press={() => perform(openRecipe, result.id)} />
    </div>
  );
}

/** There until a draft's picture of all steps is, or is on its way. */
function FinishTool({ result: { id } }: Pick<ResultButtonsProps, 'result'>) {
  const { page } = useWords();
  const { store } = useApp();
  const perform = usePerform();
  const unfinished = useSelectNear((state) => isUnfinishedDraft(state, id));
  const whyNot = useSelectNear((state) => whyNotVaried(state, id));
  const available = useSelectNear((state) => finish.when(state, id));
  if (!unfinished) return null;
  const press = () => {
    const turn = findResult(store.getState(), id)?.turn.id;
    perform(finish, id);
    // The button goes; the focus stays at the answer that is finished.
    if (turn !== undefined) document.getElementById(turnElement(turn))?.focus();
  };
  return (
    <Tool
      icon="check"
      label={page.variations.finish}
      press={press}
      {...(available || whyNot === null ? {} : { unavailable: page.result.notVaried[whyNot] })}
    />
  );
}

interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  readonly press: () => void;
  /** What it does, where its label alone could be something else. */
  readonly title?: string;
  /** For one that stays on until it is pressed again. */
  readonly pressed?: boolean;
  /** Why it cannot be pressed. */
  readonly unavailable?: string;
}

function Tool({ icon, label, press, title, pressed, unavailable }: ToolProps) {
  return (
    <button
      type="button"
      disabled={unavailable !== undefined}
      title={unavailable ?? title}
      aria-pressed={pressed}
      onClick={press}
    >
      <Icon name={icon} />
      {label}
    </button>
  );
}
