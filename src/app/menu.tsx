import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { Icon } from './icon.tsx';

interface MenuProps<Value extends string> {
  /** Of the button that opens it. */
  readonly label: string;
  /** Of the menu. */
  readonly title: string;
  readonly items: readonly (readonly [value: Value, label: string])[];
  readonly choose: (value: Value) => void;
}

/** A button with a menu of actions (ARIA Authoring Practices, "Menu Button"), on the browser's own popover. */
export function Menu<Value extends string>({ label, title, items, choose }: MenuProps<Value>) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const close = () => menu.current?.hidePopover();
  return (
    <>
      <button
        type="button"
        className="opens"
        aria-label={label}
        title={label}
        aria-haspopup="menu"
        aria-expanded={open}
        popoverTarget={id}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          menu.current?.showPopover({ source: event.currentTarget });
          if (event.key === 'ArrowUp') entriesOf(menu.current).at(-1)?.focus();
        }}
      >
        <Icon name="chevron" />
      </button>
      <div
        ref={menu}
        id={id}
        popover="auto"
        role="menu"
        aria-label={title}
        className="menu"
        onToggle={({ newState }) => {
          setOpen(newState === 'open');
          const entries = entriesOf(menu.current);
          if (newState === 'open' && !entries.includes(document.activeElement as HTMLElement)) entries[0]?.focus();
        }}
        onKeyDown={moveFocus}
      >
        <p aria-hidden="true">{title}</p>
        {items.map(([value, name]) => (
          <button
            key={value}
            type="button"
            role="menuitem"
            tabIndex={-1}
            onClick={() => {
              close();
              choose(value);
            }}
          >
            {name}
          </button>
        ))}
      </div>
    </>
  );
}

function entriesOf(menu: HTMLElement | null): readonly HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
}

/** Arrows go round, Home and End go to the ends; Tab leaves. Escape is the popover's own. */
function moveFocus(event: KeyboardEvent<HTMLDivElement>): void {
  if (event.key === 'Tab') event.currentTarget.hidePopover();
  const entries = entriesOf(event.currentTarget);
  const at = entries.indexOf(document.activeElement as HTMLElement);
  const places: Readonly<Record<string, number>> = {
    ArrowDown: (at + 1) % entries.length,
    ArrowUp: (at - 1 + entries.length) % entries.length,
    Home: 0,
    End: entries.length - 1,
  };
  const place = places[event.key];
  if (place === undefined) return;
  event.preventDefault();
  entries[place]?.focus();
}
