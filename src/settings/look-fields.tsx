import { chooseEndNotice, chooseMotion, openPanel, showOverlay } from '../actions/page.ts';
import { usePerform, useSelect, useWords } from '../app/context.tsx';

/** How the page moves, tells and is driven. */
export function LookFields() {
  const { commands: words, privacy } = useWords().page;
  const perform = usePerform();
  const motion = useSelect((state) => state.motion);
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={motion === 'less'}
          onChange={({ currentTarget }) => perform(chooseMotion, currentTarget.checked ? 'less' : 'full')}
        />
        {words.settings.motion}
      </label>
      <EndNotice />
      <button type="button" className="link" onClick={() => perform(showOverlay, 'shortcuts')}>
        {words.shortcuts}
      </button>
      <button type="button" className="link" onClick={() => perform(openPanel, 'privacy')}>
        {privacy.open}
      </button>
    </>
  );
}

/** Asked of the browser when it is switched on, and only then. */
function EndNotice() {
  const words = useWords().page.commands.settings;
  const perform = usePerform();
  const endNotice = useSelect((state) => state.endNotice);
  if (!('Notification' in globalThis)) return null;
  const isRefused = Notification.permission === 'denied';
  return (
    <div className="field">
      <label className="check">
        <input
          type="checkbox"
          aria-describedby="end-notice"
          checked={endNotice === 'told' && !isRefused}
          disabled={isRefused}
          onChange={({ currentTarget }) => perform(chooseEndNotice, currentTarget.checked ? 'told' : 'silent')}
        />
        {words.endNotice}
      </label>
      <p id="end-notice" className="hint">
        {isRefused ? words.endNoticeRefused : words.endNoticeHint}
      </p>
    </div>
  );
}
