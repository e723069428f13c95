import { editThis } from '../actions/compose.ts';
import { copyPicture, savePicture } from '../actions/keep-picture.ts';
import { vary, whyNotVaried } from '../actions/vary.ts';
import { useApp, usePerform, useSelect, useWords } from '../app/context.tsx';
import { Icon, type IconName } from '../app/icon.tsx';
import { Menu } from '../app/menu.tsx';
import { focusMessage } from '../composer/message.ts';
import { recipeChoices } from '../settings/recipe-choices.ts';
import type { Result } from '../storage/records.ts';

interface ResultButtonsProps {
  readonly result: Result;
  /** There is a picture from before the edit. */
  readonly comparable: boolean;
  readonly comparing: boolean;
  readonly compare: () => void;
}

export function ResultButtons({ result, comparable, comparing, compare }: ResultButtonsProps) {
  const { page } = useWords();
  const { store } = useApp();
  const perform = usePerform();
  const notVaried = useSelect((state) => whyNotVaried(state, result.id));
  const editable = useSelect((state) => editThis.when(state, result.image));
  const copied = useSelect((state) => state.copied === result.id);
  const words = page.result;
  const edit = () => {
    perform(editThis, result.image);
    focusMessage();
  };
  return (
    <div className="buttons">
      <Tool icon="edit" label={words.editThis} press={edit} {...(editable ? {} : { unavailable: words.noEditing })} />
      <span className="save">
        <Tool icon="save" label={words.save} press={() => perform(savePicture, result.id)} />
        <Menu
          label={words.saveWith}
          title={page.settings.savedRecipe}
          items={recipeChoices.map((choice) => [choice, page.settings.recipes[choice]] as const)}
          choose={(choice) => perform(savePicture, result.id, choice)}
        />
      </span>
      <Tool icon={copied ? 'check' : 'copy'} label={words.copy} press={() => perform(copyPicture, result.id)} />
      <Tool
        icon="variations"
        label={words.variations}
        press={() => perform(vary, result.id)}
        {...(notVaried === null ? {} : { unavailable: words.notVaried[notVaried] })}
      />
      <Tool
        icon="compare"
        label={words.compare}
        press={compare}
        pressed={comparing}
        {...(comparable ? {} : { unavailable: words.onlyEdited })}
      />
      <Tool icon="recipe" label={words.recipe} press={() => store.setState({ recipe: result.id })} />
    </div>
  );
}

interface ToolProps {
  readonly icon: IconName;
  readonly label: string;
  readonly press: () => void;
  /** For one that stays on until it is pressed again. */
  readonly pressed?: boolean;
  /** Why it cannot be pressed. */
  readonly unavailable?: string;
}

function Tool({ icon, label, press, pressed, unavailable }: ToolProps) {
  return (
    <button
      type="button"
      disabled={unavailable !== undefined}
      title={unavailable}
      aria-pressed={pressed}
      onClick={press}
    >
      <Icon name={icon} />
      {label}
    </button>
  );
}
