import { Fragment } from 'react';
import { useWords } from '../app/context.tsx';

const isApple = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** Keys as they are written on a keyboard. */
export function Keys({ keys }: { readonly keys: string }) {
  const names: Readonly<Record<string, string>> = useWords().page.commands.keyNames;
  return (
    <span className="keys">
      {keys.split('+').map((key) => (
        <Fragment key={key}>
          <kbd>{key === 'Mod' ? (isApple ? '⌘' : names.Control) : (names[key] ?? key.toUpperCase())}</kbd>{' '}
        </Fragment>
      ))}
    </span>
  );
}
