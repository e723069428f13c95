/** While the model works: the screen stays on; and at the end of long work that nobody saw, a notice. */
import type { AppState, AppStore } from '../state/state.ts';

/** What ends sooner is not worth a notice. */
const longMs = 10_000;

const works = ({ jobs }: AppState) => jobs.some(({ state }) => state !== 'waiting');

export function watchWork(store: AppStore): void {
  let begun = 0;
  store.subscribe((state, before) => {
    if (works(state) === works(before)) return;
    if (works(state)) begun = performance.now();
    else if (performance.now() - begun >= longMs) tellEnd(state);
  });
  keepScreenOn(store);
}

/** Where it is wanted, and the page is out of sight; Stop was pressed by someone who is there. */
function tellEnd({ endNotice, outcome, words }: AppState): void {
  if (endNotice === 'silent' || !document.hidden || (outcome !== 'done' && outcome !== 'failed')) return;
  const { name, commands } = words.page;
  try {
    const notice = new Notification(name, { body: commands.ended[outcome], icon: './icon.svg', tag: 'nexus-gen end' });
    notice.addEventListener('click', () => {
      window.focus();
      notice.close();
    });
  } catch {
    // Some browsers have such notices for installed pages alone.
  }
}

/** A screen that goes dark would take the graphics card along. The browser ends it whenever the page is out of sight. */
function keepScreenOn(store: AppStore): void {
  if (!('wakeLock' in navigator)) return;
  let lock: Promise<WakeLockSentinel | null> | null = null;
  const follow = () => {
    const isWanted = works(store.getState()) && !document.hidden;
    if (isWanted && lock === null) lock = navigator.wakeLock.request('screen').catch(() => null);
    if (isWanted || lock === null) return;
    lock.then((held) => held?.release()).catch(() => undefined);
    lock = null;
  };
  store.subscribe(follow);
  document.addEventListener('visibilitychange', follow);
}
