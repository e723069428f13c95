import { type KeyboardEvent, useId, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { Icon } from './icon.tsx';

interface MenuGroup<Value extends string> {
  /** Of one that stands among others. */
  readonly title?: string;
  readonly items: readonly (readonly [value: Value, label: string])[];
  readonly disabled?: boolean;
}

interface MenuEntries<Value extends string> {
  readonly groups: readonly MenuGroup<Value>[];
  /** Of values the one that holds; absent where the entries are actions. */
  readonly chosen?: Value;
  readonly choose: (value: Value) => void;
}

interface MenuProps<Value extends string> extends MenuEntries<Value> {
  /** Of the button that opens it. */
  readonly label: string;
  /** Of the menu. */
  readonly title: string;
  /** What comes of a choice, where its name does not say so. */
  readonly hint?: string;
  /** What the button tells beside its label. */
  readonly description?: string;
  readonly disabled?: boolean;
}

/**
 * A button with a menu (ARIA Authoring Practices, "Menu Button"), on the browser's own popover. What is in it is there while it is open:
 * each of a thousand turns may have some.
 */
export function Menu<Value extends string>({
  label,
  title,
  hint,
  description,
  disabled,
  ...entries
}: MenuProps<Value>) {
  const id = useId();
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className="opens"
        aria-label={label}
        aria-description={description}
        title={description === undefined ? label : `${label}: ${description}`}
        aria-haspopup="menu"
        aria-expanded={open}
        disabled={disabled}
        popoverTarget={id}
        onKeyDown={(event) => {
          if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
          event.preventDefault();
          flushSync(() => setOpen(true));
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
        aria-describedby={open && hint !== undefined ? `${id}-hint` : undefined}
        className="menu"
        onBeforeToggle={({ newState }) => {
          if (newState === 'open') setOpen(true);
        }}
        onToggle={({ newState }) => {
          // Not before: the focus goes back from what is in it.
          if (newState === 'closed') setOpen(false);
          else if (menu.current?.contains(document.activeElement) === false) firstEntry(menu.current)?.focus();
        }}
        onKeyDown={moveFocus}
      >
        {open && <p aria-hidden="true">{title}</p>}
        {open && hint !== undefined && (
          <p id={`${id}-hint`} aria-hidden="true">
            {hint}
          </p>
        )}
        {open && (
          <Entries
            {...entries}
            choose={(value) => {
              menu.current?.hidePopover();
              entries.choose(value);
            }}
          />
        )}
      </div>
    </>
  );
}

const action = { role: 'menuitem' };

function Entries<Value extends string>({ groups, chosen, choose }: MenuEntries<Value>) {
  return (
    <div className="menu-groups">
      {groups.map(({ title, items, disabled }) => (
        <div key={title ?? ''} {...(title === undefined ? {} : { role: 'group', 'aria-label': title })}>
          {title !== undefined && <p aria-hidden="true">{title}</p>}
          {items.map(([value, name]) => (
            <button
              key={value}
              type="button"
              {...(chosen === undefined ? action : { role: 'menuitemradio', 'aria-checked': value === chosen })}
              disabled={disabled}
              tabIndex={-1}
              onClick={() => choose(value)}
            >
              {name}
            </button>
          ))}
        </div>
      ))}
    </div>
  );
}

function entriesOf(menu: HTMLElement | null): readonly HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role^="menuitem"]:enabled') ?? [])];
}

/** The one that holds, else the first. */
function firstEntry(menu: HTMLElement): HTMLElement | undefined {
  const entries = entriesOf(menu);
  return entries.find((entry) => entry.ariaChecked === 'true') ?? entries[0];
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
