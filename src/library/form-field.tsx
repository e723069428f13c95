/** A field of a form of Models, and below it what it is for and what went wrong with it. */
import { type ReactNode, type RefObject, useEffect, useId, useRef } from 'react';
import type { Trouble } from '../state/library.ts';
import { TroubleNote } from './trouble.tsx';

/** What its control says of itself. */
export interface FieldControl<Control extends HTMLElement> {
  readonly ref: RefObject<Control | null>;
  readonly id: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid'?: true;
}

interface FormFieldProps<Control extends HTMLElement> {
  readonly label: string;
  /** Empty where the label says it. */
  readonly hint?: string;
  readonly trouble: Trouble | null;
  readonly children: (control: FieldControl<Control>) => ReactNode;
}

export function FormField<Control extends HTMLElement>({
  label,
  hint = '',
  trouble,
  children,
}: FormFieldProps<Control>) {
  const id = useId();
  const ref = useRef<Control>(null);
  useFocusOn(ref, trouble);
  const described = [trouble !== null && `${id}-trouble`, hint !== '' && `${id}-hint`].filter(Boolean).join(' ');
  return (
    <>
      <label htmlFor={id}>{label}</label>
      {children({ ref, id, 'aria-describedby': described, ...(trouble === null ? {} : { 'aria-invalid': true }) })}
      {trouble !== null && <TroubleNote trouble={trouble} id={`${id}-trouble`} />}
      {hint !== '' && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </>
  );
}

/** Whoever waits for a form finds what is wrong at the field that it is about; who has gone elsewhere meanwhile stays there. */
export function useFocusOn(control: RefObject<HTMLElement | null>, trouble: Trouble | null): void {
  useEffect(() => {
    const element = control.current;
    if (trouble === null || element === null) return;
    const { activeElement } = document;
    const form = element.closest('form, article');
    if (activeElement === null || activeElement.contains(element) || form?.contains(activeElement)) element.focus();
  }, [control, trouble]);
}
