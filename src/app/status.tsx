import { byteText } from '../../words/byte-text.ts';
import type { PageWords } from '../../words/words.ts';
import { restartModel } from '../actions/open-model.ts';
import { readDeviceNotice } from '../actions/set.ts';
import { update } from '../actions/update.ts';
import { returnToMessage } from '../composer/message.ts';
import type { Activity, AppState, DeviceNotice, Opening } from '../state/state.ts';
import { usePerform, useSelect, useWords } from './context.tsx';
import { Icon } from './icon.tsx';
import { Speed } from './speed.tsx';
import { Undo } from './undo.tsx';

type StatusWords = PageWords['status'];

/** Polite progress in words; always there, so that what it says is read out. */
export function Status() {
  const { page } = useWords();
  const sentence = useSelect((state) => statusSentence(state, page.status));
  const silence = useSelect((state) => state.silence);
  const perform = usePerform();
  const works = useSelect(({ activity }) => activity !== null);
  return (
    <div className="status-line">
      <p role="status" className="status" data-works={works}>
        {sentence}
      </p>
      <Speed />
      {silence !== null && (
        <button type="button" className="quiet restart" onClick={() => perform(restartModel)}>
          <Icon name="again" />
          {page.status.restart}
        </button>
      )}
      <DeviceLine />
      <StorageStatus />
      <ReleaseStatus />
      <Undo />
    </div>
  );
}

/** Where the model computes, where that is not as usual: until a person has read it. */
function DeviceLine() {
  const { page } = useWords();
  const notice = useSelect(unreadDeviceNotice);
  const perform = usePerform();
  const sentence = notice === null ? '' : noticeSentence(notice, page.status);
  if (notice === null || sentence === '') return null;
  return (
    <div className="device-line">
      <p className="hint">{sentence}</p>
      <button
        type="button"
        className="quiet small"
        aria-label={page.status.hide}
        title={page.status.hide}
        onClick={() => {
          perform(readDeviceNotice, notice);
          returnToMessage();
        }}
      >
        <Icon name="close" />
      </button>
    </div>
  );
}

/** Where what is said is kept, where that is not as usual. */
function StorageStatus() {
  const { page } = useWords();
  const storage = useSelect((state) => state.storage);
  // The alert that something is not saved says it then.
  const isSaid = useSelect(({ unsaved }) => unsaved?.code === 'STORAGE_OUTDATED');
  const sentence = isSaid ? '' : page.storage[storage];
  return (
    <>
      {sentence !== '' && (
        <p role="status" className="hint">
          {sentence}
        </p>
      )}
      {storage === 'outdated' && (
        <button type="button" className="quiet restart" onClick={() => location.reload()}>
          <Icon name="again" />
          {page.status.reload}
        </button>
      )}
    </>
  );
}

/** Another version of the page, and whether this one is kept for use without a network. */
function ReleaseStatus() {
  const { page } = useWords();
  const release = useSelect((state) => state.update);
  const kept = useSelect((state) => state.kept);
  const perform = usePerform();
  const sentence = release !== 'none' ? page.update[release] : kept === 'no room' ? page.update.noRoom : '';
  return (
    <>
      {sentence !== '' && (
        <p role="status" className="hint">
          {sentence}
        </p>
      )}
      {release === 'offered' && (
        <button type="button" className="quiet restart" onClick={() => perform(update)}>
          <Icon name="again" />
          {page.update.update}
        </button>
      )}
    </>
  );
}

export function statusSentence(state: AppState, words: StatusWords): string {
  const { activity, model, jobs, paused, outcome, copied, saved, sendWhenRead, silence, panel } = state;
  if (silence !== null) return words.silent(silence.seconds);
  if (sendWhenRead) return words.readingPicture;
  if (jobs[0]?.state === 'stopping') return words.stopping;
  if (paused && jobs[0]?.state === 'waiting') return words.paused;
  if (jobs.length > 0 && model.phase === 'opening') return words.waiting(preparing(model, words));
  if (activity !== null) return activitySentence(activity, words);
  if (model.phase === 'opening') return preparing(model, words);
  if (copied !== null) return words.copied;
  if (saved !== null) return words.saved(saved);
  // How a chat's last work ended is of no interest where the chat is not seen.
  if (panel === 'gallery') return '';
  return outcome === 'done' ? words.done : outcome === 'stopped' ? words.stopped : '';
}

/** In steps, because each change is read out. */
function preparing({ part, bytes }: Opening, words: StatusWords): string {
  if (part === null) return words.opening;
  const step = bytes < 1e8 ? 5e6 : bytes < 1e9 ? 5e7 : 5e8;
  const told = step * Math.floor(bytes / step);
  return told === 0 ? words.loading[part] : words.loaded(words.loading[part], byteText(told));
}

export function activitySentence(activity: Activity, words: StatusWords): string {
  switch (activity.stage) {
    case 'waiting':
    case 'reading':
      return words.reading;
    case 'writing':
      return words.writing;
    case 'imagining':
      return words.imagining;
    case 'drawing':
      return words.drawing;
    case 'developing':
      return words.developing;
    case 'enlarging':
      return words.enlarging;
    case 'step': {
      const left = Math.round(activity.remainingMs / 1000);
      return `${words.step(activity.step, activity.steps)}${left > 1 ? words.left(left) : ''}`;
    }
  }
}

function noticeSentence(notice: DeviceNotice, words: StatusWords): string {
  switch (notice) {
    case 'NO_WEBGPU':
      return words.processor;
    case 'WEBGPU_GONE':
      return words.goneGraphics;
    case 'SOFTWARE_ADAPTER':
      return words.software;
    case 'WEBGPU_BROKEN':
      return words.brokenGraphics;
    case 'WEBGPU_WRONG':
      return words.wrongGraphics;
    case 'FLOAT16_DROPPED':
      return words.float16Dropped;
    // Changes nothing that a person would notice: the settings tell of it.
    case 'SUBGROUPS_DROPPED':
      return '';
  }
}

function unreadDeviceNotice({ model, deviceNoticesRead }: AppState): DeviceNotice | null {
  const notice = model.phase === 'ready' ? model.opened.device.notice : null;
  return notice === null || deviceNoticesRead.includes(notice) ? null : notice;
}
