import { useId } from 'react';

interface CheckProps {
  readonly label: string;
  readonly checked: boolean;
  readonly disabled?: boolean;
  readonly choose: (checked: boolean) => void;
  /** The id of what is said about it elsewhere. */
  readonly describedBy?: string;
}

/** A box to be ticked, and what that means. */
export function Check({ label, checked, disabled = false, choose, describedBy }: CheckProps) {
  return (
    <label className="check">
      <input
        type="checkbox"
        aria-describedby={describedBy}
        checked={checked}
        disabled={disabled}
        onChange={({ currentTarget }) => choose(currentTarget.checked)}
      />
      {label}
    </label>
  );
}

/** The same with a sentence below it. */
export function CheckField({ hint, ...check }: Omit<CheckProps, 'describedBy'> & { readonly hint: string }) {
  const id = useId();
  return (
    <div className="field">
      <Check {...check} describedBy={id} />
      <p id={id} className="hint">
        {hint}
      </p>
    </div>
  );
}
