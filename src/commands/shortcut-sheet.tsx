import { chooseLetterKeys } from '../actions/page.ts';
import { Check } from '../app/check.tsx';
import { usePerform, useSelect, useWords } from '../app/context.tsx';
import { DialogHeader } from '../app/dialog-header.tsx';
import { commands } from './commands.ts';
import { Keys } from './keys.tsx';
import { useOverlay } from './use-overlay.ts';

/** Keys of parts of the page, which hear them. */
const partKeys = {
  message: [
    ['send', ['Enter']],
    ['breakLine', ['Shift+Enter']],
    ['earlier', ['↑']],
    ['leave', ['Escape']],
  ],
  chats: [
    ['goChats', ['↑', '↓']],
    ['ends', ['Home', 'End']],
    ['inChat', ['→', '←']],
  ],
  pictures: [
    ['go', ['←', '→']],
    ['select', ['Space']],
    ['selectAll', ['Mod+a']],
    ['open', ['Enter']],
    ['delete', ['Delete']],
    ['zoom', ['+', '−']],
    ['whole', ['0', '1']],
  ],
} as const;

/** All keys of the page. */
export function ShortcutSheet() {
  const words = useWords().page.commands;
  const perform = usePerform();
  const letterKeys = useSelect((state) => state.letterKeys);
  const { dialog, close } = useOverlay();
  const anywhere = commands.flatMap(({ name, keys }) =>
    keys === undefined ? [] : [[words.names[name], [keys]] as const],
  );
  return (
    <dialog ref={dialog} className="dialog shortcuts" aria-labelledby="shortcuts-title" closedby="any" onClose={close}>
      <DialogHeader id="shortcuts-title" title={words.shortcuts} leave={words.close} close={close} />
      <Check
        label={words.letters}
        checked={letterKeys === 'letters'}
        choose={(checked) => perform(chooseLetterKeys, checked ? 'letters' : 'no-letters')}
      />
      <KeyGroup title={words.groups.page} rows={anywhere} />
      <KeyGroup title={words.groups.message} rows={partKeys.message.map(([name, keys]) => [words.keys[name], keys])} />
      <KeyGroup title={words.groups.chats} rows={partKeys.chats.map(([name, keys]) => [words.keys[name], keys])} />
      <KeyGroup
        title={words.groups.pictures}
        rows={partKeys.pictures.map(([name, keys]) => [words.keys[name], keys])}
      />
    </dialog>
  );
}

interface KeyGroupProps {
  readonly title: string;
  readonly rows: readonly (readonly [label: string, keys: readonly string[]])[];
}

function KeyGroup({ title, rows }: KeyGroupProps) {
  return (
    <>
      <h3>{title}</h3>
      <dl>
        {rows.map(([label, keys]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              {keys.map((key) => (
                <Keys key={key} keys={key} />
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
