/** Everything that can be done from anywhere on the page, by its name and, where it has one, its shortcut. */

import type { PageWords } from '../../words/words.ts';
import type { ImageId } from '../../workers/protocol.ts';
import { pictureToChange } from '../actions/about.ts';
import type { Action } from '../actions/app.ts';
import { deleteChat, newChat, pinChat } from '../actions/chats.ts';
import { editThis, stop } from '../actions/compose.ts';
import { openCrop, referenceKey } from '../actions/crop.ts';
import { copyDiagnostics } from '../actions/diagnostics.ts';
import { openEnlarge } from '../actions/enlarge.ts';
import { openGallery } from '../actions/gallery.ts';
import { copyPicture, savePicture, sharePicture } from '../actions/keep-picture.ts';
import { keepRest } from '../actions/keep-rest.ts';
import { chooseLanguage, chooseTheme, leaveGallery, openPanel, showOverlay } from '../actions/page.ts';
import { polish } from '../actions/polish.ts';
import { isInterrupted, resume } from '../actions/resume.ts';
import { selectArea } from '../actions/select-area.ts';
import { resetSettings } from '../actions/set.ts';
import { redo, undo } from '../actions/undo.ts';
import { vary } from '../actions/vary.ts';
import { regenerate } from '../actions/versions.ts';
import { openRecipe, viewPicture } from '../actions/view.ts';
import { chooseFiles } from '../composer/files.ts';
import { focusMessage, returnToMessage } from '../composer/message.ts';
import { shownTurns } from '../state/chats.ts';
import { isDrawn } from '../state/drawn.ts';
import type { AppState } from '../state/state.ts';
import type { ModelTurn, Result } from '../storage/records.ts';

export interface Command {
  readonly name: keyof PageWords['commands']['names'];
  /** A letter or sign alone, or with Mod, which is Ctrl or Cmd. */
  readonly keys?: string;
  /** Heard here, or by what the keys are a part of: Escape, and what a text has of its own. */
  readonly heard?: 'elsewhere';
  readonly action: Action;
}

export const commands: readonly Command[] = [
  { name: 'commands', keys: 'Mod+k', action: bound(showOverlay, () => ['commands']) },
  { name: 'shortcuts', keys: '?', action: bound(showOverlay, () => ['shortcuts']) },
  { name: 'newChat', keys: 'n', action: followed(newChat, returnToMessage) },
  { name: 'message', keys: '/', action: followed(leaveGallery, focusMessage) },
  { name: 'addImage', keys: 'a', action: here(chooseFiles) },
  { name: 'polish', action: polish },
  { name: 'stop', keys: 'Escape', heard: 'elsewhere', action: stop },
  { name: 'undo', keys: 'Mod+z', heard: 'elsewhere', action: undo },
  { name: 'redo', keys: 'Mod+Shift+z', heard: 'elsewhere', action: redo },
  { name: 'gallery', keys: 'g', action: openGallery },
  {
    name: 'searchChats',
    keys: 'c',
    action: followed(
      bound(openPanel, () => ['chats']),
      focusSearch,
    ),
  },
  { name: 'settings', keys: 's', action: bound(openPanel, () => ['settings']) },
  { name: 'models', keys: 'm', action: bound(openPanel, () => ['models']) },
  { name: 'privacy', action: bound(openPanel, () => ['privacy']) },
  { name: 'selectArea', action: bound(selectArea, (state) => ifThere(pictureToChange(state))) },
  { name: 'crop', action: bound(openCrop, (state) => ifThere(keyToCrop(state))) },
  { name: 'viewLast', keys: 'v', action: ofLast(viewPicture, ({ image }) => image) },
  {
    name: 'editLast',
    keys: 'e',
    action: followed(
      ofLast(editThis, ({ image }) => image),
      focusMessage,
    ),
  },
  { name: 'saveLast', keys: 'd', action: ofLast(savePicture, ({ id }) => id) },
  { name: 'copyLast', action: ofLast(copyPicture, ({ id }) => id) },
  { name: 'shareLast', action: ofLast(sharePicture, ({ id }) => id) },
  { name: 'varyLast', action: ofLast(vary, ({ id }) => id) },
  { name: 'keepRestLast', action: bound(keepRest, lastEdit) },
  { name: 'recipeLast', action: ofLast(openRecipe, ({ id }) => id) },
  { name: 'enlargeLast', action: ofLast(openEnlarge, ({ id }) => id) },
  { name: 'regenerate', keys: 'r', action: bound(regenerate, (state) => ifThere(lastAnswer(state)?.id)) },
  { name: 'resume', action: bound(resume, (state) => ifThere(lastInterrupted(state)?.id)) },
  { name: 'pin', action: bound(pinChat, ({ current }) => [current]) },
  {
    name: 'deleteChat',
    action: followed(
      bound(deleteChat, ({ current }) => [current]),
      focusMessage,
    ),
  },
  { name: 'systemTheme', action: bound(chooseTheme, () => ['auto']) },
  { name: 'light', action: bound(chooseTheme, () => ['light']) },
  { name: 'dark', action: bound(chooseTheme, () => ['dark']) },
  { name: 'contrast', action: bound(chooseTheme, () => ['contrast']) },
  { name: 'language', action: bound(chooseLanguage, ({ words }) => [words.language === 'en' ? 'zh' : 'en']) },
  { name: 'resetSettings', action: resetSettings },
  { name: 'diagnostics', action: copyDiagnostics },
];

/** Of the picture beside the message that it would change, else of the one that came last. */
function keyToCrop(state: AppState): string | undefined {
  if (state.reference !== null) return referenceKey;
  const toChange = pictureToChange(state);
  const { attachments } = state;
  return (attachments.find(({ record }) => record !== null && record.id === toChange) ?? attachments.at(-1))?.key;
}

/** An action on what the state names; nothing to do where it names nothing. */
function bound<Values extends readonly unknown[]>(
  action: Action<Values>,
  valuesIn: (state: AppState) => Values | null,
): Action {
  return {
    when(state) {
      const values = valuesIn(state);
      return values !== null && action.when(state, ...values);
    },
    perform(app) {
      const values = valuesIn(app.store.getState());
      if (values !== null) action.perform(app, ...values);
    },
  };
}

function followed(action: Action, next: () => void): Action {
  return {
    when: action.when,
    perform(app) {
      action.perform(app);
      // From when the page shows it.
      requestAnimationFrame(next);
    },
  };
}

function here(perform: () => void): Action {
  return { when: () => true, perform };
}

/** An action on the last picture that was drawn in the shown conversation. */
function ofLast<Value>(action: Action<[value: Value]>, valueIn: (result: Result) => Value | null): Action {
  return bound(action, (state) => {
    const result = lastDrawn(state);
    return result === undefined ? null : ifThere(valueIn(result));
  });
}

function lastDrawn(state: AppState): Result | undefined {
  return shownTurns(state)
    .flatMap((turn) => (turn.from === 'model' ? turn.results.filter(isDrawn) : []))
    .at(-1);
}

/** The last picture, where it is an edit, and the one that it was made from. */
function lastEdit(state: AppState): [result: string, before: ImageId] | null {
  const result = lastDrawn(state);
  const before = result?.from?.reference?.image;
  return result === undefined || before === undefined ? null : [result.id, before];
}

function lastInterrupted(state: AppState): Result | undefined {
  const results = shownTurns(state).flatMap((turn) => (turn.from === 'model' ? turn.results : []));
  return results.findLast(isInterrupted);
}

function ifThere<Value>(value: Value | null | undefined): [value: Value] | null {
  return value === null || value === undefined ? null : [value];
}

function lastAnswer(state: AppState): ModelTurn | undefined {
  return shownTurns(state).findLast((turn) => turn.from === 'model');
}

function focusSearch(): void {
  document.querySelector<HTMLInputElement>('.chats input[type="search"]')?.focus();
}
