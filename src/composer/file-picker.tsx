import { type ReactNode, useRef } from 'react';

interface FilePickerProps {
  readonly take: (files: readonly File[]) => void;
  /** What is pressed to choose files. */
  readonly children: (choose: () => void) => ReactNode;
}

export function FilePicker({ take, children }: FilePickerProps) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      {children(() => input.current?.click())}
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept="image/png,image/jpeg,image/webp,image/gif,image/avif"
        onChange={({ currentTarget }) => {
          take([...(currentTarget.files ?? [])]);
          currentTarget.value = '';
        }}
      />
    </>
  );
}
