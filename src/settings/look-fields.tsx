import { chooseEndNotice, chooseMotion, openPanel, showOverlay } from '../actions/page.ts';
import { Check, CheckField } from '../app/check.tsx';
import { usePerform, useSelect, useWords } from '../app/context.tsx';

/** How the page moves, tells and is driven. */
export function LookFields() {
  const { commands: words, privacy } = useWords().page;
  const perform = usePerform();
  const motion = useSelect((state) => state.motion);
  return (
    <>
      <Check
        label={words.settings.motion}
        checked={motion === 'less'}
        choose={(checked) => perform(chooseMotion, checked ? 'less' : 'full')}
      />
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
    <CheckField
      label={words.endNotice}
      hint={isRefused ? words.endNoticeRefused : words.endNoticeHint}
      checked={endNotice === 'told' && !isRefused}
      disabled={isRefused}
      choose={(checked) => perform(chooseEndNotice, checked ? 'told' : 'silent')}
    />
  );
}
