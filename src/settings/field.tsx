import { type ReactNode, useId } from 'react';
import { useWords } from '../app/context.tsx';

/** Ids of what a field's control says of itself. */
export interface ControlAttributes {
  readonly id: string;
  readonly 'aria-describedby'?: string;
}

interface FieldProps {
  readonly label: string;
  /** What the field is for, or why the model cannot serve it; empty where its name says it. */
  readonly hint?: string;
  /** Why what is written cannot be used; stands in the hint's place. */
  readonly reason?: string;
  /** Whether what it says holds for every chat, or in the open one alone. */
  readonly whose?: 'general' | 'chat';
  readonly children: (attributes: ControlAttributes) => ReactNode;
}

/** A label, its control, and below them what there is to know. */
export function Field({ label, hint = '', reason = '', whose = 'general', children }: FieldProps) {
  const id = useId();
  const words = useWords().page.settings.ownChat;
  const text = [reason || hint, whose === 'chat' ? words.field : ''].filter(Boolean).join(' ');
  const described = `${id}-text`;
  return (
    <div className="field" data-whose={whose}>
      <label htmlFor={id}>{label}</label>
      {children(text === '' ? { id } : { id, 'aria-describedby': described })}
      {text !== '' && (
        <p id={described} className={reason === '' ? 'hint' : 'reason'}>
          {text}
        </p>
      )}
    </div>
  );
}
