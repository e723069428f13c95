import type { ComponentProps } from 'react';

interface FileInputProps extends Pick<ComponentProps<'input'>, 'id' | 'ref' | 'accept' | 'multiple' | 'capture'> {
  readonly take: (files: readonly File[]) => void;
}

/** Has the browser ask for files, unseen behind a button that presses it; the same file can be given again. */
export function FileInput({ take, ...attributes }: FileInputProps) {
  return (
    <input
      {...attributes}
      type="file"
      hidden
      onChange={({ currentTarget }) => {
        take([...(currentTarget.files ?? [])]);
        currentTarget.value = '';
      }}
    />
  );
}
